# Two commands: `make demo` runs the main job, `make test` runs the tests.
# Each makes its own environment in .venv from nothing, with PYTHON (3.11 or newer).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test lint clean

demo: $(RUN)
	$(BIN)/lean-agent demo

test: lint
	$(BIN)/python -m pytest

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# A stamp file says that .venv is there and complete; a stopped installation leaves none.
$(RUN): pyproject.toml constraints.txt
	@echo "Installing into $(VENV): a minute or two"
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) -e .
	touch $@

$(DEV): $(RUN)
	$(INSTALL) -e '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) runs
