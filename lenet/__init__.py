"""LeNet Lab: the LeNet family, trained and looked at live.

Importing this package, or any module that a page uses, loads neither TensorFlow nor Keras.
"""

__version__ = "0.1.0"
