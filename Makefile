# Everything a newcomer needs: `make demo` to try it, `make test` to check it. `make faults` tries every promise of
# docs/faults.md at length, `make looks` draws the pages of the console in both languages, light and dark, wide and
# narrow, `make bench` measures it, `make lint` checks style and types.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.PHONY: demo venv test faults looks lint bench clean

demo: venv
	@$(BIN)/tanggap demo

venv: $(VENV)/.installed

test: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

faults: $(VENV)/.installed-dev
	@for trial in "--mode polling" "--mode webhook" "--storage postgres" "--what postgres" "--what restart" \
			"--storage postgres --workers 2 --mode webhook" "--storage postgres --workers 2 --what pause --kills 5"; do \
		echo "== $$trial"; $(BIN)/python -m tests.faults.kills --kills 50 $$trial || exit 1; done
	@$(BIN)/python -m pytest -m slow tests/faults

looks: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest -m slow tests/browser

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	MYPYPATH=bench $(BIN)/mypy bench

# The benches of understanding take labelled files of yours: see docs/performance.md.
bench: $(VENV)/.installed-dev
	@for bench in storage telegram_request start turns; do \
		echo "== bench/$$bench.py"; $(BIN)/python bench/$$bench.py || exit 1; done

clean:
	rm -rf $(VENV) data build *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Tanggap needs Python 3.11 or newer: make PYTHON=python3.11 ...") if sys.version_info < (3, 11) else None'
	@echo "Making the virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing pinned dependencies (a minute or so) ..."
	@$(PIP) --editable '.[semantic]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing the tools for tests and checks ..."
	@$(PIP) --editable '.[semantic,dev]'
	@touch $@
