# What there is to do here. `make demo` and `make test` set everything up by themselves.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup demo test test-slow lint format types prove e2e editors bench torture docs extension lock clean picture

help:  ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z0-9-]+):[^#]*## /  make \1\t/' | expand -t 20

setup: $(READY)  ## an environment in .venv with all that development and the tests need

$(READY): requirements/dev.txt requirements/torch.txt pyproject.toml
	@requirements/install.sh $(VENV)

demo: $(READY)  ## lints the script of peft#2211, fixes it, runs it, shows the adapter files
	@examples/demo.sh

test: $(READY)  ## the tests that take minutes
	$(BIN)/python -m pytest -n auto -m "not slow"

test-slow: $(READY)  ## the tests that take longer: clusters, launchers, full runs, other environments
	$(BIN)/python -m pytest -n auto -m slow --ignore tests/e2e

prove: $(READY)  ## executes every example of the rules' pages and all cases, and compares what they leave
	$(BIN)/python -m tests.prove

docs: $(READY)  ## the documentation site in site/; a broken link fails
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

lint: $(READY)  ## ruff, mypy, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)  ## what ruff can mend by itself
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

torture: $(READY)  ## every script of the environment, and 5,000 damaged ones: nothing crashes, nothing breaks (an hour)
	$(BIN)/python -m tests.torture

lock: $(READY)  ## pins requirements/dev.in anew, with hashes
	@requirements/lock.sh $(VENV)

clean:  ## removes the environment and everything that was built
	rm -rf $(VENV) build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis

picture: $(READY)  ## draws the README's picture anew
	$(BIN)/python docs/picture.py
