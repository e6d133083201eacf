"""Tests of lenet/comparison/."""
