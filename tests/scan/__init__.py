"""What a scanner of other people's says of the manifests."""
