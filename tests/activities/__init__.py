"""What a class does together."""
