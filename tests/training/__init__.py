"""Tests of lenet/training/."""
