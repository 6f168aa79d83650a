# Two commands set everything up: `make run` and `make test`. Each makes what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

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

test: $(VENV)/.equipped
	$(BIN)/python -m pytest

lint: $(VENV)/.equipped
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.equipped
	$(BIN)/mypy

# 100 % of the branches of the protocol, 95 % of the rest; without what takes long: the
# scenarios and the browser.
cover: $(VENV)/.equipped
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --ignore=tests/scenarios --ignore=tests/simulator/phone/browser
	$(BIN)/coverage combine --quiet
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
