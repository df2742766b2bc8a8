"""An outline of what a stack costs a month, from what it registers and a dated list of prices."""
