"""Numbers and sentences as a person reads them. Standard library only."""

import re


def escaped(sentence: str) -> str:
    """The sentence with what Markdown would take as markup (a `_` of a path, a `$`) shown as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#$~|:])", r"\\\1", sentence)


def percent(value: float | None) -> str:
    """0.98351 → 98.35 %; a dash where there is none."""
    return "–" if value is None else f"{value:.2%}".replace("%", " %")


def duration(seconds: float | None) -> str:
    """75 → 1 min 15 s; a dash where there is none."""
    if seconds is None:
        return "–"
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
