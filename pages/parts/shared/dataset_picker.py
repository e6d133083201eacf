"""Choose a data set; where it is not on this machine, download it, or put it there by hand.

Must not import TensorFlow or Keras, nor call `datasets.load`: a page holds no whole data set.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from lenet.data import datasets
from lenet.data.dataset import DatasetInfo
from lenet.formatting import megabytes
from pages.parts.shared.dataset_owner import whose
from pages.parts.shared.dataset_upload import dataset_upload
from pages.parts.shared.downloading import Download, latest_download, look_into, start_download
from pages.parts.shared.markdown import escaped

FALLBACK = "digits"  # always there
_TICK = 0.5  # seconds between two looks while something is missing


def dataset_picker(
    key: str, default: str, use_bundled: Callable[[], None] | None = None
) -> DatasetInfo | None:
    """A select box of all data sets, and what it takes to have the chosen one.

    Args:
        key: of the widgets, one for each place.
        default: chosen at first; one that has changed is chosen anew.
        use_bundled: what the offer of the bundled digits does; None: it chooses them here.

    Returns:
        What is known of the choice, which `chosen` names; None as long as it is not on this machine.
    """
    catalogue = datasets.all_datasets()
    _choose_default(key, default, catalogue)
    name = st.selectbox(
        "Data set", list(catalogue), format_func=lambda name: catalogue[name].title, key=_box(key)
    )
    about = catalogue[name]
    st.caption(_facts(about) + _verified(name))
    here = datasets.available(name)
    if made := datasets.made(name):
        whose(key, name, made)
    with st.container():  # one place for whatever there is to say, or the open form below would close
        _show_unknown(default, about, catalogue)
        if here:
            look_into(name)
            _show_problems(name)
        else:
            _missing(name, use_bundled or partial(_choose, key, FALLBACK))
    dataset_upload(key, lambda name: _choose(key, name))
    return about if here else None


def chosen(key: str, state: Mapping[str, Any]) -> str | None:
    """The name that the select box of that key shows, in that state of the session; None before it."""
    return state.get(_box(key, state))


def _choose(key: str, name: str) -> None:
    """In a new box: a tick that the browser had sent before brings the former one's value along."""
    state = st.session_state
    state[f"{key}-choice-count"] = state.get(f"{key}-choice-count", 0) + 1
    state[_box(key)] = name


def _box(key: str, state: Mapping[str, Any] | None = None) -> str:
    """The key of the select box of now."""
    count = (st.session_state if state is None else state).get(f"{key}-choice-count", 0)
    return f"{key}-{count}-choice"


def _choose_default(key: str, default: str, catalogue: dict[str, DatasetInfo]) -> None:
    """The choice is set anew each time, though it may be there: the browser is told of it only then (1.67).

    One that draws two runs of the page at once would not hear of it, and say the first data set.
    """
    state, seen = st.session_state, f"{key}-default"
    if state.get(seen) != default or chosen(key, state) not in catalogue:
        _choose(key, default if default in catalogue else FALLBACK)
    else:
        state[_box(key)] = chosen(key, state)
    state[seen] = default


def _facts(about: DatasetInfo) -> str:
    height, width, channels = about.image_shape
    colors = " in color" if channels == 3 else ""
    return (
        f"{height}×{width}{colors}, {about.num_classes} classes, {about.num_train:,} images to train on, "
        f"{about.num_test:,} to test. Licence: {about.licence}"
    )


def _verified(name: str) -> str:
    """What shows that it is the published data set, once its files have been looked into."""
    words = datasets.verified_by(name)
    return f". Verified by {words}" if words else ""


def _show_unknown(default: str, chosen: DatasetInfo, catalogue: dict[str, DatasetInfo]) -> None:
    if default in catalogue or chosen.name != FALLBACK:
        return
    reason = " ".join(datasets.problems(default))
    st.warning(escaped(f"{reason} {chosen.title} is shown instead."), icon=":material/search_off:")


def _show_problems(name: str) -> None:
    """Files that are passed over; another one is good."""
    for problem in datasets.problems(name):
        st.caption(f":material/info: Passed over: {escaped(problem)}")


@st.fragment(run_every=_TICK)
def _missing(name: str, use_bundled: Callable[[], None]) -> None:
    """Looks again by itself, so that a download, or a file put there by hand, is seen in every tab."""
    if datasets.available(name):
        st.rerun()
    download = latest_download(name)
    if download and download.running:
        _show_progress(name, download)
    else:
        _offer(name, use_bundled, download)


def _show_progress(name: str, download: Download) -> None:
    received, total = download.received / 1e6, download.total / 1e6
    fraction = min(1.0, received / total) if total else 0.0
    amount = f"{received:.1f} of {total:.1f} MB" if total else "looking for a server"
    st.progress(fraction, f"Downloading {datasets.info(name).title}: {amount}")
    st.button("Stop", icon=":material/stop:", key=f"stop-{name}", on_click=download.stop)


def _offer(name: str, use_bundled: Callable[[], None], download: Download | None) -> None:
    if download and download.stopped:
        st.info("Stopped. The next try goes on from there.", icon=":material/stop_circle:")
    elif download and download.problem:
        st.error(escaped(download.problem), icon=":material/cloud_off:")
    else:
        _show_absence(name)
    with st.container(horizontal=True):
        again = "Try again" if download else "Download"
        if datasets.can_download(name):
            st.button(again, icon=":material/download:", type="primary", key=f"download-{name}",
                      on_click=start_download, args=(name,))  # fmt: skip
        if st.button("Use the bundled digits", key=f"fallback-{name}", on_click=use_bundled):
            st.rerun()


def _show_absence(name: str) -> None:
    words, icon = datasets.where_to_put(name), ":material/draw:"
    if datasets.can_download(name):
        size = megabytes(datasets.download_bytes(name))
        words = f"{datasets.info(name).title}: not on this machine yet. {words}, or download it: {size}."
        icon = ":material/cloud_download:"
    st.info(escaped(words), icon=icon)
    for problem in datasets.problems(name):
        st.warning(escaped(problem), icon=":material/broken_image:")
