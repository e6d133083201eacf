"""The chart as a table of `docs/results.md`, made of the shipped measurements."""

from benchmarks.results import write_table
from lenet.evaluation.paper_chart import CLASSIFIERS, Classifier, Measurement, mean_of
from lenet.formatting import percent

BEGIN, END = "<!-- paper chart: begin -->", "<!-- paper chart: end -->"
COLUMNS = (
    "classifier", "preprocessing", "paper", "here", "seeds", "lowest to highest", "rejected",
    "multiply-adds", "numbers kept", "seconds to train",
)  # fmt: skip
UNKNOWN = "–"


def write_table_of(measured: dict[str, tuple[Measurement, ...]]) -> None:
    """Put it into the page."""
    write_table(BEGIN, END, lines(measured))


def lines(measured: dict[str, tuple[Measurement, ...]]) -> list[str]:
    """A row for each classifier of the paper, measured or not."""
    rows = [_cells(each, measured.get(each.name, ())) for each in CLASSIFIERS.values()]
    return [
        f"| {' | '.join(COLUMNS)} |",
        "|---" * len(COLUMNS) + "|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def _cells(classifier: Classifier, those: tuple[Measurement, ...]) -> list[str]:
    about = [classifier.title, classifier.preprocessing, classifier.paper_figure]
    if not those:
        return [*about, "not measured", *[UNKNOWN] * (len(COLUMNS) - 4)]
    errors, rejected, seconds = (
        [each.error for each in those],
        mean_of(those, "rejected"),
        mean_of(those, "seconds"),
    )
    return [
        *about,
        f"{mean_of(those, 'error'):.2f} %",
        str(len(those)),
        f"{min(errors):.2f} to {max(errors):.2f} %" if len(errors) > 1 else UNKNOWN,
        percent(rejected, 1),
        f"{mean_of(those, 'multiply_adds'):,.0f}",
        f"{mean_of(those, 'memory'):,.0f}",
        UNKNOWN if seconds is None else f"{seconds:,.0f}",
    ]
