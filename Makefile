# make reports   build every briefing into outputs/site
# make test      run the tests
# make lab       open the notebooks in JupyterLab
# make bench     measure the builder
# make crash     kill builds by the hundred and look at what is left
# make prove     alter one value, sentence or chart at a time: does every wrong number get caught?
# make check     everything a change has to pass: lint, types, data, tests, reports
#
# PYTHON=python3.13   the interpreter .venv is made with
# VENV=.venv          where the environment lives
# ARGS="..."          passed on:  make reports ARGS="--only province-* --jobs 2"
#                                 make test ARGS="-m 'not slow'"

PYTHON ?= python3
VENV ?= .venv
ARGS ?=

BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK_PYTHON := 3.11

.PHONY: help reports test lab bench crash prove check lint pdf picture lock clean
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help:
	@sed -n 's/^# \{0,1\}//p; /^$$/q' Makefile

# The environment is exactly the lock plus this package, and is touched only when one of the two changed.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	  "Python %d.%d is too old: 3.11 or later is needed. Say which with  make PYTHON=python3.13" % sys.version_info[:2])'
	@test -x $(BIN)/python || { echo "Making $(VENV) ..."; $(PYTHON) -m venv $(VENV); }
	@echo "Installing requirements.lock into $(VENV) ..."
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

reports: $(STAMP)
	@$(BIN)/python -m analysis build $(ARGS)
	@echo "Open $(CURDIR)/outputs/site/index.html"

test: $(STAMP)
	@$(BIN)/python -m pytest -n auto $(ARGS)

# JupyterLab refuses to run as root, the only user of many containers, unless it is told.
lab: $(STAMP)
	@root=; test "$$(id -u)" != 0 || { root=--allow-root; \
	  echo "You are root, and so is whoever opens this JupyterLab. It listens on this machine alone."; }; \
	$(BIN)/jupyter lab $$root --LabApp.default_url=/lab/tree/notebooks/explore.ipynb $(ARGS)

bench: $(STAMP)
	@$(BIN)/python -m tests.programs.bench $(ARGS)

crash: $(STAMP)
	@$(BIN)/python -m tests.programs.crash $(ARGS)

prove: $(STAMP)
	@$(BIN)/python -m tests.programs.prove $(ARGS)

lint: $(STAMP)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

check: lint
	@$(BIN)/python -m analysis check
	@$(BIN)/python -m pytest -n auto
	@$(BIN)/python -m analysis build

# One PDF beside each page, for people who send briefings by mail. Needs Chromium.
pdf: $(STAMP)
	@$(BIN)/python -m analysis build --pdf $(ARGS)

# Pictures of five pages for the documents. A test fails when the heading of one has changed. Needs
# Chromium.
picture: $(STAMP)
	@$(BIN)/python -m analysis build $(ARGS)
	@$(BIN)/python docs/picture.py

# Renew the exact versions. The bounds stay in pyproject.toml; the result names no index and suits
# Linux and macOS on every Python from $(LOCK_PYTHON) on.
lock: $(STAMP)
	@$(PYTHON) -m venv $(VENV)/lock
	@$(VENV)/lock/bin/python -m pip --disable-pip-version-check --quiet install "uv>=0.9,<1"
	@UV_CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/lock/bin/uv pip compile pyproject.toml --extra dev --extra cluster \
	  --universal --fork-strategy fewest --python-version $(LOCK_PYTHON) --generate-hashes --strip-extras \
	  --no-emit-index-url --no-emit-find-links --upgrade --quiet --output-file requirements.lock

# outputs/ and the tools' caches; the environment stays.
clean:
	@find outputs -mindepth 1 ! -name .gitkeep -delete
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find analysis tests notebooks \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
