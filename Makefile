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
# What an extra of pyproject.toml asks for, and how that is resolved alone.
EXTRA = $(BIN)/python -c 'from tomllib import load; \
	print(*load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["$(1)"])'
COMPILE_EXTRA := $(subst pyproject.toml,-,$(COMPILE))
# More workers than the cores of a small machine: many tests wait for a clock. Who takes what: tests/scheduling.py.
PYTEST := $(BIN)/python -m pytest -q -n 4 --dist loadfile --no-loadscope-reorder

# The page has its own tools (web/package.json); Node comes with .venv, so that everybody has the same.
NPM := cd web && PATH="$(CURDIR)/$(BIN):$$PATH" npm --loglevel=error
NODE_MODULES := web/node_modules/.installed
# The linters of the API's document and the generators that try it have places of their own: their versions are not ours.
API_TOOLS := web/openapi/node_modules/.installed
PAGE := web/dist/index.html
PAGE_SOURCES := $(shell find web/src web/build web/public -type f) $(wildcard web/*.*)
CHECKS := web-check api-check type imports lint docs-check
CHROMIUM := /usr/bin/chromium
FIREFOX := /usr/bin/firefox-esr
# Readers: pyscard is compiled against PC/SC; the tests have a daemon, a virtual reader and OpenSC, all of Debian.
CARD := .venv/.card
# A generator of clients in an environment of its own: what it needs is not what we need.
GENERATOR := .venv/clients/.installed
BRUNO := clients/bruno/node_modules/.installed
PCSC := /usr/include/PCSC/winscard.h
VIRTUAL_READER := /usr/lib/pcsc/drivers/serial/libifdvpcd.so
SSHD := /usr/sbin/sshd
CALC := /usr/lib/libreoffice/program/libsclo.so
CHINESE := /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

.PHONY: help setup run test check quick unit faults oracle conformance trial-notices trial-webhooks lint format type imports docs docs-check \
	web web-check web-client api-check browser browser-firefox spreadsheet card clients client-python \
	trial-channels bench bench-batch bench-card bench-ciphers bench-listing \
	bench-figures bench-lookup bench-overdue bench-registers bench-signing bench-startup bench-story bench-web bench-worklists pictures lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Install everything into .venv (nothing happens when it is up to date)

run: setup web ## Start the whole system here, with a simulated customs office; Ctrl-C stops it
	@exec $(BIN)/yuyue up $(ARGS)

test: ## Everything the CI checks: docs, lint, types, imports, the page, then all tests
	@$(MAKE) -j4 --output-sync=line web browser spreadsheet card clients $(VIRTUAL_READER) $(SSHD) $(CHECKS)
	@$(PYTEST) $(ARGS)

check: setup ## All checks that run no test
	@$(MAKE) -j2 --output-sync=target $(CHECKS)

quick: setup ## The levels without servers of their own, in about a minute
	@$(PYTEST) --dist worksteal -m 'not slow' tests/unit tests/architecture tests/workflows $(ARGS)

unit: setup ## The unit tests alone
	@$(PYTEST) tests/unit $(ARGS)

faults: setup ## Kill parts, take databases away in the middle of lives, prove that nothing was lost (20 minutes)
	@$(BIN)/python -m tests.faults $(ARGS)

trial-channels: setup $(SSHD) ## Run lives of appointments over directory and sftp, and 1,000 messages while the office is killed (10 minutes)
	@for channel in directory sftp; do CHANNEL=$$channel $(BIN)/python -m pytest -q -p no:xdist \
		tests/e2e/test_lifecycle.py tests/e2e/test_receipts.py tests/e2e/test_repeats.py tests/e2e/test_reversals.py; done
	@MESSAGES=1000 $(BIN)/python -m pytest -q -p no:xdist tests/integration/customs

conformance: setup ## Ask every route every value that the API's document allows or forbids (15 minutes; outside CI)
	@CONFORMANCE=whole $(BIN)/python -m pytest -q -p no:xdist tests/e2e/test_conformance.py $(ARGS)

trial-webhooks: setup api-check ## A receiver of webhooks that is down for ten minutes while appointments go on (outside CI)
	@TRIAL_AWAY_SECONDS=600 $(BIN)/python -m pytest -q -p no:xdist --timeout 1500 tests/integration/api/test_webhooks.py $(ARGS)

oracle: setup ## Ask the time rules and an independent second implementation 800,000 random questions (outside CI)
	@$(BIN)/python -m tests.oracle $(ARGS)

trial-notices: setup ## Take the mail server away for an hour, and count the notices afterwards (ARGS="--minutes 5"; outside CI)
	@$(BIN)/python -m tests.messaging.trial $(ARGS)

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

docs: setup ## Write what is generated and committed: pages of docs/, the spelling of the starter tables
	@$(BIN)/python -m cli.docs
	@$(BIN)/python -m api.document docs/api.md
	@$(BIN)/python -m db.seeds

docs-check: setup
	@$(BIN)/python -m cli.docs --check

web: setup $(PAGE) ## Build the page into web/dist (nothing happens when it is up to date)

web-check: setup web/.cache/checked ## The page: its lint, imports, unused code, types, unit tests, and whether its client fits the API

web-client: setup $(NODE_MODULES) web/.cache/openapi.json ## Write the page's client from the API's document
	@$(NPM) run --silent client -- --output src/api/schema.d.ts

api-check: setup web/.cache/described ## The API's document: two linters, and a generator whose client must compile

browser: $(CHROMIUM) $(CHINESE) ## Debian's Chromium and a Chinese font, for the tests of the page

browser-firefox: setup web $(FIREFOX) $(CHINESE) ## Walk through the page in Firefox ESR, driven over WebDriver BiDi (a minute; outside CI)
	@$(BIN)/python -m tests.web.firefox

spreadsheet: $(CALC) ## Debian's LibreOffice Calc without a screen, which opens what is exported

card: setup $(CARD) ## What card readers need: pyscard and, from Debian, what it is compiled with

client-python: clients ## The wheel of the Python client, into clients/python/dist
	@$(BIN)/python -m api.document build/client/document.json
	@$(BIN)/python clients/python/build.py build/client/document.json .venv/clients/bin/openapi-python-client build/client/package
	@$(PIP) wheel --quiet --no-deps --no-build-isolation --wheel-dir clients/python/dist build/client/package

bruno: setup web $(BRUNO) ## Run the Bruno collection of clients/bruno against a stack of its own (a minute; outside CI)
	@$(BIN)/python -m tests.e2e.bruno

clients: setup $(GENERATOR) ## A generator of Python clients from the API's document, for the tests

bench: setup ## Measure; prints figures, checks nothing
	@$(BIN)/python -m bench $(ARGS)

bench-batch: setup web browser ## Measure applications one by one, by batch, box and spreadsheet, over HTTP and in the page
	@$(BIN)/python -m bench.batch $(ARGS)

bench-card: card $(VIRTUAL_READER) ## Measure what the card's program takes for a signature, beside bare calls to the reader
	@$(BIN)/python -m bench.card $(ARGS)

bench-figures: setup ## Measure the figures of a year among 100,000 applications
	@$(BIN)/python -m bench.figures $(ARGS)

bench-registers: setup ## Measure a register of 100,000 enterprises: compared, applied, undone
	@$(BIN)/python -m bench.registers $(ARGS)

bench-overdue: setup ## Let 500 appointments become overdue in one minute, and print every count of them
	@$(BIN)/python -m bench.overdue $(ARGS)

bench-startup: setup ## Measure a start of the whole system, fresh and again (ARGS="--against …/yuyue" for two builds)
	@$(BIN)/python -m bench.startup $(ARGS)

bench-worklists: setup ## Measure worklists of 100,000 rows and the counts of today, beside the bare statements
	@$(BIN)/python -m bench.worklists $(ARGS)

bench-story: setup ## Measure the story of an appointment with 500 events, beside the bare queries
	@$(BIN)/python -m bench.story $(ARGS)

bench-lookup: setup ## Measure the search of a tariff of 15,000 rows beside SQL
	@$(BIN)/python -m bench.lookup $(ARGS)

bench-listing: setup ## Measure lists in every order and by every search, among a million appointments
	@$(BIN)/python -m bench.listing $(ARGS)

bench-ciphers: setup ## Measure what encrypting files and messages costs
	@$(BIN)/python -m bench.ciphers $(ARGS)

bench-signing: setup ## Measure what a signature adds to a command (ARGS="--kind sm2")
	@$(BIN)/python -m bench.signing $(ARGS)

bench-web: setup web browser ## Measure the page: first load, first screen, typing, rows; prints figures beside limits
	@$(BIN)/python -m bench.web $(ARGS)

pictures: setup web browser ## Take the pictures of docs/pictures anew; look at them
	@$(BIN)/python -m tests.web.pictures

lock: setup ## Resolve the dependencies again (make lock ARGS=--upgrade for newer versions)
	$(COMPILE) $(ARGS) --output-file requirements.lock
	$(COMPILE) $(ARGS) --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(call EXTRA,card) | $(COMPILE_EXTRA) $(ARGS) --constraint requirements-dev.lock --output-file requirements-card.lock
	$(call EXTRA,clients) | $(COMPILE_EXTRA) $(ARGS) --output-file requirements-clients.lock

clean: ## Remove .venv and everything generated; your data in .yuyue/ stays
	rm -rf web/dist web/node_modules web/openapi/node_modules clients/bruno/node_modules clients/python/dist web/.cache .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info
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

$(NODE_MODULES): web/package-lock.json web/package.json | $(STAMP)
	@echo '正在安装页面的工具 · installing the tools of the page into web/node_modules'
	@$(NPM) ci
	@touch $@

$(API_TOOLS): web/openapi/package-lock.json web/openapi/package.json | $(STAMP)
	@echo '正在安装接口文档的检查工具 · installing the linters of the API document into web/openapi/node_modules'
	@$(NPM) --prefix openapi ci
	@touch $@

$(PAGE): $(PAGE_SOURCES) $(NODE_MODULES)
	@$(NPM) run --silent build -- --logLevel warn
	@touch $@

# Written only when the API's document has changed, so that the checks run again only then.
web/.cache/openapi.json: FORCE | $(STAMP)
	@$(BIN)/python -m api.document $@

web/.cache/checked: $(PAGE_SOURCES) $(wildcard web/clients/* web/firefox/*) $(PAGE) web/.cache/openapi.json
	@$(NPM) run --silent client -- --output .cache/schema.d.ts
	@cmp --silent web/.cache/schema.d.ts web/src/api/schema.d.ts || { \
		echo '接口已变化，请运行 make web-client 并提交 · the API has changed: run make web-client and commit' >&2; exit 1; }
	@$(NPM) run --silent lint
	@$(NPM) run --silent imports
	@$(NPM) run --silent unused
	@$(NPM) run --silent type
	@$(NPM) run --silent test
	@touch $@

web/.cache/described: web/.cache/openapi.json $(wildcard web/openapi/*.*) $(API_TOOLS) $(NODE_MODULES)
	@for check in spectral redocly orval type; do \
		said=$$($(NPM) --prefix openapi run --silent $$check 2>&1) || { echo "$$said" >&2; exit 1; }; \
	done
	@touch $@

# Built with what is locked (setuptools and swig are in .venv), not with whatever an isolated build would fetch.
$(CARD): requirements-card.lock $(STAMP) | $(PCSC)
	@echo '正在编译 pyscard · compiling pyscard'
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(PIP) install --quiet --no-build-isolation --require-hashes \
		--requirement requirements-card.lock
	@touch $@

$(GENERATOR): requirements-clients.lock | $(STAMP)
	@echo '正在安装客户端生成器 · installing the generator of clients into .venv/clients'
	@$(BIN)/python -m venv --clear --without-pip .venv/clients
	@$(PIP) --python .venv/clients/bin/python install --quiet --require-hashes --requirement requirements-clients.lock
	@touch $@

$(BRUNO): clients/bruno/package-lock.json clients/bruno/package.json | $(STAMP)
	@echo '正在安装 Bruno 命令行 · installing the command line of Bruno into clients/bruno/node_modules'
	@cd clients/bruno && PATH="$(CURDIR)/$(BIN):$$PATH" npm --loglevel=error ci
	@touch $@

$(PCSC):
	@$(MAKE) system-packages PACKAGES='gcc libc6-dev libpcsclite-dev'

$(VIRTUAL_READER):
	@$(MAKE) system-packages PACKAGES='pcscd vsmartcard-vpcd opensc'

$(SSHD):
	@$(MAKE) system-packages PACKAGES='openssh-server openssh-client'

$(FIREFOX):
	@$(MAKE) system-packages PACKAGES='firefox-esr'

$(CHROMIUM) $(CHINESE) &:
	@$(MAKE) system-packages PACKAGES='chromium fonts-noto-cjk'

$(CALC):
	@$(MAKE) system-packages PACKAGES='libreoffice-calc-nogui'

.PHONY: FORCE
FORCE:

.PHONY: system-venv
system-venv:
	@$(MAKE) system-packages \
		PACKAGES="python$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"

# Debian's packages: root installs them, anybody else is told how. One after the other, for Debian's installer lets
# nobody in beside it; what it starts (pcscd) must not keep the place.
.PHONY: system-packages
system-packages:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo '正在安装 Debian 软件包 · installing from Debian: $(PACKAGES)'; \
		install() { DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends $(PACKAGES); }; \
		exec {place}<Makefile; flock $$place; \
		{ install || { apt-get update --quiet=2 && install; }; } {place}<&-; \
	else \
		echo '缺少 $(PACKAGES)，请先安装：sudo apt-get install $(PACKAGES) · please install them first' >&2; exit 1; \
	fi
