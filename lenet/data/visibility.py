"""Whose images a person of a class may see. Must not import Streamlit, TensorFlow or Keras."""

from lenet.data.sources.source import Source
from lenet.errors import NotAllowed
from lenet.people import owner
from lenet.people.person import Person, acting


def is_seen(source: Source | None) -> bool:
    """Whether whoever acts may see its images; not of none."""
    return source is not None and (source.made is None or owner.may_see(source.made, acting()))


def check_seen(source: Source, person: Person | None) -> None:
    """Raise `NotAllowed` where that person may not see its images."""
    if source.made is not None and not owner.may_see(source.made, person):
        raise NotAllowed(
            f"The data set {source.name} is {owner.whose(source.made)}, who does not share it. Ask for it to "
            "be shared, or choose another one."
        )
