"""The paper's chart on the Compare page: what ships, with MNIST and without, and links with nonsense."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lenet.data import datasets
from lenet.evaluation import paper_chart
from lenet.evaluation.paper_chart import CLASSIFIERS, mean_of, measurements
from tests.conftest import require
from tests.page_words import plain
from tests.project import ROOT

PAGE = ROOT / "pages" / "6_Compare.py"


@pytest.fixture
def page(runs_folder: Path) -> AppTest:
    test = AppTest.from_file(PAGE, default_timeout=60)
    test.query_params["view"] = "paper"
    return test


def figures(test: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in test.metric}


def test_the_chart_and_the_errors_of_the_chosen_classifier(page: AppTest) -> None:
    require(datasets.available("mnist"), "MNIST is not on this machine")
    page.query_params["classifier"] = "linear"
    page.run()
    assert not page.exception and not page.error and not page.warning
    (measured,) = measurements()["linear"]
    assert figures(page) == {"Paper of 1998": "12.0 %", "Here": f"{measured.error:.2f} %"}
    assert len(page.get("plotly_chart")) == 2, "the bars, and the images of the errors"
    words = plain(page.markdown)
    assert f"{len(measured.errors):,} errors in 10,000 images" in words and "Measured once" in words
    assert "least squares" in plain(page.caption) or "squared difference" in plain(page.caption)
    page.selectbox(key="compare-classifier").set_value("reduced-set").run()
    assert page.query_params["classifier"] in ("reduced-set", ["reduced-set"])
    assert figures(page)["Here"] == "not measured yet" and len(page.get("plotly_chart")) == 1


def test_the_table_has_every_classifier(page: AppTest) -> None:
    rows = page.run().dataframe[0].value
    assert list(rows["Classifier"]) == [each.full_title for each in CLASSIFIERS.values()]
    here = mean_of(measurements()["lenet-5"], "error")
    assert rows["Here, %"][list(CLASSIFIERS).index("lenet-5")] == round(here, 2)


def test_a_link_with_nonsense_is_answered(page: AppTest) -> None:
    page.query_params["classifier"] = "perceptron"
    page.run()
    assert "Classifier: received 'perceptron' in the link" in plain(page.warning)
    assert not page.exception and figures(page)["Paper of 1998"] == "0.95 %"


def test_without_mnist_the_errors_are_counted(
    page: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LENET_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    page.run()
    assert not page.exception and "the Data page downloads it" in plain(page.info)
    assert figures(page)["Here"].endswith(" %")


def test_a_damaged_file_is_said_and_the_paper_is_shown(
    page: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = tmp_path / "paper_chart.json"
    damaged.write_text("{")
    monkeypatch.setattr(paper_chart, "FILE", damaged)
    page.run()
    assert "cannot be read" in plain(page.error) and not page.exception
    assert figures(page) == {"Paper of 1998": "0.95 %", "Here": "not measured yet"}
