"""Tests of lenet/data/."""
