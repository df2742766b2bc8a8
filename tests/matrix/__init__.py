"""Every combination of pod network, mesh and ingress: rendered or refused, and a page about each that works."""
