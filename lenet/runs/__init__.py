"""Runs: what a run is asked to do, and its folder."""
