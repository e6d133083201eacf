"""Trained networks for elsewhere: one file a format, each opened again before it is handed over."""
