#!/usr/bin/env bash
# Optuna 5.0.0: a process that is killed in the midst of an append to a journal file, or meets a full disk there, leaves
# half of a line. Reading goes on well as long as that is the last one: it is left out. The next append writes behind
# it, in the same line, and from then on nothing that is in the journal can be read any more, in that process or in
# another: the study is lost, though all but one of its lines are whole. `JournalFileBackend` is what Optuna's documentation
# recommends for folders that machines share ("Journal storage ... If the database crashes for any reason, the storage
# can re-establish the contents"). Seen in `optuna/storages/journal/_file.py`: `append_logs` does not look whether the file
# ends in a newline. Where one process at a time has the journal, it can cut the half line off before it opens it.
# Needs python3. Prints what a study of three trials says after half a line, after the next append, and once mended.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export HOME=$folder
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check optuna==5.0.0

cat > half.py <<'PYTHON'
from pathlib import Path

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

optuna.logging.set_verbosity(optuna.logging.ERROR)
path = Path("journal.log")


def study():
    storage = JournalStorage(JournalFileBackend(str(path)))
    return optuna.create_study(storage=storage, study_name="s", load_if_exists=True)


def outcome(do):
    try:
        return do()
    except ValueError as error:  # json.JSONDecodeError is one
        return f"{type(error).__name__}: {error}"


study().optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
with path.open("ab") as file:
    file.write(b'{"op_code":5,"worker_id":"')  # the rest never came
whole = path.read_bytes()
found = {"after half a line": outcome(lambda: f"{len(study().trials)} trials")}
outcome(lambda: study().optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1))
found["after the next append"] = outcome(lambda: f"{len(study().trials)} trials")
path.write_bytes(whole[: whole.rfind(b"\n") + 1])
study().optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
found["mended before the append"] = outcome(lambda: f"{len(study().trials)} trials")
for name, what in found.items():
    print(f"{name}: {what}")
assert found["after half a line"] == "3 trials", found
assert found["after the next append"].startswith("JSONDecodeError"), found
assert found["mended before the append"] == "4 trials", found
PYTHON
venv/bin/python half.py
