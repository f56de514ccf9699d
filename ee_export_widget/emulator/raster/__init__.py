"""Grids, masked windows of pixels, and the files that hold them."""
