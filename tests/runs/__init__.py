"""Tests of lenet/runs/."""
