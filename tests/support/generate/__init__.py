"""Stacks and apps that Slipway accepts, of all keys and rooms, made up by hypothesis as the YAML that declares them."""
