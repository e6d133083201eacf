"""The Inspect page as Streamlit runs it, and once as a link opens it in a browser."""

import re
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lenet import inspection, links, network
from lenet.architectures import ARCHITECTURES
from lenet.cluster import Engine
from lenet.config import RunConfig
from lenet.runs import Run
from lenet.strokes import Drawing, render
from lenet.weights import save_arrays, weights_of
from tests.engine_fixtures import wait_until

PAGE = Path(__file__).parent.parent / "pages" / "4_Inspect.py"
SEVEN = render([Drawing((np.array([[150.0, 100], [350, 110], [230, 420]]),))])[0]
SCRIBBLE = render([Drawing((np.random.default_rng(1).uniform(60, 440, (120, 2)),))])[0]


@pytest.fixture
def page(runs_folder: Path, engine: Engine) -> AppTest:
    return AppTest.from_file(PAGE, default_timeout=60)


def opened(test: AppTest, image: np.ndarray, model: str | None = None) -> AppTest:
    """The page that such a link opens, when it is answered."""
    test.query_params["drawing"] = links.encode(image)
    if model:
        test.query_params["model"] = model
    wait_until(lambda: not any("comes by itself" in each.value for each in test.run().caption), 60)
    return test


def pictures(test: AppTest) -> list[str]:
    return [picture.alt for each in test.image for picture in each.proto.imgs]


def plain(sentences) -> str:
    return re.sub(r"\\(.)", r"\1", " ".join(each.value for each in sentences))


def test_without_a_drawing_it_says_what_to_do(page: AppTest) -> None:
    page.run()
    assert not page.exception and not page.error
    assert "Draw a digit, open **Why** below it" in page.info[0].value
    assert [each.label for each in page.button] == ["Draw a digit"]


@pytest.mark.parametrize("text", ["xyz", "x" * 3_000, links.encode(SEVEN)[:-9]])
def test_a_link_that_was_cut(page: AppTest, text: str) -> None:
    page.query_params["drawing"] = text
    page.run()
    assert not page.exception
    assert "The link was cut or changed on its way" in plain(page.error)
    assert [each.label for each in page.button] == ["Draw a digit"]


@pytest.mark.parametrize("model", ["cnn-16-32", "lenet5-relu"])
def test_every_layer_has_its_picture(page: AppTest, model: str) -> None:
    opened(page, SEVEN, model)
    assert not page.exception and not page.error and not page.warning
    drawn, answer, kernels, *layers = pictures(page)
    assert "28×28 pixels" in drawn and answer.startswith("7, ") and kernels == "Kernels of C1"
    assert len(layers) == len(ARCHITECTURES[model].layers)
    assert layers[:3] == ["C1", "S2", "C3"]


def test_another_model_is_put_into_the_link(page: AppTest) -> None:
    opened(page, SEVEN, "cnn-16-32")
    page.selectbox[0].set_value("lenet5-relu@0").run()
    assert page.query_params["model"] == "lenet5-relu@0"
    opened(page, SEVEN)
    answer = inspection.answer(["lenet5-relu@0"], SEVEN)[0]
    assert f"{answer.guess}, " in pictures(page)[1]


def test_not_sure(page: AppTest) -> None:
    opened(page, SCRIBBLE, "cnn-16-32")
    assert "Not sure" in plain(page.caption) and "too much ink" in plain(page.caption)


def test_an_epoch_of_a_network_without_convolution(page: AppTest, runs_folder: Path) -> None:
    layers = ARCHITECTURES["dense-2"].layers
    run = Run.create(RunConfig(dataset="mnist", layers=layers), runs_folder)
    save_arrays(run.snapshot_path(0), weights_of(network.build(layers, (28, 28, 1), 0)))
    opened(page, SEVEN, f"{run.id}@0")
    assert not page.exception and not page.error
    assert not any("Kernels" in each for each in pictures(page))
    assert len(pictures(page)) == 2 + len(layers)
    (runs_folder / run.id / "snapshots" / "0000.npz").write_bytes(b"damaged")
    opened(page, SCRIBBLE, f"{run.id}@0")
    assert "is damaged" in plain(page.error)


def test_a_model_that_is_not_here(page: AppTest) -> None:
    opened(page, SEVEN, "lenet-6")
    assert "Model: received 'lenet-6' in the link" in plain(page.warning)
    assert page.selectbox[0].value is None
    page.selectbox[0].set_value("cnn-16-32")
    opened(page, SEVEN)
    assert "Kernels of C1" in pictures(page) and not page.warning


@pytest.mark.browser
def test_a_link_opens_the_drawing(dashboard, page_of_browser) -> None:
    tab = page_of_browser
    tab.goto(f"{dashboard.url}/inspect?drawing={links.encode(SEVEN)}&model=lenet5-relu")
    tab.get_by_alt_text("Kernels of C1").wait_for(timeout=120_000)
    assert tab.title() == "LeNet Lab" and not tab.get_by_role("dialog").count()
    for name in ("C1", "S2", "C3", "S4", "F5", "F6"):
        box = tab.get_by_alt_text(name, exact=True).bounding_box()
        assert box["x"] + box["width"] <= 1280  # nothing is cut
    tab.goto(f"{dashboard.url}/inspect")
    tab.get_by_role("button", name="Draw a digit").click()
    tab.wait_for_url(f"{dashboard.url}/draw*")


@pytest.fixture
def page_of_browser(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()
