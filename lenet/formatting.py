"""Numbers as a person reads them. Standard library only."""


def percent(value: float | None, digits: int = 2) -> str:
    """0.98351 → 98.35 %; a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}%}".replace("%", " %")


def probability(share: float) -> str:
    """0.984 → 98.4 %; never 0 % nor 100 %: what rounding leaves of a probability is no certainty."""
    value = 100 * float(share)
    if value < 0.1:
        return "< 0.1 %"
    if value > 99.9:
        return "> 99.9 %"
    return f"{value:.1f} %"


def decimal(value: float, digits: int) -> str:
    """−0.00123 with so many digits after the point, and the minus of a formula."""
    return f"{value:.{digits}f}".replace("-", "−")


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def counted(count: int, noun: str) -> str:
    """1 epoch, 2 epochs."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def duration(seconds: float | None) -> str:
    """75 → 1 min 15 s, 0.34 → 0.3 s; a dash where there is none."""
    if seconds is None:
        return "–"
    if 0 < seconds < 0.95:
        return f"{seconds:.1g} s"
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def file_size(count: int) -> str:
    """2_345 bytes → 2.3 kB; from 100 kB on in MB."""
    return f"{count / 1e3:,.1f} kB" if count < 100_000 else megabytes(count)


def megabytes(count: int) -> str:
    """11_490_434 bytes → 11.5 MB."""
    return f"{count / 1e6:,.1f} MB"
