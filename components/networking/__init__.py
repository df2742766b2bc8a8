"""How pods are reached and kept apart: CNI policy, mesh, certificates, ingress."""
