"""The ComponentResources of Slipway, one room per concern, and the settings that each declares."""
