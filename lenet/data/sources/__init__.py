"""Sources: the data sets, one a file; `lenet/data/catalogue.py` lists them."""
