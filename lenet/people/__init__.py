"""The people of a class: who is in it, what is whose, and who may change it."""
