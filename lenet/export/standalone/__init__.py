"""Modules that go out with an export as they are: they import nothing of this project."""
