"""Links from where a term stands on a page to what the glossary says of it.

`tests/glossary/test_links.py` reads the names from the sources: they are written out where these are called,
in a dict `_TERMS`, or in a kind of layer. Must not import TensorFlow or Keras.
"""

from lenet.glossary.terms import TERMS


def term(name: str, words: str = "") -> str:
    """A Markdown link to that term, beside the page; `words`: as it is called there. Raises `KeyError`."""
    return f"[{words or name}](glossary?term={TERMS[name].key})"


def help_on(*names: str, words: str = "") -> str:
    """What a tooltip says: those words, else the first term's, and links to all of them."""
    links = ", ".join(term(name) for name in names)
    return f"{words or TERMS[names[0]].words} Glossary: {links}."
