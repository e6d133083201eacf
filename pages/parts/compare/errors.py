"""The images that only one of two runs gets wrong. Must not import TensorFlow or Keras."""

from pages.parts.compare.evaluations import two_networks
from pages.parts.compare.looks import Looks
from pages.parts.shared.two_networks import only_one_is_correct, sides, what_the_test_tells, who_is_better


def errors_view(looks: Looks) -> None:
    """Who is better, and the images."""
    found = two_networks(looks)
    both = sides(*found[1]) if found else None
    if both:
        who_is_better(*both)
        only_one_is_correct(*both, looks.palette)
        what_the_test_tells()
