"""The glossary: all terms by their names, and a search among them. Standard library only."""

from lenet.glossary.evaluation_terms import EVALUATION
from lenet.glossary.inspection_terms import INSPECTION
from lenet.glossary.network_terms import NETWORK
from lenet.glossary.term import Term
from lenet.glossary.training_terms import TRAINING

SUBJECTS: dict[str, tuple[Term, ...]] = {
    "Network": NETWORK,
    "Training": TRAINING,
    "Evaluation": EVALUATION,
    "Inspection": INSPECTION,
}
TERMS: dict[str, Term] = {each.name: each for terms in SUBJECTS.values() for each in terms}
BY_KEY: dict[str, Term] = {each.key: each for each in TERMS.values()}


def search(text: str) -> list[Term]:
    """The terms in which that text stands: in the name first, then in another name, then in the words."""
    wanted = _plain(text)
    ranked = [(rank, term) for term in TERMS.values() if (rank := _rank(term, wanted)) is not None]
    return [term for _, term in sorted(ranked, key=lambda pair: pair[0])]


def _rank(term: Term, wanted: str) -> int | None:
    """0 where a name is just that, up to 4 where only the words have it; None where it is nowhere."""
    name = _plain(term.name)
    others = [_plain(each) for each in term.also]
    places = (
        wanted in (name, *others),
        name.startswith(wanted),
        wanted in name,
        any(wanted in each for each in others),
        wanted in _plain(term.words),
    )
    return next((rank for rank, is_there in enumerate(places) if is_there), None)


def _plain(text: str) -> str:
    """As people type it: small letters, plain hyphens and apostrophes, single spaces."""
    return " ".join(text.lower().replace("–", "-").replace("’", "'").split())
