"""Slipway's manifests before a real Kubernetes control plane on loopback."""
