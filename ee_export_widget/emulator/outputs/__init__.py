"""What an export leaves behind: assets and files."""
