"""The Compare page as Streamlit runs it: each view; links that are wrong, runs that are gone or differ."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lenet.engine.base import Engine
from lenet.runs.folder import Run
from lenet.runs.layers import Dense
from lenet.training.trainer import train
from pages.parts.shared.link_fields import COMPARE as LINK
from tests.compared_runs import run_with_curves
from tests.engine_fixtures import wait_until
from tests.linked_page import is_settled
from tests.page_words import copied, plain
from tests.project import ROOT
from tests.running_runs import running_run
from tests.small_runs import small_config

VIEWS = [view for view in LINK["view"].options if view != "paper"]  # that needs no run
# What each view shows of two runs that were trained
WORDS = {
    "curves": "are one line, their mean",
    "scatter": "Pareto front",
    "parallel": "Drag along an axis",
    "kernels": "4 filters of 3×3 over 1 input channel.",
    "confusion": "Percentage points",
    "errors": "both are correct on",
    "mcnemar": "of 3 pairs",
}
CHARTS = {"curves": 2, "scatter": 1, "parallel": 1, "kernels": 0, "confusion": 1, "mcnemar": 1}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """Three finished runs: two of them differ in nothing but the seed."""
    folder = tmp_path_factory.mktemp("trained")
    settings = (
        {"seed": 0},
        {"seed": 1},
        {"learning_rate": 0.01, "layers": (Dense(units=10, activation="softmax"),)},
    )
    runs = [Run.create(small_config(**each), folder) for each in settings]
    assert [train(run).state for run in runs] == ["finished"] * 3
    return runs


@pytest.fixture
def runs(trained: list[Run], runs_folder: Path) -> list[Run]:
    """The same, where this test's page finds them."""
    return [copied(run, runs_folder) for run in trained]


@pytest.fixture
def page(runs_folder: Path, engine: Engine) -> AppTest:
    return AppTest.from_file(ROOT / "pages" / "6_Compare.py", default_timeout=60)


def opened(test: AppTest, *ids: str, **link: str) -> AppTest:
    """The page of a link, when everything on it is answered."""
    test.query_params["runs"] = list(ids)
    for name, value in link.items():
        test.query_params[name] = value
    wait_until(lambda: is_settled(test.run()), 90)
    assert not test.exception, test.exception[0].message
    return test


def ids_in_link(test: AppTest) -> list[str]:
    found = test.query_params.get("runs", [])
    return [found] if isinstance(found, str) else found


def said(test: AppTest) -> str:
    return plain([*test.info, *test.warning, *test.error])


@pytest.mark.parametrize("view", VIEWS)
def test_every_view(page: AppTest, runs: list[Run], view: str) -> None:
    opened(page, *(run.id for run in runs), view=view)
    assert said(page) == ""
    if view in CHARTS:
        assert len(page.get("plotly_chart")) == CHARTS[view]
    words = plain([*page.markdown, *page.caption])
    assert WORDS[view] in words


def test_the_table_has_only_what_differs(page: AppTest, runs: list[Run]) -> None:
    opened(page, *(run.id for run in runs))
    shown = page.dataframe[1].value
    settings = list(shown.columns)[3 : list(shown.columns).index("Test accuracy, %")]
    assert settings == ["Network", "Learning rate", "Seed"]
    assert list(shown["Learning rate"]) == [0.001, 0.001, 0.01] and list(shown["Seed"]) == [0, 1, 0]
    accuracies = [100 * run.status().test_accuracy for run in runs]
    assert list(shown["Test accuracy, %"]) == pytest.approx(accuracies)
    swatches = list(shown[" "])
    assert swatches[0] == swatches[1] != swatches[2], "a color for the settings, whatever the seed"
    means = page.dataframe[0].value
    assert len(means) == 1 and means["Runs"][0] == 2 and means[" "][0] == swatches[0]
    assert means["Mean"][0] == pytest.approx(np.mean(accuracies[:2]))
    assert means["Standard deviation"][0] == pytest.approx(np.std(accuracies[:2], ddof=1))
    opened(page, *(run.id for run in runs), **{"each-seed": "yes"})
    assert len(set(page.dataframe[0].value[" "])) == 3


def test_without_a_choice_the_newest_are_compared(page: AppTest, runs: list[Run]) -> None:
    opened(page)
    assert ids_in_link(page) == [] and len(page.dataframe[-1].value) == 3


def test_no_run_at_all(page: AppTest) -> None:
    opened(page)
    assert "No run yet" in said(page)


def test_a_run_alone_is_shown(page: AppTest, runs: list[Run]) -> None:
    for view in VIEWS:
        opened(page, runs[0].id, view=view)
        assert "is alone here. Choose another run beside it." in said(page) and not page.error


