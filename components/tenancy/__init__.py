"""What separates one team from another inside a cluster: namespaces and what comes with them."""
