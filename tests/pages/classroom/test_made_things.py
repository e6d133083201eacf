"""What a person brings and draws, on the pages of others: a sentence says whose it is, until it is shared."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lenet.data import datasets
from lenet.data.drawing_sets import DrawingSet
from lenet.data.persons_digits import own_digits
from lenet.people import limits, owner
from lenet.people.classroom import Classroom
from lenet.people.limits import Limits
from lenet.people.person import TEACHER, Person
from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from lenet.runs.status import Status
from lenet.training.recipes import RECIPES
from pages.parts.shared.room import asking
from pages.parts.train.live_feed import Feed
from tests.class_pages import Sit, acting_as, class_pages
from tests.drawn_collection import drawing, image, symbols_collected
from tests.made_datasets import bars, npz
from tests.page_words import plain
from tests.project import ROOT
from tests.small_runs import small_config

WORDS = "is Ada's, who does not share it"


@pytest.fixture
def lesson(
    bare_machine: Path, runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Classroom, Sit]]:
    with class_pages(monkeypatch) as found:
        yield found


@pytest.fixture
def ada(lesson: tuple[Classroom, Sit]) -> Person:
    return lesson[0].join(lesson[0].code, "Ada")


@pytest.fixture
def ben(lesson: tuple[Classroom, Sit]) -> Person:
    """He is at the pages."""
    person = lesson[0].join(lesson[0].code, "Ben")
    lesson[1](person)
    return person


@pytest.fixture
def leaves(ada: Person, ben: Person, tmp_path: Path) -> str:
    """A data set of Ada's."""
    with acting_as(ada):
        source = npz(tmp_path / "leaves.npz", x=bars(60, 28), y=np.arange(60) % 2)
        return datasets.add_own("leaves", source).name


def page(name: str, **link: str) -> AppTest:
    test = AppTest.from_file(ROOT / "pages" / f"{name}.py", default_timeout=60)
    for key, value in link.items():
        test.query_params[key] = value
    test.run()
    assert not test.exception, test.exception
    return test


def words_of(test: AppTest) -> str:
    kinds = test.error, test.warning, test.info, test.caption, test.markdown
    return " ".join(plain(each) for each in kinds)


def shares(test: AppTest) -> list:
    return [each for each in test.button_group if "-share-" in str(each.key)]


def test_a_link_to_anothers_data_set_says_whose_it_is(leaves: str, lesson: tuple[Classroom, Sit]) -> None:
    for name in ("1_Data", "2_Train"):
        test = page(name, dataset=leaves)
        assert WORDS in words_of(test)
        assert leaves not in [option for box in test.selectbox for option in box.options]
    lesson[1](TEACHER)
    assert WORDS not in words_of(page("1_Data", dataset=leaves))


def test_its_owner_shares_it_by_one_control(
    leaves: str, ada: Person, ben: Person, lesson: tuple[Classroom, Sit]
) -> None:
    lesson[1](ada)
    test = page("1_Data", dataset=leaves)
    (control,) = shares(test)
    assert control.value == ""
    control.set_value("see").run()
    assert not test.exception and owner.shared_as(datasets.made(leaves)) == "see"
    assert shares(test)[0].value == "see"
    lesson[1](ben)
    theirs = page("1_Data", dataset=leaves)
    assert WORDS not in words_of(theirs) and shares(theirs) == [] and "Ada's" in words_of(theirs)
    assert not any("Delete the data set" in str(each.label) for each in theirs.button)
    lesson[1](ada)
    test.run()
    shares(test)[0].set_value("").run()
    assert owner.shared_as(datasets.made(leaves)) == ""


def test_a_run_on_anothers_data_is_seen_and_its_images_are_not(
    leaves: str, ada: Person, runs_folder: Path
) -> None:
    with acting_as(ada):
        run = Run.create(small_config(dataset=leaves), runs_folder)
    run.write_status(Status(state="finished", epoch=2, epochs=2, created=1.0, val_accuracy=0.5, val_images=9))
    for name, link in (
        ("2_Train", {"run": run.id}), ("3_Evaluate", {"model": run.id}), ("4_Inspect", {"model": run.id}),
        ("5_Draw", {"model": run.id}), ("6_Compare", {"runs": run.id}), ("9_Board", {}),
    ):  # fmt: skip
        page(name, **link)
    inspected = page("4_Inspect", model="lenet5-draw", dataset=leaves, index="1")
    assert WORDS in words_of(inspected)


