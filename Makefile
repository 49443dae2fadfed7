# labkit: `make lab` opens the workbench, `make test` proves it. Needs Python 3.11 or later, make
# and git; everything else is fetched into .uv/ and .venv/, nothing is installed on the system.
# Without make (Windows, conda): see README.md.

.DEFAULT_GOAL := help
.PHONY: help lab sync doctor test lint bench notebooks pictures clean

# A company's own certificates are honoured; a Python is never downloaded, yours is used.
UV_SYSTEM_CERTS ?= 1
UV_PYTHON_DOWNLOADS ?= never
export UV_SYSTEM_CERTS UV_PYTHON_DOWNLOADS

BIN := .venv/bin
READY := .venv/.synced
NOTEBOOKS := $(wildcard index.ipynb notebooks/*.ipynb exercises/*/solved/*.ipynb)
# Two cores are kept busy by three: the tests in a browser wait half of their time.
WORKERS ?= 3

# PYTHON=/path/to/python make lab takes another one. A name on PATH may be a shim that does not run.
FIND_PYTHON = python=; for name in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	then python=$$name; break; fi; done; \
	if [ -z "$$python" ]; then \
	echo 'labkit needs Python 3.11 or later, and found none. Install it, or say where it is:' >&2; \
	echo '    make PYTHON=/path/to/python3' >&2; exit 1; fi

help:  ## Say what can be made
	@echo 'make lab        open the workbench in JupyterLab (the first time, fetch what it needs)'
	@echo 'make sync       fetch again whatever is missing here'
	@echo 'make doctor     say what is missing here, and how fast this machine hashes'
	@echo 'make test       format, lint, types, tests, notebooks: what CI runs'
	@echo 'make lint       the first three of these, and repair the format'
	@echo 'make bench      time labkit beside its peers; WRITE=--write puts the table into README.md'
	@echo 'make notebooks  run the notebooks and write them with their outputs'
	@echo 'make pictures   take the pictures in docs/pictures, light and dark'
	@echo 'make clean      remove what was made here, the fetched environment too'

$(READY): pyproject.toml uv.lock
	@$(FIND_PYTHON); uv=$$($$python tools/find_uv.py) || exit 1; \
	if [ ! -e .venv ]; then "$$uv" venv --quiet --python "$$python" .venv || exit 1; fi; \
	echo 'Fetching what labkit needs into .venv (once)'; \
	"$$uv" sync --quiet --locked --all-extras && touch $@

sync:
	@rm -f $(READY)
	@$(MAKE) --no-print-directory $(READY)

lab: $(READY)
	@$(BIN)/labkit lab

doctor: $(READY)
	@$(BIN)/labkit doctor

test: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile \
	    -p nbval.plugin --nbval --nbval-current-env --nbval-cell-timeout 60 \
	    --nbval-sanitize-with tests/nbval_sanitize.cfg \
	    tests labkit $(NOTEBOOKS)

lint: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/mypy

bench:
	@$(FIND_PYTHON); uv=$$($$python tools/find_uv.py) || exit 1; \
	"$$uv" run --quiet --locked --all-extras --group bench python -m benchmarks $(WRITE)

notebooks: $(READY)
	$(BIN)/labkit notebooks --write

pictures: $(READY)
	LABKIT_PICTURES=docs/pictures $(BIN)/pytest -q tests/browser -k test_a_picture

clean:
	rm -rf .venv .uv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
