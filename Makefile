# make run    opens the dashboard
# make class  opens it for a class, which joins by a link
# make test   lint and all tests, as CI does
# make models   trains lenet/models/ again; some of them: make models MODELS="cnn-16-32 lenet5-relu"
# Each makes .venv and installs what it needs, again only when the requirements change.

PYTHON ?= python3

ifneq ($(shell command -v uv 2>/dev/null),)
MAKE_VENV = uv venv --quiet --clear --seed --python '>=3.11,<3.14' .venv
INSTALL = uv pip install --python .venv/bin/python
else
MAKE_VENV = sh scripts/make_venv $(PYTHON)
INSTALL = .venv/bin/python -m pip install --disable-pip-version-check
endif

.PHONY: run class test models
.DELETE_ON_ERROR:

run: .venv/installed
	@.venv/bin/python -m streamlit run app.py

class: .venv/installed
	@.venv/bin/python -m lenet class

test: .venv/installed-dev
	.venv/bin/python -m ruff check
	.venv/bin/python -m ruff format --check
	.venv/bin/oxlint --quiet lenet pages tests
	.venv/bin/python tests/chromium.py
	.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not alone"
	.venv/bin/python -m pytest -m alone $$(grep -rl mark.alone tests --include=test_*.py)

models: .venv/installed
	@.venv/bin/python scripts/build_models.py $(MODELS)

.venv/bin/python:
	@$(MAKE_VENV)

.venv/installed: requirements.txt .venv/bin/python
	@echo "Installing requirements.txt into .venv (TensorFlow is large: a minute or two)."
	@$(INSTALL) -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt requirements-export.txt .venv/installed
	@$(INSTALL) -r requirements-dev.txt
	@touch $@
