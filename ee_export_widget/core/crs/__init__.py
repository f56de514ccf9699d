"""Coordinate reference systems: read, proposed, searched, and computed with."""
