# Two commands are all the set-up there is: make demo, make test.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
SPARK := $(VENV)/.installed-spark
MEDIA := $(VENV)/.installed-media
TAGUETTE := $(VENV)/taguette
PEERS := $(VENV)/peers
DEMO ?= demo
export BEDSIDE_DATA ?= $(wildcard $(abspath ../shared/data))
export BEDSIDE_VECTORS ?= $(wildcard $(abspath ../shared/vectors))

.PHONY: help demo test check e2e bench clean

help:  ## Show what can be made
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-8s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) tools/environment.py $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(DEV_STAMP): $(STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r requirements-dev.txt
	@touch $@

$(SPARK): requirements-spark.txt constraints.txt | $(DEV_STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r $< \
	  && touch $@ || echo "PySpark could not be installed; its tests will be skipped"

$(MEDIA): requirements-media.txt constraints.txt | $(DEV_STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r $< \
	  && touch $@ || echo "The extra for pictures and speech could not be installed; its tests will be skipped"

$(TAGUETTE)/.installed: requirements-taguette.txt | $(DEV_STAMP)
	@$(BIN)/python -m venv $(TAGUETTE) && $(TAGUETTE)/bin/pip install --quiet --disable-pip-version-check -r $< \
	  && touch $@ || echo "Taguette could not be installed; its test will be skipped"

$(PEERS)/.installed: requirements-peers.txt | $(DEV_STAMP)
	@$(BIN)/python -m venv $(PEERS) && $(PEERS)/bin/pip install --quiet --disable-pip-version-check -r $< && touch $@

demo: $(STAMP)  ## Run the main job on the simulated study and say which page to open
	@$(BIN)/python -m bedside demo $(DEMO)

test: check e2e  ## Run everything: lint, types, unit tests, the whole house

check: $(DEV_STAMP) $(SPARK) $(MEDIA)  ## Lint, types and unit tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -m "not e2e"

e2e: $(DEV_STAMP) $(TAGUETTE)/.installed  ## The whole house from the command line
	$(BIN)/python -m pytest -q -m e2e

bench: $(DEV_STAMP) $(PEERS)/.installed  ## Measure speed and memory, beside peers in the same run
	$(BIN)/python -m bench.peers $(PEERS)/bin/python
	$(BIN)/python -m bench.house
	$(BIN)/python -m bench.makers
	$(BIN)/python bench/simulate.py 60000
	$(BIN)/python bench/collect_ndjson.py 100000
	$(BIN)/python bench/unify.py
	$(BIN)/python bench/decisions.py 300000
	$(BIN)/python -m bench.explorer --posts 100000
	$(BIN)/python -m bench.graphs

clean:  ## Remove the environment and the demo study
	rm -rf $(VENV) $(DEMO)
