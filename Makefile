# Two commands matter: `make site` builds the starter handbook, `make test` runs every check.
# The environment lives in .venv and is made again when a lock file changes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
JOBS ?= 2

# The tests start funnelbook hundreds of times, and each would compile its modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: site dev test lint types layers tests test-quick test-patient wheel benchmark benchmark-speed lock clean

site: $(VENV)/run.stamp
	@$(BIN)/funnelbook build

dev: $(VENV)/run.stamp
	@$(BIN)/funnelbook serve

test: lint types layers tests

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(VENV)/dev.stamp
	@$(BIN)/mypy

layers: $(VENV)/dev.stamp
	@$(BIN)/lint-imports

tests: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -q -m "not patient"

# All but storms of events, kills, random edits and other long ones.
test-quick: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -q -m "not slow and not patient"

# Random edits by the thousand: a quarter of an hour.
test-patient: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest -q -m patient

wheel: $(VENV)/dev.stamp
	@$(BIN)/python -m hatchling build -t wheel

benchmark: $(VENV)/benchmark.stamp
	@$(BIN)/python benchmarks/tables.py

benchmark-speed: $(VENV)/dev.stamp
	@$(BIN)/python benchmarks/speed.py

# Only this needs uv: it resolves the versions of pyproject.toml and writes them down with their hashes.
lock:
	@uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/run.txt
	@uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --group build -c requirements/run.txt -o requirements/build.txt
	@uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt
	@uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --group benchmark -c requirements/dev.txt -o requirements/benchmark.txt

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "funnelbook needs Python 3.11 or newer; name one with PYTHON=…"; exit 1)
	@$(PYTHON) -m venv $(VENV) || (rm -rf $(VENV); echo "Python cannot make an environment; on Debian: apt-get install python3-venv"; exit 1)

# The second step puts funnelbook itself there, from this folder, without asking for anything more.
$(VENV)/run.stamp: $(VENV)/bin/python requirements/run.txt pyproject.toml
	@echo "Installing what funnelbook needs …"
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --require-hashes -r requirements/build.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	@echo "Installing what the tests need …"
	@$(PIP) --no-compile --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/benchmark.stamp: $(VENV)/dev.stamp requirements/benchmark.txt
	@$(PIP) --require-hashes -r requirements/benchmark.txt
	@touch $@

clean:
	@rm -rf $(VENV) .funnelbook dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
