"""The request panel."""
