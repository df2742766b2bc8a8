"""EC2's instance types, regions and EKS's images anew: from EC2's own API, and from what boto3 ships."""
