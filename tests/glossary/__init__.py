"""Tests of `lenet/glossary/`."""
