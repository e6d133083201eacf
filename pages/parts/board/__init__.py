"""Parts of the board."""
