"""What a training run does besides its updates: callbacks of one concern each, as Keras' own."""
