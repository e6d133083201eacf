"""What a person brings or draws is theirs: who sees it, who changes it, wherever that is tried from."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lenet.data import datasets, drawn_data, storage
from lenet.data.drawing_sets import drawing_sets
from lenet.data.persons_digits import PersonsDigits, own_digits
from lenet.data.sources.drawn import of_run
from lenet.errors import DatasetError, ModelError, NotAllowed
from lenet.networks import model_uploads
from lenet.networks.model_reference import resolve
from lenet.networks.pretrained import path as pretrained_path
from lenet.people import deeds, limits, owner
from lenet.people.limits import Limits
from lenet.people.person import NOBODY, TEACHER, Person
from lenet.runs.folder import Run
from tests.drawn_collection import drawing, image, symbols_collected
from tests.made_datasets import bars, npz
from tests.small_runs import small_config

Act = Callable[[Person | None], None]
ADA, BEN = Person("a1", "Ada"), Person("b2", "Ben")


def two_kinds(path: Path, count: int = 60, side: int = 12) -> Path:
    return npz(path, x=bars(count, side), y=np.arange(count) % 2)


@pytest.fixture
def upload(bare_machine: Path, runs_folder: Path, act_as: Act) -> str:
    """A data set of Ada's; Ben acts."""
    act_as(ADA)
    datasets.add_own("leaves", two_kinds(bare_machine.parent / "leaves.npz"))
    act_as(BEN)
    return "leaves"


def test_a_data_set_is_its_owners_until_shared(upload: str, runs_folder: Path, act_as: Act) -> None:
    looks = (
        lambda: datasets.info(upload), lambda: datasets.load(upload),
        lambda: datasets.samples(upload, "test", [0]), lambda: datasets.labels(upload, "train"),
        lambda: datasets.sample(upload, 0), lambda: datasets.load_part(upload, "test"),
    )  # fmt: skip
    for person in (BEN, NOBODY):
        act_as(person)
        assert upload not in datasets.all_datasets() and not datasets.available(upload)
        assert "is Ada's, who does not share it" in datasets.problems(upload)[0]
        for look in looks:
            with pytest.raises(NotAllowed, match="is Ada's, who does not share it"):
                look()
    made = datasets.made(upload)
    for person in (ADA, TEACHER, None):
        act_as(person)
        assert all(each() is not None for each in looks) and datasets.available(upload)
    act_as(BEN)
    with pytest.raises(NotAllowed, match="is Ada's: it was not changed"):
        owner.share(made, "see", runs_folder)
    act_as(ADA)
    owner.share(made, "see", runs_folder)
    act_as(BEN)
    assert upload in datasets.all_datasets() and len(datasets.load(upload).y_train)
    act_as(TEACHER)
    owner.share(made, "", runs_folder)
    assert owner.owner_of(made) == ADA, "sharing makes it nobody else's"
    act_as(BEN)
    assert not datasets.available(upload)
    assert [each["deed"] for each in deeds.read(runs_folder)] == ["share no more", "share"]


def test_only_its_owner_and_the_teacher_replace_and_delete(upload: str, tmp_path: Path, act_as: Act) -> None:
    act_as(ADA)
    owner.share(datasets.made(upload), "see", tmp_path / "runs")
    act_as(BEN)
    before = datasets.made(upload).read_bytes()
    with pytest.raises(NotAllowed, match="is Ada's"):
        datasets.add_own(upload, two_kinds(tmp_path / "other.npz"), replace=True)
    with pytest.raises(NotAllowed, match="is Ada's"):
        datasets.remove_own(upload)
    assert datasets.made(upload).read_bytes() == before
    act_as(ADA)
    datasets.remove_own(upload)
    assert upload not in datasets.uploads()
    act_as(BEN)
    datasets.add_own(upload, two_kinds(tmp_path / "mine.npz"))
    assert owner.owner_of(datasets.made(upload)) == BEN


def test_a_run_on_what_is_anothers_is_not_trained(upload: str, runs_folder: Path, act_as: Act) -> None:
    """Whatever a link or a message said: the worker, who acts for nobody, asks whose run it is."""
    run = Run.create(small_config(dataset=upload), runs_folder)
    act_as(None)
    with pytest.raises(NotAllowed, match="is Ada's, who does not share it"):
        datasets.load_for(run.path, upload)
    act_as(ADA)
    own = Run.create(small_config(dataset=upload), runs_folder)
    act_as(None)
    assert datasets.load_for(own.path, upload).info.name == upload
    act_as(BEN)
    assert datasets.info(upload, own.path).num_classes == 2, "what a run learned from is said with the run"
    assert "is Ada's" in datasets.hidden(upload, own.path), "its images are not"


