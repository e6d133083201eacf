"""Evaluation: predictions, metrics, calibration and the comparison of models."""
