# Everything a contributor does, as verbs. `make` alone lists them.
# They need make and Python 3.11 to 3.13; everything else is installed into $(VENV), pinned and
# hashed.
#
#   make test ARGS="-k capacity"                        pass arguments on
#   make test PYTHON=python3.13 VENV=.venv-3.13         another interpreter, beside the first

SHELL         := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS     += --no-print-directory

VENV ?= .venv
ARGS ?=
# All tests run in three processes side by side; chosen tests (ARGS) run in one, unless ARGS has
# `-n 3`.
LANES ?= $(if $(ARGS),,-n 3)
BIN  := $(VENV)/bin
# The versions that `make types` checks for, whichever version runs.
TYPED_FOR ?= 3.11 3.12 3.13

# The first interpreter that will do, unless PYTHON names one.
SUITABLE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
ifndef PYTHON
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11; do \
            $$p -c '$(SUITABLE)' 2>/dev/null && echo $$p && break; done)
endif

PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
# One stamp per layer of the installation; a stamp names the interpreter that made the venv.
VERSION := $(if $(PYTHON),$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null))
MADE    := $(VENV)/.made-$(VERSION)
RUNTIME := $(VENV)/.runtime
DEV     := $(VENV)/.dev

.PHONY: help setup demo serve stack test test-prometheus test-routers test-clients test-browser check lint types format bench bench-stack bench-http docs hooks lock clean

help: ## list these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

setup: $(DEV) ## install everything that development needs into .venv
	@echo "ready: $(BIN)/tieline"

demo: $(RUNTIME) ## watch circuits live: the story, then a generated year
	@$(BIN)/tieline demo $(ARGS)

# The year is made once; a file beside it says that it is whole.
serve: $(RUNTIME) ## look at a year in a browser, and try things out over HTTP
	@[ -e var/demo.whole ] || { rm -f var/demo.*; \
	  $(BIN)/tieline demo --database sqlite:///var/demo.db --customers 20 && touch var/demo.whole; }
	@echo "open http://127.0.0.1:8080 (TIELINE_HTTP says where else); Ctrl-C ends it"
	@TIELINE_DATABASE=sqlite:///var/demo.db $(BIN)/tieline serve

stack: $(DEV) ## run everything: Kafka, PostgreSQL, all parts (ARGS=--fresh: anew)
	@$(BIN)/python -m stack $(ARGS)

test: $(DEV) ## set everything up and run all tests
	@$(BIN)/pytest $(LANES) $(ARGS) || { status=$$?; \
	  [ $$status -ne 5 ] || echo "no test was collected, which counts as a failure" >&2; exit $$status; }

test-prometheus: $(DEV) ## test the files in deploy/ with a real Prometheus (Debian's package)
	@$(BIN)/pytest tests/prometheus $(ARGS)

test-routers: $(DEV) ## test router configurations on real routers (root; Debian's package frr)
	@$(BIN)/pytest tests/routers $(ARGS)

test-clients: $(DEV) ## test by programs that know the OpenAPI document alone (a jar from Maven)
	@$(BIN)/pytest tests/clients $(ARGS)

test-browser: $(DEV) ## test the console in a real browser (Debian's package chromium)
	@$(BIN)/pytest tests/browser $(ARGS)

check: lint types test ## everything that CI checks: lint, types, test

lint: $(DEV) ## check style, format and the layers' import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo

types: $(DEV) ## check strict types for each supported Python, two at a time
	@printf '%s\n' $(TYPED_FOR) | xargs -P 2 -I VERSION sh -c '\
	  said=$$($(BIN)/pyright --pythonpath $(BIN)/python --pythonversion VERSION); found=$$?; \
	  printf "types for Python %s\n%s\n" VERSION "$$said"; exit $$found'

format: $(DEV) ## format the code and apply the safe fixes
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(DEV) ## measure speed; each figure stands beside the naive way and the limit
	@$(BIN)/python -m bench $(ARGS)

bench-stack: $(DEV) ## measure production: a real Kafka, a real PostgreSQL
	@$(BIN)/python -m bench.stack $(ARGS)

bench-http: $(DEV) ## measure `tieline serve` over HTTP: commands, questions, events, pages
	@$(BIN)/python -m bench.http $(ARGS)

docs: $(DEV) ## generate schemas, tables and stored examples from the code
	@$(BIN)/python -m adapters.contract.schemas
	@$(BIN)/python -m adapters.contract.groups
	@$(BIN)/python -m tests.stored
	@$(BIN)/python -m tests.http.describing
	@$(BIN)/python -m tests.answers

hooks: $(DEV) ## run the quick checks before every commit
	@$(BIN)/pre-commit install

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
           --no-header --no-annotate --no-emit-index-url --no-emit-find-links
lock: $(DEV) ## pin and hash the requirements again (ARGS=--upgrade: newer ones)
	@$(COMPILE) $(ARGS) pyproject.toml -o requirements/runtime.txt
	@$(COMPILE) $(ARGS) --group build -c requirements/runtime.txt -o requirements/build.txt
	@$(COMPILE) $(ARGS) --group dev -c requirements/runtime.txt -c requirements/build.txt \
	  -o requirements/dev.txt

clean: ## remove what was built, cached and installed
	@rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@[ -n "$(PYTHON)" ] && $(PYTHON) -c '$(SUITABLE)' || { \
	  echo "tieline needs Python 3.11, 3.12 or 3.13, and $(or $(PYTHON),python3) is another version." >&2; \
	  echo "Name a suitable one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.13" >&2; exit 1; }
	@echo "setting up $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(RUNTIME): $(MADE) requirements/runtime.txt requirements/build.txt pyproject.toml
	@$(PIP) -r requirements/runtime.txt -r requirements/build.txt
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps \
	  --no-build-isolation --editable .
	@touch $@

$(DEV): $(RUNTIME) requirements/dev.txt
	@$(PIP) -r requirements/dev.txt
	@touch $@
