"""DNS: CoreDNS in the cluster, a cache on each node, and the records outside."""
