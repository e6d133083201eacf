"""Tests of the people of a class."""
