"""The study of a sweep: what is drawn when it is opened anew, and how little it loads."""

from pathlib import Path

from lenet.sweep.config import SweepConfig
from lenet.sweep.space import parse
from lenet.sweep.study import Study
from tests.fresh_process import outcome_of
from tests.small_runs import small_config


def config(*lines: str, **how: object) -> SweepConfig:
    return SweepConfig(base=small_config(), space=[parse(line) for line in lines], **how)


def drawn(how: SweepConfig, journal: Path, opened: int) -> list[dict]:
    """The settings of six trials, of a study that is opened so many times."""
    settings = []
    for _ in range(opened):
        study = Study(how, journal)
        for _ in range(6 // opened):
            trial = study.ask()
            settings.append(trial.params)
            study.complete(trial.number, trial.params["learning_rate"])
    return settings


def test_what_is_drawn_does_not_depend_on_kills(tmp_path: Path) -> None:
    how = config("learning_rate=1e-4..1e-1:log", "layers.1.filters=2..9", sampler="random")
    once = drawn(how, tmp_path / "once", 1)
    assert drawn(how, tmp_path / "often", 3) == once
    assert len({each["learning_rate"] for each in once}) == 6
    assert all(isinstance(each["layers.1.filters"], int) for each in once)
    other = config("learning_rate=1e-4..1e-1:log", "layers.1.filters=2..9", sampler="random", seed=1)
    assert drawn(other, tmp_path / "other", 1) != once


def test_a_trial_that_was_half_drawn_is_drawn_to_its_end(tmp_path: Path) -> None:
    how, journal = config("learning_rate=1e-4..1e-1:log", "seed=1,2"), tmp_path / "journal"
    whole = Study(how, journal).ask().params
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-1]))
    study = Study(how, journal)
    assert study.unfinished() == [0] and len(study.trials()[0].params) == 1
    settings = study.again(0).params
    assert settings.keys() == whole.keys() and settings["learning_rate"] == whole["learning_rate"]
    assert len(study.trials()) == 1


def test_after_whichever_line_of_the_journal_it_is_killed(tmp_path: Path) -> None:
    """Each combination of a grid is tried once."""
    how, journal = config("seed=1,2", "layers.1.filters=3,4", sampler="grid"), tmp_path / "journal"
    for number in range(4):
        study = Study(how, journal)
        study.complete(study.ask().number, number)
    lines, expected = journal.read_bytes().splitlines(keepends=True), how.combinations()
    assert len(lines) > 20
    for kept in range(len(lines)):
        journal.write_bytes(b"".join(lines[:kept]))
        study = Study(how, journal)
        for number in study.unfinished():
            study.complete(study.again(number).number, 1.0)
        while study.num_asked < 4:
            study.complete(study.ask().number, 1.0)
        assert [trial.params for trial in study.trials()] == expected, kept
        assert not study.unfinished()


def test_importances_load_no_large_package(tmp_path: Path) -> None:
    first = (
        "import sys\nfrom pathlib import Path\nfrom lenet.sweep.config import SweepConfig\n"
        "from lenet.sweep.space import parse\nfrom lenet.sweep.study import Study\n"
        "from lenet.training.recipes import RECIPES"
    )
    then = (
        "space = [parse('learning_rate=1e-4..1e-1:log'), parse('seed=1,2')]\n"
        "config = SweepConfig(base=RECIPES['digits-quick'].config, space=space)\n"
        "study = Study(config, Path(sys.argv[1]))\n"
        "for _ in range(8):\n"
        "    trial = study.ask()\n"
        "    study.complete(trial.number, trial.params['learning_rate'])\n"
        "print(next(iter(study.importances())), {'sklearn', 'pandas', 'scipy'} & set(sys.modules))"
    )
    said = outcome_of(first, then, tmp_path / "journal").said
    assert said == ["learning_rate set()"]
