"""What somebody sees who guesses: the image, a button for each class, then who was right. No TensorFlow."""

import numpy as np
import streamlit as st

from lenet.activities.guess import Game, answer, scores
from lenet.figures.mosaics import data_url
from lenet.formatting import percent
from lenet.people.person import Person
from lenet.runs.folder import default_folder
from pages.parts.shared.deed import do
from pages.parts.shared.markdown import escaped
from pages.parts.shared.screen import screen

_LARGEST = 300  # pixels of the image
_BUTTON, _GAP = 54, 16  # pixels of the button of a class that has one letter, for fingers


def guessing(game: Game, who: Person) -> None:
    """The round that is on; at the end, how many of theirs were right."""
    if game.phase == "over":
        return _end(game, who)
    said = game.said(game.number).get(who.id)
    st.subheader(f"What is it? Round {game.number + 1} of {len(game.choice.rounds)}", anchor=False)
    size = min(screen().width, _LARGEST)
    _image(game.choice.images[game.number], size)
    if game.phase == "revealed":
        return _told(game, said)
    _buttons(game, said)
    if said is not None:
        st.success(f"You said {escaped(game.choice.classes[said])}. See the board.", icon=":material/check:")
    return None


def _image(image: np.ndarray, size: int) -> None:
    """(H, W, C) uint8, enlarged without blur."""
    picture = image[..., 0] if image.shape[2] == 1 else image
    style = f"width:{size}px;image-rendering:pixelated;border-radius:8px"
    st.html(f'<img src="{data_url(picture)}" alt="The image that all are asked about" style="{style}">')


def _buttons(game: Game, said: int | None) -> None:
    letters = max(map(len, game.choice.classes)) == 1
    with st.container(horizontal=True, gap="small", width=5 * _BUTTON + 4 * _GAP if letters else "stretch"):
        for place, name in enumerate(game.choice.classes):
            st.button(
                escaped(name), key=f"guess-{game.folder.name}-{game.number}-{place}",
                type="primary" if place == said else "secondary", disabled=said is not None,
                width=_BUTTON if letters else "content",
                on_click=do, args=(answer, default_folder(), game.folder, game.number, place),
            )  # fmt: skip


def _told(game: Game, said: int | None) -> None:
    classes, now = game.choice.classes, game.now
    truth, machine = classes[now.label], classes[now.predicted]
    if said is None:
        st.info(f"It is {escaped(truth)}. You said nothing in this round.")
    elif said == now.label:
        st.success(f"It is {escaped(truth)}, as you said.", icon=":material/check:")
    else:
        st.warning(f"It is {escaped(truth)}. You said {escaped(classes[said])}.", icon=":material/close:")
    words = f"{game.choice.player} said {machine}, at {percent(now.confidence, 0)}."
    st.markdown(escaped(words))


def _end(game: Game, who: Person) -> None:
    found = scores(game, [who])
    of, rounds = {each.name: each for each in found}, len(game.choice.rounds)
    mine = of.get(who.name)
    st.header(f"You: {mine.right if mine else 0} of {rounds}", anchor=False)
    st.markdown(
        escaped(f"{found[0].name}: {found[0].right} of {rounds}. The class: {found[1].right} of {rounds}.")
    )
    st.caption(escaped(game.choice.how()))
