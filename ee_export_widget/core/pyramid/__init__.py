"""What an asset's pyramid makes of a band, computed on a small window before the asset exists."""
