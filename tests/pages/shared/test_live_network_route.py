"""What the server tells a browser that computes networks: real requests to a real dashboard."""

import gzip
import http.client
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import numpy as np
import pytest
from safetensors.numpy import load

from lenet.browser import modules_folder
from lenet.browser.network_file import network_file
from lenet.browser.no_digit_file import no_digit_file
from lenet.networks.keras_file_weights import read_weights
from lenet.networks.pretrained import PRETRAINED, path
from lenet.npz import save_arrays
from lenet.runs.folder import Run
from tests.dashboard import Dashboard

pytestmark = pytest.mark.browser  # beside the tests that use the dashboard

CARD = PRETRAINED["digits-quick"]
JAVASCRIPT = "text/javascript", "application/javascript"


@dataclass(frozen=True)
class Answer:
    """Status, headers by their names in lower case, and body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> str:
        """The sentence of an answer that is none."""
        assert self.headers["content-type"] == "application/json"
        return json.loads(self.body)["problem"]


def asked(dashboard: Dashboard, place: str, method: str = "GET", **headers: str) -> Answer:
    """The answer to one request, whose address is sent as it stands."""
    connection = http.client.HTTPConnection(urlsplit(dashboard.url).netloc, timeout=60)
    sent = {key.replace("_", "-"): value for key, value in headers.items()}
    connection.request(method, place, headers=sent)
    answer = connection.getresponse()
    found = {key.lower(): value for key, value in answer.getheaders()}
    body = answer.read()
    connection.close()
    return Answer(answer.status, found, body)


def network(dashboard: Dashboard, name: str, **headers: str) -> Answer:
    return asked(dashboard, f"/lenet/network?model={quote(name, safe='')}", **headers)


@pytest.fixture
def run(dashboard: Dashboard) -> Iterator[Run]:
    """One of the dashboard's, with no weights yet."""
    made = Run.create(CARD.config, dashboard.runs)
    yield made
    made.delete()


def test_a_network_comes_with_what_tells_it_from_others(dashboard: Dashboard) -> None:
    file = network_file("lenet5-draw", None, None)
    answer = network(dashboard, "lenet5-draw")
    assert (answer.status, answer.body) == (200, file.content)
    assert answer.headers["etag"] == f'"{file.digest}"', "a strong one: not W/"
    assert answer.headers["cache-control"] == "private, no-cache, immutable"
    assert answer.headers["lenet-training"] == "0"
    assert network(dashboard, "dense-2").headers["etag"] != answer.headers["etag"]
    packed = network(dashboard, "lenet5-draw", Accept_Encoding="gzip")
    assert packed.headers.get("content-encoding") == "gzip" and gzip.decompress(packed.body) == file.content
    assert packed.headers["etag"] == answer.headers["etag"]


def test_what_a_browser_has_is_not_sent_again(dashboard: Dashboard) -> None:
    tag = network(dashboard, "lenet5-draw").headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        same = network(dashboard, "lenet5-draw", If_None_Match=known)
        assert (same.status, same.body) == (304, b""), known
        assert same.headers["etag"] == tag and same.headers["cache-control"] == "private, no-cache, immutable"
    for other in ('"other"', "", tag.strip('"')[:-1]):
        assert network(dashboard, "lenet5-draw", If_None_Match=other).status == 200, other


def test_a_run_that_trains_is_looked_at_again(dashboard: Dashboard, run: Run) -> None:
    weights, tags = read_weights(path(CARD.name), CARD.config.layers), []
    assert "has no final model yet" in network(dashboard, run.id).problem
    for step in (0, 1):
        moved = {key: each + np.float32(step) for key, each in weights.items()}
        save_arrays(run.path / "checkpoint.npz", moved)
        answer = network(dashboard, run.id, **{"If_None_Match": tags[0]} if tags else {})
        assert answer.status == 200 and answer.headers["lenet-training"] == "1"
        np.testing.assert_array_equal(load(answer.body)["1_conv/kernel"], moved["1_conv/kernel"])
        tags.append(answer.headers["etag"])
    same = network(dashboard, run.id, If_None_Match=tags[1])
    assert (same.status, same.headers["lenet-training"]) == (304, "1")
    shutil.copy(path(CARD.name), run.path / "model.keras")
    assert network(dashboard, run.id).headers["lenet-training"] == "0"


