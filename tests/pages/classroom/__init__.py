"""Tests of the class: joining, its page, what is whose."""
