"""Parts of the page of what a class does together."""
