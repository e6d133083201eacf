"""Tests of lenet/data/sources/."""
