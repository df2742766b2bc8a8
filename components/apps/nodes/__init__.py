"""The nodes that an app's pods may run on, by the nodes' labels."""
