# Needs git, make and Python 3.11 or newer with venv; everything else is installed into .venv.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test check fast bench screens lock clean venv venv-dev
.DELETE_ON_ERROR:

VENV := .venv
PY := $(VENV)/bin/python
RUN_STAMP := $(VENV)/.run
DEV_STAMP := $(VENV)/.dev
SOURCES := node federation web migrations tests
ARGS ?=
# Names another Python than the first one found that is new enough.
PYTHON ?=

demo: venv ## a network of three hospitals on this machine; ARGS=--once plays it through and exits
	@$(PY) -m node.demo $(ARGS)

test: check ## everything that check does, then every test, a file at a time in some processes; ARGS=... goes to pytest
	@$(PY) -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile $(ARGS)

fast: venv-dev ## the tests that need no browser, no PostgreSQL and no processes
	@$(PY) -m pytest -m "not postgres and not browser and not processes" $(ARGS)

check: venv-dev ## format, lint, types, import contracts
	@$(VENV)/bin/ruff format --check --quiet $(SOURCES) || { echo "Not formatted. Run: $(VENV)/bin/ruff format $(SOURCES)" >&2; exit 1; }
	@$(VENV)/bin/ruff check --quiet $(SOURCES)
	@$(VENV)/bin/mypy --no-error-summary
	@$(VENV)/bin/lint-imports >$(VENV)/contracts.log 2>&1 || { cat $(VENV)/contracts.log >&2; exit 1; }
	@echo "check: format, lint, types and import contracts are clean"

bench: venv-dev ## measure the operations against their floors, print a table and write JSON
	@$(PY) -m tests.bench $(ARGS)

screens: venv-dev ## take the pictures of docs/pages.md anew; needs Chromium
	@ROUNDS_SCREENS=docs/screens $(PY) -m pytest -q tests/browser/test_screens.py

lock: venv-dev ## write the lock files anew from pyproject.toml, with the newest versions inside its bounds
	@$(PY) -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install --quiet uv
	@for kind in "" -dev; do rm -f requirements$$kind.lock; \
	$(VENV)/lock/bin/uv pip compile pyproject.toml requirements-build.in --extra $$([ -n "$$kind" ] && echo dev || echo postgres) --universal \
	--python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -o requirements$$kind.lock || exit 1; done
	@rm -rf $(VENV)/lock

clean: ## remove what was installed and built
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: $(RUN_STAMP)

venv-dev: $(DEV_STAMP)

$(RUN_STAMP): pyproject.toml requirements.lock
	@$(call install,requirements.lock,about half a minute)
	@touch $@

$(DEV_STAMP): pyproject.toml requirements-dev.lock
	@$(call install,requirements-dev.lock,about a minute)
	@touch $(RUN_STAMP) $@

# $(call install,LOCK,HOW LONG): one clear sentence for each thing that can be wrong, and the details in a log.
define install
stop() { echo "rounds: $$1" >&2; exit 1; }; \
newer() { "$$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }; \
python="$(PYTHON)"; \
if [ -n "$$python" ]; then newer "$$python" || stop "$$python is not Python 3.11 or newer. Install one or name it: make PYTHON=/path/to/python3"; \
else for name in python3 python3.13 python3.12 python3.11 python3.14 python; do if newer $$name; then python=$$name; break; fi; done; fi; \
[ -n "$$python" ] || stop "Python 3.11 or newer is needed, but not found. Install it (on Debian: apt install python3 python3-venv) or name it: make PYTHON=/path/to/python3"; \
"$$python" -c 'import venv, ensurepip' 2>/dev/null || stop "Python has no venv module. Install it (on Debian: apt install python3-venv)."; \
[ -w . ] && { [ ! -e $(VENV) ] || [ -w $(VENV) ]; } || stop "The folder $(CURDIR) cannot be written. Change its owner or clone into a folder of your own."; \
[ -x $(PY) ] && $(PY) -c '' 2>/dev/null || "$$python" -m venv --clear $(VENV) >/dev/null 2>&1 || stop "The virtual environment $(VENV) could not be made. Remove it, see that the disk has space, and try again."; \
echo "Installing what Rounds needs into $(VENV) ($(2), once) ..."; \
{ $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1) && \
  $(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; } >$(VENV)/install.log 2>&1 \
|| stop "The installation failed: $$(grep -m1 -iE '^ *(error|[a-z]+error):' $(VENV)/install.log || tail -n1 $(VENV)/install.log) (all of it in $(VENV)/install.log)"; \
echo "Installed."
endef
