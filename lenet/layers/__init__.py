"""Layers: all of each kind in one file, its Keras part beside it. Imports nothing of the project."""
