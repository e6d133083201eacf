"""Tests of what reads people's own data."""
