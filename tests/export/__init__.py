"""Networks for elsewhere: each format against Keras, in the program that people open it with."""