@pytest.mark.parametrize(
    "name",
    ["", "nothing", "../../etc/passwd", "/etc/passwd", "a\0b", "½\n<b>", "lenet5-draw@7", "x" * 10_000],
    ids=["empty", "nothing", "upwards", "absolute", "null", "odd", "epoch", "long"],
)
def test_a_name_that_leads_nowhere_is_a_sentence(dashboard: Dashboard, name: str) -> None:
    answer = network(dashboard, name)
    assert answer.status == 404 and "etag" not in answer.headers
    assert answer.problem.endswith(".") and len(answer.problem) < 1_000


def test_no_name_at_all(dashboard: Dashboard) -> None:
    for place in ("/lenet/network", "/lenet/network?", "/lenet/network?model", "/lenet/network?other=1"):
        assert asked(dashboard, place).status == 404, place
    assert asked(dashboard, "/lenet/network?model=lenet5-draw", "POST").status == 405


def test_nothing_outside_the_runs_folder_is_read(dashboard: Dashboard, run: Run, tmp_path: Path) -> None:
    """What is there is answered as what is not."""
    shutil.copy(path(CARD.name), tmp_path / "there.keras")
    shutil.copy(path(CARD.name), run.path / "model.keras")
    shutil.copytree(run.path, dashboard.runs.parent / "elsewhere" / run.id)
    assert network(dashboard, run.id).status == 200
    for name in (
        str(tmp_path / "there.keras"),
        str(tmp_path / "nowhere.keras"),
        f"{run.id}/model.keras",
        f"../elsewhere/{run.id}/model.keras",
        str(path("lenet5-draw")),
        "lenet5-draw.keras",
    ):
        answer = network(dashboard, name)
        assert answer.status == 404 and "computed by the server alone" in answer.problem, name
    for name in (f"../elsewhere/{run.id}", f"{run.id}/../{run.id}", str(run.path), f"./{run.id}", ".", ".."):
        answer = network(dashboard, name)
        assert answer.status == 404 and "expected an id such as" in answer.problem, name


def test_an_untrained_network_comes_or_is_waited_for(dashboard: Dashboard) -> None:
    answer = network(dashboard, "lenet5-relu@0")
    if answer.status == 200:  # the engine is ready, which some other test has started
        assert load(answer.body).keys() == load(network_file("lenet5-relu", None, None).content).keys()
    else:
        assert answer.status == 503 and json.loads(answer.body)["is_awaited"] is True
        assert answer.problem.startswith("TensorFlow is warming up")


def test_the_network_that_tells_digits_from_other_drawings(dashboard: Dashboard) -> None:
    answer = asked(dashboard, "/lenet/no-digit")
    assert (answer.status, answer.body) == (200, no_digit_file())
    assert answer.headers["cache-control"] == "private, max-age=3600"
    assert load(answer.body)["7_dense/kernel"].shape == (64, 11)


def test_every_module_that_another_one_names_is_there(dashboard: Dashboard) -> None:
    waiting, seen = [f"/lenet/modules/{modules_folder.version()}/dashboard.js"], set()
    while waiting:
        place = waiting.pop()
        answer = asked(dashboard, place)
        assert answer.status == 200, place
        assert answer.headers["content-type"].partition(";")[0] in JAVASCRIPT
        seen.add(place)
        named = re.findall(r'^(?:import|export) .*?from "(\..+?)";$', answer.body.decode(), re.MULTILINE)
        waiting += {urljoin(place, each) for each in named} - seen
    assert len(seen) > 10 and len({place.rpartition("/")[0] for place in seen}) == 2


@pytest.mark.parametrize("up", ["../", "../../", "%2e%2e/", "..%2f", "layers/../../"])
def test_no_other_file_is_a_module(dashboard: Dashboard, up: str) -> None:
    for file in ("network_file.py", "export_page.html", "app.py", "etc/passwd"):
        answer = asked(dashboard, f"/lenet/modules/{modules_folder.version()}/{up}{file}")
        assert answer.status in (400, 404) or b"<title>Streamlit</title>" in answer.body, file
