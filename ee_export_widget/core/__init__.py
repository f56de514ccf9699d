"""Grids, requests and their rules: pure, synchronous, without a screen and without a network."""
