"""The command line of Slipway."""
