#!/usr/bin/env bash
# scikit-learn 1.9.1 does without pandas where it is not installed, but not where an import of it is blocked. Python's
# documented way to block one is None in `sys.modules` (language reference, "The module cache"). scikit-learn can be
# imported then, but not used: a PCA of a NumPy array raises AttributeError, since `is_pandas_df` takes whatever
# `sys.modules` has under that name, and asks None for its DataFrame; a KeyError alone would mean "no pandas here".
# So a process that spares itself pandas must take the None away again once scikit-learn is imported. Seen in
# `sklearn/utils/_dataframe.py`.
# Needs python3. Prints what fails while the None is there, and that nothing does once it is gone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export HOME=$folder
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check scikit-learn==1.9.1 numpy==2.4.6

cat > hidden.py <<'PYTHON'
import sys

sys.modules["pandas"] = None  # it is not even installed here
import numpy as np
from sklearn.decomposition import PCA

values = np.random.default_rng(0).normal(size=(20, 3))


def outcome():
    try:
        return str(PCA(2).fit_transform(values).shape)
    except AttributeError as error:
        return f"AttributeError: {error}"


found = {"with None for pandas": outcome()}
del sys.modules["pandas"]
found["without an entry for pandas"] = outcome()
for name, what in found.items():
    print(f"PCA of 20 rows, {name}: {what}")
assert found["with None for pandas"] == "AttributeError: 'NoneType' object has no attribute 'DataFrame'", found
assert found["without an entry for pandas"] == "(20, 2)", found
PYTHON
venv/bin/python hidden.py
