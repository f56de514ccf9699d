"""Pixel grids: computed from regions, cut into parts, laid beside others, and drawn."""
