# SGM. `make` lists the targets. Needs Python 3.11 or later and nothing else; `make run` and
# `make test` set up their environment in .venv by themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.DEFAULT_GOAL := help
.PHONY: help run test check schema golden bench fuzz load lock clean

help: ## list the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 18

run: $(READY) ## set up, seed a small clinic network on first start, and run everything until Ctrl-C
	@$(BIN)/sgm stack

test: $(READY) ## set up and run the tests
	@$(BIN)/python -m pytest --numprocesses=auto

check: $(READY) ## formatting, lint, types, import contracts, then the tests with coverage
	@echo "== format" && $(BIN)/ruff format --check .
	@echo "== lint" && $(BIN)/ruff check .
	@echo "== types" && $(BIN)/mypy
	@echo "== import contracts" && $(BIN)/lint-imports --no-cache
	@echo "== tests" && $(BIN)/python -m pytest --numprocesses=auto --cov --cov-report=term

schema: $(READY) ## export each subgraph's schema, compose them, and write schema/
	@for name in patients appointments records billing; do \
	  $(BIN)/sgm introspect subgraphs.$$name.schema:schema --output schema/$$name.graphql || exit 1; \
	done
	@$(BIN)/sgm compose --config schema/supergraph.yaml --output schema/supergraph.graphql --api-output schema/api.graphql

golden: $(READY) ## rewrite the golden pages from what the code answers now; review the difference
	@$(BIN)/python -m pytest tests/router tests/operations --update-golden -q; git status --short tests

bench: $(READY) ## measure the router beside its peers, in one run (needs Node)
	@$(BIN)/python -m benchmarks

fuzz: $(READY) ## the property tests, for long: FUZZ_EXAMPLES=20000 graphs, FUZZ_WALKS=300 visits
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-20000} $(BIN)/python -m pytest tests/properties -q
	@FUZZ_EXAMPLES=$${FUZZ_WALKS:-300} $(BIN)/python -m pytest tests/scenarios -k walks -q

load: $(READY) ## sixty-four clients book and bill a thousand slots: LOAD_SLOTS=1000 (needs PostgreSQL)
	@LOAD_SLOTS=$${LOAD_SLOTS:-1000} $(BIN)/python -m pytest tests/scenarios/test_load.py -k postgresql -q -s

lock: $(READY) ## choose versions anew and lock them with hashes
	@$(UV_COMPILE) pyproject.toml -o requirements/runtime.txt
	@$(UV_COMPILE) pyproject.toml --group dev -o requirements/dev.txt

clean: ## delete the environment and all local data
	rm -rf $(VENV) var build

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "SGM needs Python 3.11 or later; PYTHON=python3.12 make … names another one.")'
	@echo "Setting up $(VENV): about a minute the first time, seconds after a change."
	@$(PYTHON) -m venv $(VENV)
	@# The lock is complete, so nothing is left to resolve.
	@$(BIN)/pip install --disable-pip-version-check --quiet --progress-bar on --no-deps --require-hashes -r requirements/dev.txt
	@$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $(READY)
