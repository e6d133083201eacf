"""Tests of lenet/drawing/."""
