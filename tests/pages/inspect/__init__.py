"""Tests of the Inspect page."""
