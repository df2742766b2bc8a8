"""What a cluster stands on: network, control plane, nodes, storage, identity."""
