"""Hyperparameter search: a space of settings, trials that are ordinary runs, and what drives them."""
