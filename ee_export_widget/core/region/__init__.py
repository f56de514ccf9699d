"""Regions on the Earth: read from whatever holds them, in longitude and latitude."""
