# `make demo` and `make test` do everything on a fresh machine: Python 3.11 or newer and make.
# Another interpreter: `make PYTHON=/path/to/python3 …` after `make clean`.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= $(firstword $(shell sh scripts/interpreters))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2

SOURCES := $(shell find planalign typings -name '*.py*' -o -name '*.sql' 2>/dev/null)
TESTS := $(shell find tests docs README.md CHANGELOG.md -name '*.py' -o -name '*.md' 2>/dev/null)

.PHONY: help demo setup dev test test-fast test-all-pythons check check-static check-format check-rules \
	check-layers check-mypy check-pyright check-coverage format docs bench wheel clean

help: ## show the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 20

# ---- environments: a stamp each, so that set-up happens once -----------------------------------

# What it takes to run PlanAlign: enough for `make demo`.
$(VENV)/runtime: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11, 3.12 or 3.13 with venv was found" >&2; \
		echo "hint: install one, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "setting up $(VENV) with $(PYTHON)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install -qq -c constraints.txt hatchling editables
	@$(PIP) install -qq -c constraints.txt --no-build-isolation -e .
	@touch $@

# And what it takes to work on it.
$(VENV)/dev: $(VENV)/runtime
	@echo "setting up the tools for tests and checks"
	@$(PIP) install -qq -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@

setup: $(VENV)/runtime ## the environment to run PlanAlign in
dev: $(VENV)/dev ## the environment to work on PlanAlign in

# ---- what people ask for -----------------------------------------------------------------------

demo: $(VENV)/runtime ## import the built-in census, simulate five years, look at the result
	@$(BIN)/planalign demo

test: $(VENV)/dev ## every test that guards a commit, with coverage
	@mkdir -p .build && rm -f .build/tested .build/coverage*
	@$(PYTEST) -n $(WORKERS) --cov --cov-report= --cov-fail-under=0 -m "not bench"
	@touch .build/tested

test-fast: $(VENV)/dev ## what to run while editing
	@$(PYTEST) -q -n $(WORKERS) -m fast

test-all-pythons: ## the fast and golden tests on every interpreter found, an environment each
	@bad=; for python in $$(sh scripts/interpreters $(MINORS)); do \
		sh scripts/test-on $$python || bad="$$bad $$python"; done; \
		test -z "$$bad" || { echo "failed on$$bad" >&2; exit 1; }

check: check-static check-coverage ## format, lint, layers, types, coverage: green before a commit

check-static: check-format check-rules check-layers check-mypy check-pyright

check-format: $(VENV)/dev
	@$(BIN)/ruff format --check .

check-rules: $(VENV)/dev
	@$(BIN)/ruff check .

check-layers: $(VENV)/dev
	@$(BIN)/lint-imports --no-logo --no-cache

check-mypy: $(VENV)/dev
	@$(BIN)/mypy

check-pyright: $(VENV)/dev
	@$(BIN)/pyright --warnings

# The figures of the last whole run, if nothing changed since; else of a new one.
.build/tested: $(SOURCES) $(TESTS) pyproject.toml constraints.txt
	@$(MAKE) --no-print-directory test

check-coverage: .build/tested
	@$(BIN)/python -m coverage report

format: $(VENV)/dev ## rewrite the files as the formatter wants them
	@$(BIN)/ruff check --fix-only --exit-zero .
	@$(BIN)/ruff format .

docs: $(VENV)/dev ## write the reference pages and the outputs shown in docs from the code
	@$(BIN)/python -m tests.reference

bench: $(VENV)/dev ## the promised figures, each beside its floor; wants an idle machine
	@$(BIN)/python -m tests.benchmarks

wheel: $(VENV)/dev ## build the wheel into dist/
	@$(PIP) wheel -qq --no-deps --no-build-isolation -w dist .

clean: ## forget environments, caches and builds
	rm -rf $(VENV) .venvs .build build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
	find planalign tests -name __pycache__ -type d -prune -exec rm -rf {} +
