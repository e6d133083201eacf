"""The page of what a class does together."""
