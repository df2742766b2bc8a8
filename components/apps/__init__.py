"""Application stacks: from a declaration to a workload."""
