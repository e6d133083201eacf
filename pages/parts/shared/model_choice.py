"""The network of a page: a run or a pretrained model, and which epoch of it; the choice is in the link.

Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from lenet.errors import RunError
from lenet.formatting import percent
from lenet.networks.pretrained import BEST, PRETRAINED
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from lenet.sentences import listed, shown
from pages.parts.shared.clicks import change_of
from pages.parts.shared.engine import engine_id
from pages.parts.shared.link import read, warn, write
from pages.parts.shared.link_fields import Field
from pages.parts.shared.markdown import escaped

FINAL = "final"
_LAST = "model-choice"  # key of the session: what was chosen last, on whatever page


@dataclass(frozen=True)
class Chosen:
    """A network.

    Attributes:
        spec: what `lenet.networks.loading.load_model` calls it: a pretrained model, `name@0`, a run's id, or
            `run@epoch`.
        name: the pretrained model, or the run's id.
        title: its name for people, without the epoch.
        epoch: None: the final model.
        config: what it was trained with.
        run: its folder; None of a pretrained model.
        state: of the run ("running", "finished", …), or "pretrained".
    """

    spec: str
    name: str
    title: str
    epoch: int | None
    config: RunConfig
    run: Run | None
    state: str


def model_choice(key: str, field: Field, label: str = "Model", default: str = "") -> Chosen | None:
    """A select box of all networks, and a slider over the epochs of the chosen one.

    Args:
        key: of the widgets, one for each place on a page.
        field: of the link, that holds the choice.
        default: chosen at first; "": what was chosen last, else the newest run, else a pretrained model.

    Returns:
        None where it has no weights yet, or is damaged: a sentence says so.
    """
    titles, states = _networks()
    name, epoch = _asked(field, default, titles)
    picked = st.selectbox(
        label, list(titles), list(titles).index(name), key=f"{key}-{name}", format_func=titles.__getitem__,
        on_change=change_of(f"{key}-{name}", name, partial(_choose, field)),
    )  # fmt: skip
    title = titles[picked].partition(" · ")[0]
    if picked in PRETRAINED:
        return _pretrained(key, field, picked, epoch)
    return _of_run(key, field, picked, epoch, title, states[picked])


def _networks() -> tuple[dict[str, str], dict[str, str]]:
    """Name → title, the newest run first, pretrained ones last; and run → state."""
    runs = [run for run in list_runs(engine=engine_id()) if not run.problem]
    titles = {run.id: f"{run.name} · {percent(run.accuracy)} · {run.state}" for run in runs}
    for name in sorted(PRETRAINED, key=lambda name: (name != BEST, name)):
        titles[name] = f"{name} · {percent(PRETRAINED[name].test_accuracy)} · pretrained"
    return titles, {run.id: run.state for run in runs}


def _asked(field: Field, default: str, titles: dict[str, str]) -> tuple[str, str]:
    """Name and epoch ("" where none is named) of the link, else of what was chosen last, else the first."""
    spec = read(field) or ""
    name, _, epoch = spec.partition("@")
    if spec and name not in titles:
        warn(
            f"Model: received {shown(spec)} in the link, which is not here (any more). Another one is shown."
        )
    if name not in titles:
        name, _, epoch = (default or st.session_state.get(_LAST, "")).partition("@")
    return (name, epoch) if name in titles else (next(iter(titles)), "")


def _choose(field: Field, spec: str) -> None:
    """A link to what is shown now opens the same."""
    write(field, spec)
    if field.name == "model":
        st.session_state[_LAST] = spec


def _pretrained(key: str, field: Field, name: str, epoch: str) -> Chosen:
    config = PRETRAINED[name].config
    epochs = [FINAL] if config.initial_weights else ["0", FINAL]
    epoch = _epoch_slider(key, field, name, epochs, epoch)
    return Chosen(_spec(name, epoch), name, name, _number(epoch), config, None, "pretrained")


def _of_run(key: str, field: Field, name: str, epoch: str, title: str, state: str) -> Chosen | None:
    try:
        run = Run.open(name)
        config, epochs = run.config, [str(each) for each in run.snapshots()]
    except RunError as error:
        st.error(escaped(str(error)))
        return None
    if (run.path / "model.keras").is_file():
        epochs.append(FINAL)
    if not epochs:
        st.info(f"{escaped(title)} has no weights yet: its data or its first update are still to come.",
                icon=":material/hourglass_top:")  # fmt: skip
        return None
    epoch = _epoch_slider(key, field, name, epochs, epoch)
    return Chosen(_spec(name, epoch), name, title, _number(epoch), config, run, state)


def _epoch_slider(key: str, field: Field, name: str, epochs: list[str], asked: str) -> str:
    """The epoch in `epochs` that is chosen; at first the one of the link, else the last one."""
    if asked and asked not in epochs:
        known = listed(epochs, 12)
        warn(f"Epoch: received {shown(asked)} in the link, expected one of {known}. The last one is shown.")
    if len(epochs) == 1:
        return epochs[0]
    slider, now = f"{key}-epoch-{name}", asked if asked in epochs else epochs[-1]
    return st.select_slider(
        "Epoch", epochs, now, key=slider,
        format_func=lambda each: "0, untrained" if each == "0" else each,
        on_change=change_of(slider, now, lambda epoch: _choose(field, _spec(name, epoch))),
    )  # fmt: skip


def _spec(name: str, epoch: str) -> str:
    return name if epoch == FINAL else f"{name}@{epoch}"


def _number(epoch: str) -> int | None:
    return None if epoch == FINAL else int(epoch)


def config_of(spec: str) -> RunConfig | None:
    """What that model was trained with; None where it is not at hand."""
    name = spec.partition("@")[0]
    if name in PRETRAINED:
        return PRETRAINED[name].config
    try:
        return Run.open(name).config
    except RunError:
        return None
