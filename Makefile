# Two commands set everything up: `make run` and `make test`. Each makes what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LONG := tests/scenarios tests/simulator/phone/browser

.PHONY: install run test lint types cover bench clean

install: $(VENV)/.installed

$(VENV)/.installed: setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# What the service does not need, but who works on it does.
$(VENV)/.equipped: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--editable '.[test,lint,types]'
	@touch $@

run: install
	@exec $(BIN)/python -m simulator.develop $(ARGS)

# All tests. Which branches they reach is noted on the way, though not of those that take long.
test: $(VENV)/.equipped
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(addprefix --ignore=,$(LONG))
	$(BIN)/coverage combine --quiet
	$(BIN)/python -m pytest $(LONG)

lint: $(VENV)/.equipped
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.equipped
	$(BIN)/mypy

# Of the branches, `make test` is to reach all of the protocol's and 95 % of the rest.
cover: $(VENV)/.equipped
	@test -e .coverage || $(MAKE) test
	$(BIN)/coverage report --include='wechat/*' --fail-under=100
	$(BIN)/coverage report --omit='wechat/*,tests/*,benchmarks/*' --fail-under=95

# What others on the machine do scatters the figures of the last one most.
bench: install
	$(BIN)/python -m benchmarks.compare
	$(BIN)/python -m benchmarks.calling
	$(BIN)/python -m benchmarks.inflight
	$(BIN)/python -m benchmarks.mixed

clean:
	rm -rf $(VENV) *.egg-info .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