def test_a_run_deleted_while_it_is_compared(page: AppTest, runs: list[Run]) -> None:
    opened(page, *(run.id for run in runs))
    runs[1].delete()
    opened(page, *(run.id for run in runs))
    assert f"received '{runs[1].id}' in the link" in said(page) and "the others are compared" in said(page)
    assert len(page.dataframe[-1].value) == 2 and len(ids_in_link(page)) == 3


def test_all_of_the_link_are_gone(page: AppTest, runs: list[Run]) -> None:
    for view in VIEWS:
        opened(page, *(f"gone-{number}" for number in range(9)), view=view)
        assert "No run is chosen" in said(page) and "And 6 more like these." in said(page)


def test_runs_of_other_data_and_classes(page: AppTest, runs: list[Run], runs_folder: Path) -> None:
    other = run_with_curves(runs_folder, [0.5, 0.4], dataset="mnist")
    for view in ("curves", "scatter", "parallel"):
        opened(page, runs[0].id, other.id, view=view)
        assert "These runs are of 2 data sets (digits, mnist)" in said(page) and not page.error
    for view in ("confusion", "errors", "mcnemar", "kernels"):
        opened(page, runs[0].id, other.id, view=view)
        assert "has no weights" in said(page) + plain(page.caption)


def test_a_run_that_trains_is_compared_with_what_it_has(
    page: AppTest, runs: list[Run], runs_folder: Path
) -> None:
    live = running_run(runs_folder)
    for view in VIEWS:
        opened(page, runs[0].id, live.id, view=view)
        assert not page.error and not page.warning


def test_evaluations_that_are_gone_are_made_again(page: AppTest, runs: list[Run]) -> None:
    for run in runs:
        (run.path / "evaluation.npz").unlink()
    opened(page, *(run.id for run in runs), view="mcnemar")
    assert "of 3 pairs" in plain(page.markdown)


def test_a_link_that_names_a_run_that_is_not_among_those_compared(page: AppTest, runs: list[Run]) -> None:
    opened(page, runs[0].id, runs[1].id, view="errors", first=runs[2].id)
    assert "First: received" in said(page) and "expected one of the runs that are compared" in said(page)
    opened(page, runs[0].id, runs[1].id, view="errors", first=runs[1].id)
    assert [each.value for each in page.selectbox[:2]] == [runs[1].id, runs[0].id]
    opened(page, runs[0].id, runs[1].id, view="errors", first=runs[1].id, second=runs[1].id)
    assert "The same run twice does not differ" in said(page)


def test_other_runs_have_other_axes_layers_and_rows(page: AppTest, runs: list[Run]) -> None:
    """What was picked of runs that were compared before is not there any more, or is."""
    opened(page, *(run.id for run in runs), view="parallel")
    assert "network" in page.multiselect[0].value
    page.selectbox(key="compare-run").set_value(page.selectbox(key="compare-run").options[2]).run()
    opened(page, runs[0].id, runs[1].id)
    assert not page.error and page.multiselect[0].value[0] == "seed"
    assert len(page.selectbox(key="compare-run").options) == 2
    opened(page, *(run.id for run in runs), view="scatter", x="learning_rate")
    assert page.selectbox(key="compare-x").value == "learning_rate"
    opened(page, runs[0].id, runs[1].id, view="scatter", x="learning_rate")
    assert "Horizontal: received 'learning_rate' in the link" in said(page)
    opened(page, runs[0].id, runs[1].id, view="kernels", layer="C9")
    assert "Layer: received 'C9' in the link, expected one of C1" in said(page)


def test_tags_are_given_to_all_that_are_compared(page: AppTest, runs: list[Run]) -> None:
    page.session_state["compare-box"] = True
    opened(page, runs[0].id, runs[2].id)
    page.text_input(key="compare-tag").set_value("for Friday")
    next(each for each in page.button if each.label == "Give it to 2 runs").click().run()
    assert [run.control().tags for run in runs] == [("for Friday",), (), ("for Friday",)]
    page.selectbox(key="compare-by-Tag").set_value("for Friday").run()
    next(each for each in page.button if each.label == "Only these").click().run()
    assert set(ids_in_link(page)) == {runs[0].id, runs[2].id}
    page.button(key="compare-untag-for Friday").click().run()
    assert [run.control().tags for run in runs] == [()] * 3


def test_many_runs_are_chosen_at_once(page: AppTest, runs_folder: Path) -> None:
    made = [
        run_with_curves(runs_folder, [0.5, 0.4], seed=seed, learning_rate=0.1 / (1 + seed))
        for seed in range(30)
    ]
    page.session_state["compare-box"] = True
    opened(page)
    next(each for each in page.button if each.label == "Add all 30").click().run()
    assert set(ids_in_link(page)) == {run.id for run in made}
    assert "The best 10 of 30 have a color" in plain(page.caption)
