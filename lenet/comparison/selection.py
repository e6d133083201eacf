"""Which runs of a list a person looks for: by a word, and by what a run has (recipe, data set, sweep, …).

Another way to choose is a line in `FACETS`. Must not import numpy, Streamlit, TensorFlow or
Keras.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from lenet.runs.listing import RunSummary

# What a facet is called → what a run has of it; nothing where it has none
FACETS: dict[str, Callable[[RunSummary], Sequence[str]]] = {
    "Recipe": lambda run: [run.recipe] if run.recipe else [],
    "Data set": lambda run: [run.dataset] if run.dataset else [],
    "Sweep": lambda run: [run.sweep] if run.sweep else [],
    "Tag": lambda run: run.tags,
    "Person": lambda run: [run.owner.name] if run.owner else [],
    "State": lambda run: [run.state],
}


def options(runs: Iterable[RunSummary], facet: str) -> list[str]:
    """What there is to choose of that facet, in order; nothing where all runs have the same."""
    values = [tuple(FACETS[facet](run)) for run in runs]
    return sorted({each for value in values for each in value}) if len(set(values)) > 1 else []


def found(runs: Iterable[RunSummary], words: str, wanted: Mapping[str, str]) -> list[RunSummary]:
    """The runs that have every one of these words, and what is wanted of each facet, in their order.

    Args:
        words: found in a name, an id, or what a facet says; in any case.
        wanted: facet → one of its `options`.
    """
    parts = words.casefold().split()
    return [run for run in runs if _has(run, wanted) and all(part in _text(run) for part in parts)]


def _has(run: RunSummary, wanted: Mapping[str, str]) -> bool:
    return all(value in FACETS[facet](run) for facet, value in wanted.items())


def _text(run: RunSummary) -> str:
    said = [run.name, run.id, *(value for of in FACETS.values() for value in of(run))]
    return " ".join(said).casefold()
