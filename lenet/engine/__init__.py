"""Engine: Dask, its workers, and what the pages ask of them."""
