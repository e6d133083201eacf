"""The terms of the field that the pages use, and a small network that a page trains for their figures."""
