"""Parts of the Draw page."""
