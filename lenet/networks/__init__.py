"""Networks: architectures as data, Keras models made from them, and models loaded from anywhere."""
