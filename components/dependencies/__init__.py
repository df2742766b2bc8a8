"""What apps depend on: databases and caches, in the cluster or of AWS's making."""
