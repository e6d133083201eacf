"""Numbers as a person reads them. Standard library only."""


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


def megabytes(count: int) -> str:
    """11_490_434 bytes → 11.5 MB."""
    return f"{count / 1e6:,.1f} MB"
