"""Data: data sets are found, checked, loaded, split and preprocessed."""
