"""What the person has typed and drawn, and the request that it makes."""
