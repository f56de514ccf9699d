"""Compose, check, submit and watch Earth Engine image exports in a notebook."""

__version__ = "0.1.0"
