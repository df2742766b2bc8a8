"""From Kubernetes manifests to app files, with a report of every value that did not come along unchanged."""
