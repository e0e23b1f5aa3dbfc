# `make demo` and `make test` each do everything on a fresh machine with Python, make and git.

PYTHON ?= python3
BIN := .venv/bin
# they often wait for other processes, so twice as many as two cores
WORKERS ?= 4
# kills processes in the middle of what they do, and mostly waits for what then happens
KILLS := tests/acceptance/test_kills.py
# our modules are compiled once, and not by each of the hundreds of processes that import them
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo test kills others rest check unit bench pictures lock clean

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1	\2/p' Makefile

setup: ## make .venv and find or install a browser
	@$(PYTHON) setup_env.py

demo: setup ## a whole night in a world of its own; stays up until Ctrl-C
	@$(BIN)/kraftverk demo

test: ## everything .ci/run runs
	@$(PYTHON) setup_env.py --tests
	@$(MAKE) --no-print-directory --jobs 2 kills others

# what needs the processor comes first; what mostly waits goes on beside it all
others:
	@$(MAKE) --no-print-directory --jobs 2 check unit
	@$(MAKE) --no-print-directory rest

# in this order, so that the long files come first: by itself pytest begins with the file that has most tests, and a long
# night begun last would keep one core busy and leave the other idle
rest:
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --ignore $(KILLS) tests/swap tests/acceptance tests/integration

kills:
	$(BIN)/pytest $(KILLS)

check: ## style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: ## the tests that need neither network nor browser
	$(BIN)/pytest -n 2 tests/unit tests/architecture

bench: setup ## writes docs/benchmarks.md
	$(BIN)/python -m tests.benchmarks

pictures: setup ## makes docs/bilder from a real run
	$(BIN)/python docs/pictures.py

# console/package-lock.json is renewed by npm itself: `npm install --package-lock-only` there
lock: ## renew requirements.lock after a change of dependencies; UPGRADE=--upgrade takes newer versions
	@set -e; uv=$$(command -v uv || true); \
	if [ -z "$$uv" ]; then \
	    room=$$(mktemp -d); trap 'rm -rf "$$room"' EXIT; \
	    $(PYTHON) -m venv "$$room" && "$$room/bin/pip" install --quiet 'uv>=0.9,<1'; uv="$$room/bin/uv"; \
	fi; \
	compile() { "$$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --no-emit-find-links $(UPGRADE) "$$@"; }; \
	compile --all-extras --output-file requirements.lock pyproject.toml; \
	compile --group node --output-file console/node.lock; \
	compile --group pip --output-file pip.lock

clean: ## remove .venv and everything made by tools
	rm -rf .venv build dist out var console/static/tredjepart .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
