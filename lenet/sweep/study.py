"""The study of a sweep: Optuna's journal beside the runs. Loads Optuna: no page may import it.

One process at a time has it open (`Sweep.lock`). So what a process that was killed left of Optuna's own lock
is taken away, for which Optuna would wait half a minute, and so is half of a line, with which Optuna 5.0
could never read the journal again (`findings/optuna-journal-half-a-line.sh`).
"""

import math
import os
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import optuna
from optuna.pruners import BasePruner, MedianPruner, NopPruner, SuccessiveHalvingPruner
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from optuna.trial import FrozenTrial, Trial, TrialState

from lenet.errors import SweepError
from lenet.lean_import import without
from lenet.sentences import reason
from lenet.sweep.config import SweepConfig
from lenet.sweep.space import Value, Vary, is_whole

_LEAST_FOR_IMPORTANCES = 4  # complete trials
_SEEDS = 2**31

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)


class Study:
    """Asks for the settings of the next trial, and is told what became of each.

    Raises:
        SweepError: the journal is damaged.
        OSError: it cannot be written.
    """

    def __init__(self, config: SweepConfig, journal: Path, slots: int = 1) -> None:
        self._config, self._slots = config, slots
        self._whole = {each.setting: is_whole(config.base, each) for each in config.space if each.is_range}
        _mend(journal)
        try:
            storage = JournalStorage(JournalFileBackend(str(journal), JournalFileOpenLock(str(journal))))
            self._study = optuna.create_study(
                storage=storage, study_name="sweep", load_if_exists=True, pruner=_pruner(config),
                direction="maximize" if config.is_maximized else "minimize",
            )  # fmt: skip
        except (ValueError, KeyError, TypeError) as error:
            raise SweepError(
                f"The journal {journal} is damaged ({reason(error)}). Restore it, or start another sweep: "
                "the runs are all there."
            ) from error

    def trials(self) -> list[FrozenTrial]:
        """All, by number."""
        return self._study.get_trials(deepcopy=False)

    def unfinished(self) -> list[int]:
        """The numbers of those that were asked for and not told."""
        return [trial.number for trial in self.trials() if trial.state == TrialState.RUNNING]

    @property
    def num_asked(self) -> int:
        """How many trials were asked for; one of a grid waits before it is."""
        return sum(trial.state != TrialState.WAITING for trial in self.trials())

    def ask(self) -> Trial:
        """The next trial, with all its settings."""
        number = self.num_asked
        if self._config.sampler == "grid" and number == len(self.trials()):
            self._study.enqueue_trial(self._config.combinations()[number])
        self._study.sampler = self._sampler(number)
        return self._with_settings(self._study.ask())

    def again(self, number: int) -> Trial:
        """A trial that was asked for by a process that ended, with all its settings."""
        self._study.sampler = self._sampler(number)
        return self._with_settings(Trial(self._study, self.trials()[number]._trial_id))

    def _sampler(self, number: int) -> BaseSampler:
        """A new one for each trial: one made once would draw the same again when the sweep goes on."""
        seed = (self._config.seed + 7_919 * number) % _SEEDS
        if self._config.sampler != "tpe":
            return RandomSampler(seed)
        return TPESampler(seed=seed, constant_liar=self._slots > 1)

    def _with_settings(self, trial: Trial) -> Trial:
        for vary in self._config.space:
            self._suggest(trial, vary)
        return trial

    def _suggest(self, trial: Trial, vary: Vary) -> Value:
        if not vary.is_range:
            return trial.suggest_categorical(vary.setting, vary.values)
        if self._whole[vary.setting]:
            return trial.suggest_int(vary.setting, int(vary.low), int(vary.high), log=vary.log)
        return trial.suggest_float(vary.setting, float(vary.low), float(vary.high), log=vary.log)

    def complete(self, number: int, value: float, **about: Any) -> None:
        """It ended with that value of the sweep's measure."""
        self._tell(number, TrialState.COMPLETE, value, about)

    def pruned(self, number: int, **about: Any) -> None:
        """It was ended early; its last epoch counts."""
        self._tell(number, TrialState.PRUNED, None, about)

    def failed(self, number: int, **about: Any) -> None:
        """It has no value."""
        self._tell(number, TrialState.FAIL, None, about)

    def _tell(self, number: int, state: TrialState, value: float | None, about: dict[str, Any]) -> None:
        """`about` first: a trial that has ended takes no more."""
        storage, trial = self._study._storage, self.trials()[number]
        storage.set_trial_user_attr(trial._trial_id, "about", about)
        self._study.tell(number, value, state=state)

    def importances(self) -> dict[str, float]:
        """Setting → share (PED-ANOVA), the largest first; empty where too few trials are complete to say."""
        complete = [trial for trial in self.trials() if trial.state == TrialState.COMPLETE]
        if len(complete) < _LEAST_FOR_IMPORTANCES or len({trial.value for trial in complete}) < 2:
            return {}
        with suppress(ValueError, RuntimeError, ZeroDivisionError):
            found = _importances(self._study)
            if all(map(math.isfinite, found.values())):
                return {name: min(1.0, max(0.0, share)) for name, share in found.items()}
        return {}


def _importances(study: optuna.Study) -> dict[str, float]:
    """By PED-ANOVA; beside it is what loads scikit-learn where there is one: 150 MB, a second."""
    with without("pandas", "sklearn"):
        from optuna.importance import get_param_importances
    return get_param_importances(study)


def _pruner(config: SweepConfig) -> BasePruner:
    """Not in the first epochs, in which validation accuracy jumps, most of all behind batch normalization.

    The median is asked from a quarter of the epochs on; the first rung of halving is at an eighth.
    """
    epochs = config.base.epochs
    if config.pruner == "median":
        return MedianPruner(n_warmup_steps=epochs // 4)
    if config.pruner == "successive_halving":
        return SuccessiveHalvingPruner(min_resource=max(1, epochs // 8))
    return NopPruner()


def _mend(journal: Path) -> None:
    """Take away what a process that ended in the midst of a line has left. Raises `OSError`."""
    journal.with_name(f"{journal.name}.lock").unlink(missing_ok=True)
    with suppress(FileNotFoundError), open(journal, "r+b") as file:
        lines = file.read()
        file.truncate(lines.rfind(b"\n") + 1)
        os.fsync(file.fileno())
