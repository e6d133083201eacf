"""Measurements, each a command: `python benchmarks/NAME.py` from the project's folder."""
