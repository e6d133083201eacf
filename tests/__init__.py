"""Tests mirror modules; what they share is in `conftest.py`, `chromium.py` and `dashboard.py`."""
