"""The service meshes."""
