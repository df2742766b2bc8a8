"""The commands besides the preview, one module each."""
