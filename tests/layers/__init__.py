"""Tests of lenet/layers/."""