def test_each_has_digits_of_their_own(bare_machine: Path, runs_folder: Path, act_as: Act) -> None:
    for person in (ADA, BEN):
        act_as(person)
        for number in range(10):
            own_digits().add(drawing(number), number, image(number))
        assert own_digits().title == "My digits" and len(own_digits().entries()) == 10
        assert own_digits().problems() == []
    hers = PersonsDigits(ADA.id)
    assert hers.title == "Digits: Ada's" and hers.name not in datasets.all_datasets()
    (entry, *_) = hers.entries()
    for deed in (
        lambda: hers.add(drawing(1), 1, image(1)),
        lambda: hers.remove(entry.id),
        lambda: hers.import_(b""),
    ):
        with pytest.raises(NotAllowed, match="is Ada's: it was not changed"):
            deed()
    assert len(hers.entries()) == 10 and "my-digits" not in datasets.all_datasets()
    act_as(None)
    assert datasets.load(hers.name).info.num_train + datasets.load(hers.name).info.num_test == 10


def test_a_set_that_is_shared_to_be_added_to(bare_machine: Path, runs_folder: Path, act_as: Act) -> None:
    act_as(ADA)
    made = symbols_collected(6)
    act_as(BEN)
    assert drawing_sets() == {}
    owners = (
        lambda: made.rename("Mine"), made.delete, lambda: made.remove_class("☺"),
        lambda: made.remove(made.entries()[0].id),
    )  # fmt: skip
    for how, may_add in (("", False), ("see", False), ("add", True)):
        act_as(ADA)
        owner.share(made.root, how, runs_folder)
        act_as(BEN)
        for deed in owners:
            with pytest.raises(NotAllowed, match="is Ada's"):
                deed()
        if may_add:
            new = made.add(drawing(1), "☺", image(1))
        else:
            with pytest.raises(NotAllowed):
                made.add(drawing(1), "☺", image(1))
    made.remove(new)  # what one has added oneself
    assert len(made.entries()) == 18 and not list(made.folder.glob(".*owner.json"))


def test_what_a_run_keeps_of_a_private_set(bare_machine: Path, runs_folder: Path, act_as: Act) -> None:
    act_as(ADA)
    made = symbols_collected(6)
    run = Run.create(small_config(dataset=made.name), runs_folder)
    drawn_data.kept_in(run.path, made)
    for is_gone in (False, True):
        if is_gone:
            act_as(ADA)
            made.delete()
        act_as(BEN)
        assert datasets.hidden(made.name, run.path) and not datasets.available(made.name, run.path)
        with pytest.raises(NotAllowed):
            datasets.sample(made.name, 0, run=run.path)
        for person in (ADA, TEACHER, None):
            act_as(person)
            assert datasets.available(made.name, run.path) and not datasets.hidden(made.name, run.path)
    assert of_run(run.path, made.name).info(run.path).num_classes == 3


def test_a_model_file_is_who_brought_its(bare_machine: Path, runs_folder: Path, act_as: Act) -> None:
    content = pretrained_path("lenet5-relu").read_bytes()
    act_as(ADA)
    hers = model_uploads.store("net.keras", content)
    act_as(BEN)
    his = model_uploads.store("net.keras", content)
    assert model_uploads.names() == [his] != [hers]
    with pytest.raises(ModelError, match=r"The model file-\w+ is Ada's, who does not share it"):
        resolve(hers)
    with pytest.raises(NotAllowed, match="is Ada's"):
        model_uploads.remove(hers)
    act_as(ADA)
    owner.share(model_uploads.path_of(hers), "see", runs_folder)
    act_as(BEN)
    assert set(model_uploads.names()) == {his, hers} and resolve(hers).title == "net.keras"


def test_no_more_than_the_teacher_lets_one_keep(upload: str, tmp_path: Path, act_as: Act) -> None:
    runs = tmp_path / "runs"
    with pytest.raises(NotAllowed, match="Only the teacher"):
        limits.write(runs, Limits(megabytes=1))
    act_as(TEACHER)
    limits.write(runs, Limits(megabytes=1))
    act_as(BEN)
    assert storage.used(BEN) == 0 < storage.used(ADA)
    large = two_kinds(tmp_path / "large.npz", 3_000, 28)
    for store in (
        lambda: datasets.add_own("large", large),
        lambda: model_uploads.store("net.keras", b"x" * 1_100_000),
    ):
        with pytest.raises(NotAllowed, match=r"Storage: .* your teacher's limit is 1 MB a person"):
            store()
    assert storage.used(BEN) == 0 and "large" not in datasets.uploads()
    for person in (TEACHER, None):
        act_as(person)
        storage.check(10**12)


def test_who_is_not_in_the_class_brings_nothing(bare_machine: Path, runs_folder: Path, act_as: Act) -> None:
    act_as(NOBODY)
    source = two_kinds(bare_machine.parent / "leaves.npz")
    for deed in (
        lambda: datasets.add_own("leaves", source),
        lambda: datasets.new_drawing_set("Signs"),
        lambda: model_uploads.store("net.keras", b"x"),
    ):
        with pytest.raises(NotAllowed, match="you are not in this class"):
            deed()
    with pytest.raises(DatasetError):
        own_digits().add(drawing(1), 1, image(1))
    assert datasets.uploads() == {} and drawing_sets() == {}
