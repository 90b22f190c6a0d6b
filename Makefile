# Everything runs in the project's own virtual environment, with the versions of constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# By path: a folder called solver/ or api/ where a user works must not hide the packages.
EDITABLE := --config-settings editable_mode=compat --editable
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo serve test lint bench notebooks clean
.DEFAULT_GOAL := help

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.run ## Route the sample: owners, held leads, certificate, comparison
	$(BIN)/fairlead demo

serve: $(VENV)/.run ## Run the routing service on http://127.0.0.1:8000, on the SQLite file fairlead.db
	$(BIN)/fairlead serve

test: $(VENV)/.dev lint ## Everything that must pass: linters, types, imports, tests; installs PostgreSQL where it may
	FAIRLEAD_TEST_POSTGRES=$$(tests/install_postgres.sh $(BIN)/python) $(BIN)/python -m pytest -n 2

lint: $(VENV)/.dev ## Linters, types, import rules
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/nbstripout --verify notebooks/*.ipynb

bench: $(VENV)/.dev ## Measure phases against a bare min-cost flow; prints the tables of RESULTS.md
	$(BIN)/python -m benchmarks.run

notebooks: $(VENV)/.dev ## Open the notebooks in JupyterLab
	$(BIN)/python -m pip install --quiet jupyterlab
	$(BIN)/jupyter lab notebooks

clean: ## Remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Fairlead needs Python 3.11 or newer; set PYTHON=python3.11")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "This Python cannot make virtual environments; install the package python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet $(EDITABLE) .
	@touch $@

$(VENV)/.dev: $(VENV)/.made pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet $(EDITABLE) '.[dev]'
	@touch $@ $(VENV)/.run
