PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SECONDS_FILE := $(VENV)/.install-seconds
DEMO_OUT ?= out/demo
PYTEST_ARGS ?= -n 2 --dist loadfile
APP_ARGS ?=
BENCH_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup browser postgres demo test check app bench constraints samples

help:
	@echo "make demo   generate assets from samples/, score them, print where they are"
	@echo "make test   style, types, import contracts and the test suite"
	@echo "make check  style, types and import contracts alone"
	@echo "make app    the front end on 127.0.0.1"
	@echo "make bench  the benchmarks"

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@command -v "$(PYTHON)" >/dev/null || { echo "Lineproof needs Python 3.11 or newer; '$(PYTHON)' was not found (set PYTHON=...)" >&2; exit 2; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Lineproof needs Python 3.11 or newer; '$(PYTHON)' is $$("$(PYTHON)" -V 2>&1) (set PYTHON=...)" >&2; exit 2; }
	@start=$$(date +%s); \
	{ test -x $(BIN)/pip || "$(PYTHON)" -m venv $(VENV); } && \
	echo "Installing into $(VENV) (some gigabytes, once) ..." && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]' && \
	seconds=$$(( $$(date +%s) - start )) && \
	echo $$seconds > $(SECONDS_FILE) && touch $@ && \
	echo "Installed in $$seconds s"

demo: $(STAMP)
	@start=$$(date +%s); status=0; \
	$(BIN)/lineproof batch samples/manifest.csv --out $(DEMO_OUT) || status=$$?; \
	if test $$status -ne 2; then \
	  $(BIN)/python -m pipeline.contact_sheet $(DEMO_OUT) --out $(DEMO_OUT)/contact-sheet.png >/dev/null || { test $$status -ne 0 || status=1; }; \
	  $(BIN)/lineproof report $(DEMO_OUT) --out $(DEMO_OUT)/report.html || { test $$status -ne 0 || status=1; }; \
	fi; \
	if test -f $(DEMO_OUT)/report.html; then \
	  echo "Images and scores:  $(DEMO_OUT)"; \
	  echo "Contact sheet:      $(DEMO_OUT)/contact-sheet.png"; \
	  echo "Report:             $(DEMO_OUT)/report.html"; \
	fi; \
	echo "Seconds installing: $$(cat $(SECONDS_FILE) 2>/dev/null || echo '0 (was installed)')"; \
	echo "Seconds of demo:    $$(( $$(date +%s) - start ))"; \
	rm -f $(SECONDS_FILE); \
	exit $$status

# The browser tests say why they are skipped where Chromium is missing; continuous integration needs it.
browser:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	if test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests ..."; \
	  apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	fi || echo "Chromium could not be installed" >&2

# The tests of the store run on a server of their own, on loopback; continuous integration needs its programs.
postgres:
	@for name in $$(command -v initdb) /usr/lib/postgresql/*/bin/initdb; do test -x "$$name" && exit 0; done; \
	if test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
	  echo "Installing PostgreSQL for the tests of the store ..."; \
	  apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null; \
	fi || echo "PostgreSQL could not be installed" >&2

test: check browser postgres
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

app: $(STAMP)
	$(BIN)/lineproof app $(APP_ARGS)

bench: $(STAMP)
	$(BIN)/python -m benchmarks $(BENCH_ARGS)

# After an upgrade in .venv: pin what is installed now.
constraints: $(STAMP)
	@{ grep '^#' constraints.txt; $(BIN)/pip freeze --exclude-editable | grep -E '^[A-Za-z0-9._-]+=='; } > constraints.tmp && mv constraints.tmp constraints.txt && touch $(STAMP)

samples: $(STAMP)
	$(BIN)/python -m training.samples.draw
