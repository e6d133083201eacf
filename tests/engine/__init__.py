"""Tests of lenet/engine/."""
