"""Tests of the Lessons page and of the panel beside every page."""
