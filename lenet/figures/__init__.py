"""Figures: numbers to pictures, in one theme."""
