"""Tests of lenet/networks/."""
