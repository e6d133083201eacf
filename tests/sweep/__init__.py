"""Tests of lenet/sweep/."""
