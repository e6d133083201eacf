"""Downloading the published data sets from a server of this machine: verified, gone on with, refused."""

from collections.abc import Iterator

import pytest

from lenet.data import datasets, downloads
from lenet.data.catalogue import SOURCES
from lenet.data.downloads import RemoteFile, idx_files
from lenet.errors import DatasetError
from tests.data_server import DataServer, data_server
from tests.idx_files import IDX_NAMES
from tests.published_arrays import KEYS, everything_in, npz


@pytest.fixture
def server(monkeypatch) -> Iterator[DataServer]:
    """A server that MNIST is downloaded from: `mnist.npz`, then the IDX files in `mirror/`."""
    with data_server() as running:
        npz = RemoteFile(f"{running.url}mnist.npz", "mnist.npz", KEYS, 11_490_434)
        mirror = idx_files(f"{running.url}mirror/", "mnist", (9_912_422, 28_881, 1_648_877, 4_542))
        monkeypatch.setattr(SOURCES["mnist"], "mirrors", ((npz,), mirror))
        yield running


def test_a_download_reports_progress_and_leaves_only_the_verified_file(server, mnist_npz, bare_machine):
    server.files["mnist.npz"] = mnist_npz.read_bytes()
    steps: list[tuple[int, int]] = []
    datasets.fetch("mnist", lambda received, total: steps.append((received, total)))
    size = mnist_npz.stat().st_size
    assert steps[-1] == (size, size)
    assert [received for received, _ in steps] == sorted(received for received, _ in steps)
    assert len(steps) > 50
    assert everything_in(bare_machine) == {"mnist.npz"}
    assert datasets.load("mnist", download=False).verified


def test_nothing_is_downloaded_twice(server, mnist_npz, bare_machine):
    server.files["mnist.npz"] = mnist_npz.read_bytes()
    datasets.fetch("mnist")
    datasets.load("mnist")
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [404, 500])
def test_after_a_failure_the_mirror_is_asked(status, server, mnist_idx, bare_machine):
    server.status["mnist.npz"] = status
    server.serve(mnist_idx, "mirror/")
    totals: list[tuple[int, int]] = []
    datasets.fetch("mnist", lambda received, total: totals.append((received, total)))
    assert everything_in(bare_machine) == {f"mnist/{name}.gz" for name in IDX_NAMES.values()}
    assert totals[-1] == (sum(map(len, server.files.values())),) * 2


def test_a_wrong_file_from_the_network_is_not_kept(server, bare_machine, fashion):
    server.files["mnist.npz"] = npz(fashion)
    with pytest.raises(DatasetError, match="mnist.npz: x_train is that of Fashion-MNIST, expected MNIST"):
        datasets.fetch("mnist")
    assert everything_in(bare_machine) == set()


def test_trying_again_goes_on_where_the_connection_broke(server, mnist_npz, bare_machine):
    server.files["mnist.npz"] = mnist_npz.read_bytes()
    server.cut_once["mnist.npz"] = 6_000_000
    with pytest.raises(DatasetError, match="the connection to 127.0.0.1 broke off"):
        datasets.fetch("mnist")
    assert not datasets.available("mnist")
    first_step: list[int] = []
    datasets.fetch("mnist", lambda received, total: first_step.append(received))
    assert server.requests[-1] == ("mnist.npz", f"bytes={first_step[0]}-")
    assert 6_000_000 - downloads.CHUNK_BYTES <= first_step[0] <= 6_000_000
    assert everything_in(bare_machine) == {"mnist.npz"}


def test_trying_again_keeps_the_files_that_are_complete(server, mnist_idx, bare_machine):
    server.serve(mnist_idx, "mirror/")
    held_back = server.files.pop(f"mirror/{IDX_NAMES['y_test']}.gz")
    with pytest.raises(DatasetError, match="127.0.0.1 answered 404"):
        datasets.fetch("mnist")
    assert f"lacks {IDX_NAMES['y_test']} of the four IDX files" in datasets.problems("mnist")[0]
    server.files[f"mirror/{IDX_NAMES['y_test']}.gz"] = held_back
    server.requests.clear()
    datasets.fetch("mnist")
    assert [path for path, _ in server.requests] == ["mnist.npz", f"mirror/{IDX_NAMES['y_test']}.gz"]


def test_what_is_left_of_another_file_is_thrown_away(server, mnist_npz, bare_machine):
    server.files["mnist.npz"] = b"\0" * 20_000_000
    server.cut_once["mnist.npz"] = 15_000_000
    with pytest.raises(DatasetError):
        datasets.fetch("mnist")
    server.files["mnist.npz"] = mnist_npz.read_bytes()
    with pytest.raises(DatasetError, match="answered 416"):
        datasets.fetch("mnist")
    datasets.fetch("mnist")
    assert everything_in(bare_machine) == {"mnist.npz"}


class Stop(Exception):
    pass


def test_a_download_can_be_stopped_and_gone_on_with(server, mnist_npz, bare_machine):
    server.files["mnist.npz"] = mnist_npz.read_bytes()

    def stop_half_way(received: int, total: int) -> None:
        if received > total / 2:
            raise Stop

    with pytest.raises(Stop):
        datasets.fetch("mnist", stop_half_way)
    datasets.fetch("mnist")
    assert server.requests[1][1] is not None
    assert datasets.verify("mnist")


def test_with_no_network_a_sentence_says_where_the_file_goes(server, bare_machine, monkeypatch):
    dead = RemoteFile("http://127.0.0.1:9/mnist.npz", "mnist.npz", KEYS, 1)
    monkeypatch.setattr(SOURCES["mnist"], "mirrors", ((dead,), (dead,)))
    with pytest.raises(DatasetError) as caught:
        datasets.load("mnist")
    assert str(caught.value) == (
        "MNIST digits: not on this machine and cannot be downloaded: there is no connection to 127.0.0.1. "
        f"Put mnist.npz into {bare_machine}, or use the bundled digits, which need no network."
    )


def test_what_a_person_put_there_is_not_written_over(server, mnist_npz, bare_machine):
    server.files["mnist.npz"] = mnist_npz.read_bytes()
    (bare_machine / "mnist.npz").write_bytes(b"mine")
    datasets.fetch("mnist")
    assert (bare_machine / "mnist.npz").read_bytes() == b"mine"
    assert everything_in(bare_machine.parent / "cache") == {"lenet-lab/mnist.npz"}


def test_a_read_only_folder_stays_as_it_is(server, mnist_npz, bare_machine):
    server.files["mnist.npz"] = mnist_npz.read_bytes()
    bare_machine.chmod(0o555)
    datasets.fetch("mnist")
    bare_machine.chmod(0o755)
    assert everything_in(bare_machine) == set()
    assert datasets.verify("mnist")


def test_a_disk_that_takes_nothing_is_said_so(server, mnist_npz, bare_machine, monkeypatch):
    server.files["mnist.npz"] = mnist_npz.read_bytes()
    (bare_machine.parent / "cache" / "lenet-lab").write_bytes(b"a file where the folder should be")
    monkeypatch.delenv("LENET_DATA")
    with pytest.raises(DatasetError, match="mnist.npz cannot be written"):
        datasets.fetch("mnist")
