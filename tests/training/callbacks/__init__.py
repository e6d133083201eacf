"""Tests of lenet/training/callbacks/."""
