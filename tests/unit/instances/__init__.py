"""The lists of instance types, images, regions and zones, written anew."""
