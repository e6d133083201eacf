"""Tests of what several pages share."""
