"""The commands about data sets: list them, and add one's own.

    python -m lenet datasets
    python -m lenet datasets add leaves.zip --name leaves --scaling mnist

Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from lenet import progress, terminal
from lenet.data import datasets
from lenet.data.dataset import DatasetInfo
from lenet.data.imports.choices import Choices, parse_range
from lenet.data.uploaded import NAME_RULE, name_of
from lenet.errors import DatasetError
from lenet.layers.kind import format_shape
from lenet.terminal import print_json, refuse, refusing

commands = typer.Typer(help="List the data sets, or add your own.", invoke_without_command=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Polarity = Annotated[
    Literal["auto", "keep", "invert"], typer.Option(help="invert: dark and light change places.")
]
Color = Annotated[Literal["auto", "keep", "gray"], typer.Option(help="gray: colors become shades of gray.")]
_POLARITIES = {"auto": None, "keep": False, "invert": True}
_COLORS = {"auto": None, "keep": True, "gray": False}


@commands.callback()
def list_datasets(context: typer.Context, as_json: AsJson = False) -> None:
    """List the data sets. Whether each is here or how to get it, sizes, classes, licence."""
    if context.invoked_subcommand:
        return
    rows = []
    for name, info in datasets.all_datasets().items():
        here = datasets.available(name)
        advice = None if here else datasets.where_to_put(name)
        can_download = datasets.can_download(name)
        rows.append(asdict(info) | {"available": here, "can_download": can_download, "how_to_get_it": advice})
    if as_json:
        return print_json(rows)
    terminal.print_datasets(rows)


@commands.command("add")
def add(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH…", help="Pictures in folders by class, a zip of them, .npz, CSV, IDX, "
                       "Parquet or .mat; a file, a folder, or several files."),
    ],
    name: Annotated[str | None, typer.Option(help=f"{NAME_RULE}; default: the file's.")] = None,
    numbers: Annotated[
        str, typer.Option("--range", metavar="BLACK:WHITE", help="Numbers of black and white, such as 0:16.")
    ] = "auto",
    polarity: Polarity = "auto",
    color: Color = "auto",
    transposed: Annotated[
        bool | None, typer.Option("--transposed/--upright", help="Rows and columns change places, or not.")
    ] = None,
    scaling: Annotated[
        Literal["auto", "fit", "mnist"],
        typer.Option(help="fit: scaled, proportions kept; mnist: the way MNIST was made."),
    ] = "auto",
    size: Annotated[int | None, typer.Option(help="Pixels of a side to scale to.")] = None,
    class_names: Annotated[str, typer.Option(metavar="A,B,…", help="In the order of the labels.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="The one of that name goes.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what is noticed; store nothing.")] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Add your own data. What is not said is looked at: range, polarity, color, orientation, size."""
    name = name_of(paths[0].resolve().name) if name is None else name
    named = tuple(part.strip() for part in class_names.split(",") if part.strip())
    with refusing(DatasetError):
        if not dry_run:
            datasets.check_new(name, replace)
        how = None if scaling == "auto" else scaling
        choices = Choices(
            parse_range(numbers), _POLARITIES[polarity], transposed, how, size, _COLORS[color], named
        )
        notes, about = _added(name, paths, choices, replace, dry_run)
    if as_json:
        return print_json({"notes": notes} | (asdict(about) if about else {}))
    terminal.print_lines(*notes, *([_stored(about)] if about else ["Nothing was stored: --dry-run."]))


def _added(
    name: str, paths: list[Path], choices: Choices, replace: bool, dry_run: bool
) -> tuple[list[str], DatasetInfo | None]:
    """What was noticed, and the data set. Ctrl+C leaves nothing."""
    from lenet.data.imports.importing import opened

    source = paths[0] if len(paths) == 1 else [(path.name, path) for path in paths]
    try:
        with progress.import_progress(name) as show, opened(source, class_names=choices.class_names) as found:
            notes = found.notes(choices)
            about = None if dry_run else datasets.add(name, found, choices, replace, show)
            return [*notes, *found.contents.left_out()], about
    except KeyboardInterrupt:
        refuse("Stopped: nothing was stored.")


def _stored(about: DatasetInfo) -> str:
    return (
        f"Stored as {about.name}: {format_shape(about.image_shape)}, {about.num_classes} classes, "
        f"{about.num_train:,} images to train on, {about.num_test:,} to test."
    )
