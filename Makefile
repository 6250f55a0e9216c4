# 预约通关: everything a developer, a tester and the CI need. `make` alone lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Compiled modules are kept (`make clean` removes them): tests and the parts of a stack start some hundred processes.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
STAMP := .venv/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --quiet
# One worker more than cores in `quick`, and tests that go to whoever is free: some of them only wait for a clock.
PYTEST := $(BIN)/python -m pytest -q -n logical --maxprocesses 4 --dist loadfile

.PHONY: help setup run test check quick unit faults lint format type imports docs docs-check bench bench-lookup lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Install everything into .venv (nothing happens when it is up to date)

run: setup ## Start the whole system here, with a simulated customs office; Ctrl-C stops it
	@exec $(BIN)/yuyue up $(ARGS)

test: setup ## Everything the CI checks: docs, lint, types, imports, then all tests
	@$(MAKE) check
	@$(PYTEST) $(ARGS)

check: setup ## All checks that run no test
	@$(MAKE) docs-check lint type imports

quick: setup ## The levels without servers of their own, in under a minute
	@$(PYTEST) -n 3 --dist worksteal -m 'not slow' tests/unit tests/architecture tests/workflows $(ARGS)

unit: setup ## The unit tests alone
	@$(PYTEST) tests/unit $(ARGS)

faults: setup ## Kill parts, take databases away in the middle of lives, prove that nothing was lost (20 minutes)
	@$(BIN)/python -m tests.faults $(ARGS)

lint: setup ## Lint rules and formatting
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet || { $(BIN)/ruff format --check; exit 1; }

format: setup ## Repair what lint can repair by itself
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

type: setup ## Types, strictly
	@$(BIN)/mypy

imports: setup ## The import contracts between the folders
	@$(BIN)/lint-imports --no-logo

docs: setup ## Write the generated pages of docs/
	@$(BIN)/python -m cli.docs

docs-check: setup
	@$(BIN)/python -m cli.docs --check

bench: setup ## Measure; prints figures, checks nothing
	@$(BIN)/python -m bench $(ARGS)

bench-lookup: setup ## Measure the search of a tariff of 15,000 rows beside SQL
	@$(BIN)/python -m bench.lookup $(ARGS)

lock: setup ## Resolve the dependencies again (make lock ARGS=--upgrade for newer versions)
	$(COMPILE) $(ARGS) --output-file requirements.lock
	$(COMPILE) $(ARGS) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## Remove .venv and everything generated; your data in .yuyue/ stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The first interpreter that is new enough; Debian ships `venv` apart, so it may have to be installed.
$(STAMP): requirements-dev.lock pyproject.toml
	@for python in python3 python3.11 python3.12 python3.13 python3.14; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; python=; done; \
	[ -n "$$python" ] || { echo '需要 Python 3.11 或更高版本 · Python 3.11 or newer is needed' >&2; exit 1; }; \
	if [ ! -x $(BIN)/pip ]; then \
		$$python -c 'import venv, ensurepip' 2>/dev/null || $(MAKE) system-venv PYTHON=$$python; \
		$$python -m venv .venv; \
	fi
	@echo '正在安装依赖 · installing dependencies into .venv'
	@$(PIP) install --quiet --require-hashes --requirement requirements-dev.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: system-venv
system-venv:
	@package="python$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "正在安装 · installing the Debian package $$package"; \
		apt-get install --yes --quiet=2 "$$package" || { apt-get update --quiet=2 && apt-get install --yes --quiet=2 "$$package"; }; \
	else \
		echo "缺少 $$package，请先安装：sudo apt-get install $$package · please install it first" >&2; exit 1; \
	fi
