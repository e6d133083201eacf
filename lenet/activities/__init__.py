"""What a class does together: all write the same, all guess the same images."""
