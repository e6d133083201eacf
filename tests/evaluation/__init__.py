"""Tests of lenet/evaluation/."""
