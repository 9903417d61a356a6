# The course's own commands, for Linux and macOS. Each sets up what it needs first.
PYTHON ?= python3
BIN := .venv/bin
# Every process of the tests reads what the first one compiled.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest
# Tests wait for servers, browsers and limits much of the time: four for two processors.
PARALLEL := -n 4 --no-loadscope-reorder

.PHONY: help lab teach check test test-full machine lint style types tests quick-course quick-rest lock messages pen site clean

help: ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /	/'

python:
	@command -v $(PYTHON) >/dev/null || { echo "crossroads: $(PYTHON) was not found. Install Python 3.11 or newer, or name yours: make PYTHON=/path/to/python lab" >&2; exit 1; }

.PHONY: python
lab: python ## open the course in JupyterLab
	@$(PYTHON) tools/bootstrap.py && $(BIN)/crossroads lab

teach: python ## open the course for your class, with the quizzes' sources and nbgrader's pages
	@$(PYTHON) tools/bootstrap.py && $(BIN)/crossroads teach

check: python ## check style, types and spelling, and run the quick tests: under a minute
	@$(PYTHON) tools/bootstrap.py --check
	@$(MAKE) --no-print-directory -j3 -O style types quick-course quick-rest

test: machine ## run every check and test, those in a real browser too: about a quarter of an hour
	@$(MAKE) --no-print-directory style
	@$(MAKE) --no-print-directory -j2 types tests

test-full: python ## run the long versions too: before a release, and after a change to grading
	@$(PYTHON) tools/bootstrap.py --full
	@$(MAKE) --no-print-directory -j2 style types
	@$(PYTEST) $(PARALLEL) -m "" --hypothesis-profile=full

machine: python
	@$(PYTHON) tools/bootstrap.py --tests

lint: python ## check style, types and spelling
	@$(PYTHON) tools/bootstrap.py --dev
	@$(MAKE) --no-print-directory -j2 -O style types

style:
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/codespell
	@said=$$($(BIN)/lint-imports --no-cache) || { echo "$$said"; exit 1; }

types:
	@$(BIN)/mypy --no-error-summary

tests:
	@$(PYTEST) $(PARALLEL)

# Two processes, each with its own folders: neither reads the other's tests.
QUICK := -q -p no:xdist --hypothesis-profile=quick -m "not (browser or hub or stock or kernel or full)"
COURSE := $(addprefix tests/,assignments charts explorers lessons questions tables)

quick-course:
	@$(PYTEST) $(QUICK) $(COURSE)

quick-rest:
	@$(PYTEST) $(QUICK) $(addprefix --ignore=,$(COURSE))

lock: python ## write the lists of locked packages anew
	@$(PYTHON) tools/bootstrap.py --dev
	@$(BIN)/python tools/lock.py

messages: python ## collect the messages for translators, and compile their catalogues
	@$(PYTHON) tools/bootstrap.py --dev
	@$(BIN)/python tools/messages.py

pen: ## build the JupyterLab extension (needs Node)
	@cd jupyterlab-extension && npm ci && npm run build:prod

site: python ## build the course as web pages (with LIVE=1, TEACHER=1, REPOSITORY=address: docs/site.md)
	@$(PYTHON) tools/bootstrap.py $(if $(LIVE),--dev)
	@$(BIN)/python website/build.py $(if $(LIVE),--live) $(if $(TEACHER),--teacher) $(if $(REPOSITORY),--repository "$(REPOSITORY)")

clean: ## remove the environment and caches (never your course folder)
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis jupyterlab-extension/node_modules jupyterlab-extension/lib website/node_modules website/wheels
