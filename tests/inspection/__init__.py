"""Tests of lenet/inspection/."""
