# What there is to do here. `make demo` and `make test` set everything up by themselves.

VENV := .venv
BIN := $(VENV)/bin
PEERS := .peers
BESIDES := .besides
READY := $(VENV)/.ready
OLD := .venv-old-stack

# every target that has a description
.PHONY: $(shell sed -n 's/^\([a-z0-9-]*\):.*\#\#.*/\1/p' $(MAKEFILE_LIST))

help:  ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z0-9-]+):[^#]*## /  make \1\t/' | expand -t 20

setup: $(READY)  ## an environment in .venv with all that development and the tests need

$(READY): requirements/dev.txt requirements/torch.txt pyproject.toml
	@requirements/install.sh $(VENV)

demo: $(READY)  ## lints the script of peft#2211, fixes it, runs it, shows the adapter files
	@examples/demo.sh

test: $(READY)  ## the tests that take minutes
	$(BIN)/python -m pytest -n auto -m "not slow"

test-slow: $(READY) $(BESIDES)/.ready  ## the tests that take longer: clusters, launchers, full runs, other environments
	$(BIN)/python -m pytest -n auto -m slow --ignore tests/e2e

$(BESIDES)/.ready: $(READY) requirements/besides.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --target $(BESIDES) \
	    --no-deps --require-hashes --requirement requirements/besides.txt
	@touch $@

old-stack: $(READY) $(OLD)/.ready  ## the runner on the oldest releases that it supports, in an environment of their own
	$(BIN)/python -m pytest tests/runner/test_samples.py

$(OLD)/.ready: requirements/old-stack.txt requirements/torch.txt
	@requirements/old-stack.sh $(OLD)

bench-runner: $(READY)  ## what a run costs over the bare imports of its script: fresh, forked, as a whole (some minutes)
	$(BIN)/python bench/runner.py

pythons: $(READY)  ## the linter's tests on the other Pythons that are there, without torch
	requirements/pythons.sh

prove: $(READY)  ## executes every example of the rules' pages and all cases, and compares what they leave
	$(BIN)/python -m tests.prove

editors:  ## installs the editors that `make e2e` drives: VS Code, Chromium, Neovim, Emacs (about two minutes, 900 MB)
	@tests/e2e/install.sh

e2e: $(READY)  ## real editors, one after the other, what fails once more; an editor that is not installed is skipped
	$(BIN)/python -m pytest tests/e2e || $(BIN)/python -m pytest --last-failed tests/e2e

bench-editors: $(READY)  ## edit to diagnostic, beside the parse of the same file (a minute)
	$(BIN)/python bench/editor_latency.py

extension:  ## checks, tests and packages the VS Code extension: vscode-extension/lora-lint.vsix
	cd vscode-extension && npm ci --no-audit --no-fund && npm run check && npm test && npm run package

extension-pictures: $(READY)  ## takes the pictures of the extension's README anew, in a real VS Code
	LORA_LINT_IMAGES=1 $(BIN)/python -m pytest tests/e2e/test_vscode.py tests/e2e/test_vscode_life.py tests/e2e/test_vscode_verify.py

docs: $(READY)  ## the documentation site in site/; a broken link fails
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

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

bench: $(READY)  ## what linting costs beside parsing, ruff, pylint, fixit, semgrep: ratios, nothing is asserted (15 minutes)
	$(BIN)/python -m bench

bench-page: $(READY)  ## the same, written to docs/benchmarks.md with a picture
	$(BIN)/python -m bench --write

peers: $(PEERS)/.ready  ## an environment in .peers with the linters that `make bench` compares with

$(PEERS)/.ready: requirements/peers.txt
	@requirements/peers.sh $(PEERS)

dist: $(READY)  ## wheel and sdist in dist/, the same bytes for a commit wherever they are built
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m hatchling build

audit: $(READY)  ## known vulnerabilities of what the lock pins
	$(BIN)/python requirements/audit.py

lock: $(READY)  ## pins requirements/dev.in anew, with hashes
	@requirements/lock.sh $(VENV)

clean:  ## removes the environment and everything that was built
	rm -rf $(VENV) $(PEERS) $(BESIDES) build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis

picture: $(READY)  ## draws the README's picture anew
	$(BIN)/python docs/picture.py
