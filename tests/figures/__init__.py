"""Tests of lenet/figures/."""
