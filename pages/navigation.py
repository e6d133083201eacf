"""Page settings and navigation, nothing else: the script that Streamlit runs for every address."""

from pathlib import Path

import streamlit as st
from streamlit.delta_generator_singletons import context_dg_stack, get_default_dg_stack_value

from pages.parts.lessons.panel import panel
from pages.parts.shared import controls, tour
from pages.parts.shared.activity_notice import activity_notice
from pages.parts.shared.link import has, open_page, pass_on
from pages.parts.shared.link_fields import STEP
from pages.parts.shared.lost_session import lost_session
from pages.parts.shared.orders import follow_orders
from pages.parts.shared.preparation import prepare
from pages.parts.shared.room import check_is_joined, name_badge, person
from pages.parts.shared.screen import screen, screen_choice
from pages.parts.shared.theme import follow_theme
from pages.parts.shared.unknown_clicks import note_unknown_clicks

PAGES = Path(__file__).resolve().parent

prepare()
# Without fast reruns (see .streamlit/config.toml) Streamlit 1.67 may run a page in the thread of a tick, and
# leaves it inside of the tick's container: the browser gives up on elements whose place there is not.
context_dg_stack.set(get_default_dg_stack_value())
st.set_page_config(page_title="LeNet Lab", page_icon=PAGES / "assets" / "icon.svg", layout="wide")

data = st.Page(PAGES / "1_Data.py", title="Data", icon=":material/photo_library:", url_path="data")
train = st.Page(PAGES / "2_Train.py", title="Train", icon=":material/model_training:", url_path="train")
evaluate = st.Page(PAGES / "3_Evaluate.py", title="Evaluate", icon=":material/target:", url_path="evaluate")
inspect = st.Page(PAGES / "4_Inspect.py", title="Inspect", icon=":material/search:", url_path="inspect")
draw = st.Page(PAGES / "5_Draw.py", title="Draw", icon=":material/draw:", url_path="draw")
compare = st.Page(
    PAGES / "6_Compare.py", title="Compare", icon=":material/compare_arrows:", url_path="compare"
)
glossary = st.Page(
    PAGES / "7_Glossary.py", title="Glossary", icon=":material/menu_book:", url_path="glossary"
)


def home() -> None:
    """A default page answers at `/` alone, so `/` passes on to a page that a link can name."""
    pass_on(train)


def on_tour() -> None:
    """Leads to the page of the step that is next."""
    tour.take_up()


hidden = st.Page(home, title="LeNet Lab", url_path="home", default=True, visibility="hidden")
guided = st.Page(on_tour, title="Tour", icon=":material/flag:", url_path="tour")
board = st.Page(PAGES / "9_Board.py", title="Board", icon=":material/leaderboard:", url_path="board")
lessons = st.Page(PAGES / "10_Lessons.py", title="Lessons", icon=":material/school:", url_path="lessons")
activity = st.Page(PAGES / "11_Activity.py", title="Activity", url_path="activity", visibility="hidden")
of_class = st.Page(PAGES / "8_Class.py", title="Class", icon=":material/groups:", url_path="class")
pages = [data, train, evaluate, inspect, draw, compare, glossary, lessons, guided]
who = person()  # None: people work alone here
note_unknown_clicks(who)
if who:
    pages.append(board)
if who and who.is_teacher:
    pages.append(of_class)
unlisted = [
    each for each in (activity, board, of_class) if each not in pages
]  # their address opens them still
page = st.navigation([hidden, *pages, *unlisted], position="hidden")
st.html(PAGES / "parts" / "shared" / "page.css")
open_page(page.url_path)
top = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
# Streamlit's own navigation hides on a narrow screen, and with it where one is.
# Room for icons is on a laptop alone: a class has more pages, a lesson less room, a projector larger letters.
has_icons = screen().is_wide and who is None and not has(STEP)
with top.container(horizontal=True, gap="xxsmall", width="content", key="pages"):
    for each in pages:
        st.page_link(each, icon=None if has_icons else "")
with top.container(horizontal=True, gap="xsmall", width="content", vertical_alignment="center"):
    name_badge(who)
    controls.show_wanted(page.url_path)
    if not screen().is_phone:
        screen_choice()
tour.bar(page.url_path)
check_is_joined(who)
panel(page.url_path)
activity_notice(page.url_path)
page.run()
if screen().is_phone:  # where there is room for it
    screen_choice()
follow_theme()
if who:
    follow_orders()
lost_session()
