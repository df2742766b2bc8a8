"""How the names of hosts are found in an app's pods."""