def test_the_live_feed_draws_no_image_of_anothers_data(
    leaves: str, ada: Person, ben: Person, runs_folder: Path
) -> None:
    with acting_as(ada):
        run = Run.create(small_config(dataset=leaves), runs_folder)
    feed, asked = Feed(), {"run": run.id, "image": "0", "tab": "x"}
    for person, is_drawn in ((ben, False), (ada, True), (TEACHER, True)):
        feed._watched.clear()
        token = asking.set(person)
        assert "figures" in feed.answer(asked)
        asking.reset(token)
        assert bool(feed._watched[run.id]._maps) is is_drawn


def test_a_set_of_symbols_is_shared_to_be_drawn_into(
    ada: Person, ben: Person, lesson: tuple[Classroom, Sit], runs_folder: Path
) -> None:
    with acting_as(ada):
        made: DrawingSet = symbols_collected(6)
    link = {"more": "collect", "set": made.name, "model": "lenet5-draw"}
    his = page("5_Draw", **link)
    assert WORDS in words_of(his)
    assert "Our symbols" not in [option for box in his.selectbox for option in box.options]
    lesson[1](ada)
    hers = page("5_Draw", **link)
    (control,) = shares(hers)
    control.set_value("add").run()
    assert owner.shared_as(made.root) == "add"
    lesson[1](ben)
    his = page("5_Draw", **link)
    assert "Our symbols" in [option for box in his.selectbox for option in box.options]
    assert not any("Delete the set" in each.label for each in his.button)


def test_what_is_over_a_limit_is_said_before_start(ben: Person, runs_folder: Path) -> None:
    test = page("2_Train", recipe="digits-quick")
    assert "your teacher's limit" not in words_of(test)
    limits.write(runs_folder, Limits(parameters=1_000, runs=2))
    assert "your teacher's limit is 1,000" in words_of(test.run())
    swept = page("2_Train", recipe="digits-quick", mode="sweep", trials="3", vary="seed=1,2,3")
    assert "your teacher's limit is 1,000" in words_of(swept)
    limits.write(runs_folder, Limits(runs=2))
    assert "your teacher's limit" not in words_of(test.run())
    swept = page("2_Train", recipe="digits-quick", mode="sweep", trials="3", vary="seed=1,2,3")
    assert "this would be 3 more; your teacher's limit is 2" in words_of(swept)
    assert list_runs(runs_folder) == []
    run = Run.create(RECIPES["digits-quick"].config, runs_folder)
    run.write_status(Status(state="finished", epoch=30, epochs=30, seconds=3_000.0, created=1.0))
    assert "About 50 min of training, and your teacher gives a run 30 min" in words_of(test.run())
    limits.write(runs_folder, Limits(minutes=60))
    assert "your teacher gives" not in words_of(test.run())


def test_a_run_over_its_minutes_is_not_gone_on_with(ben: Person, runs_folder: Path) -> None:
    with acting_as(ben):
        run = Run.create(small_config(), runs_folder)
    now = {"state": "finished", "epoch": 2, "epochs": 2, "seconds": 1_900.0, "created": 1.0}
    run.write_status(Status(**now))
    before = run.control(), run.status()
    test = page("2_Train", run=run.id)
    next(each for each in test.button if each.label == "Train 5 more").click().run()
    assert "It has trained 32 min, and your teacher gives a run 30 min" in plain(test.error)
    assert (run.control(), run.status()) == before


def test_a_link_to_my_digits_means_ones_own(ben: Person) -> None:
    assert "0 drawings so far" in words_of(page("2_Train", dataset="my-digits"))
    with acting_as(ben):
        for number in range(12):
            own_digits().add(drawing(number), number % 10, image(number))
    test = page("2_Train", dataset="my-digits")
    (box,) = (each for each in test.selectbox if each.label == "Data set")
    assert box.value == test.query_params["dataset"] == f"my-digits-{ben.id}"
    assert "12 drawings" in words_of(page("5_Draw", more="collect"))


def test_two_teachers_at_once(lesson: tuple[Classroom, Sit], runs_folder: Path) -> None:
    lesson[1](TEACHER)
    first, second = page("8_Class"), page("8_Class")
    first.number_input("limit-minutes-30").set_value(7).run()
    second.number_input("limit-runs-100").set_value(9).run()
    assert limits.read(runs_folder) == Limits(minutes=7, runs=9)
    first.text_input("eyes-up").set_value("Look up").run()
    first.button("eyes-show").click().run()
    second.button("eyes-show").click().run()
    assert "Sentence: received 0 characters" in plain(second.error), "and the other's stays"
    second.button("eyes-lift").click().run()
    first.button("eyes-lift").click().run()
    assert not first.exception and not second.exception
