# What can be done here. `make run` and `make test` are all a newcomer needs.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := run

PYTHON ?= python3
PORT ?= 8000
HAAND_DATA ?= data
export PORT HAAND_DATA
export npm_config_loglevel = error
# Where it is set, each process of the tests would compile all of the house anew.
unexport PYTHONDONTWRITEBYTECODE

PY := .venv/bin/python
VENDOR := static/vendor/.made
BUNDLES := static/bundles/bundles.json

# Two of them at once would fill node_modules twice; once all of it is made, AT_ONCE lets checks run beside each other.
ifndef AT_ONCE
.NOTPARALLEL:
endif
.PHONY: run quick test test-all check tidy words lock pictures measure bench wheel clean
.PHONY: check-ruff check-mypy check-floors check-biome check-tsc check-templates check-pages node chromium postgresql

## run: the made-up municipality, on http://localhost:8000
run: .venv/.run $(BUNDLES)
	@exec $(PY) -m pwa demo

## quick: at every change; less than two minutes on two cores: the phone's scripts, and the server on SQLite but for what is slow
quick: .venv/.test node_modules/.all $(BUNDLES)
	$(PY) -m tools.test_run quick

## test: before others see it; less than 8 minutes: both engines and the main stories in Chromium; says what it left out
test: .venv/.test node_modules/.all $(BUNDLES) chromium postgresql
	$(PY) -m tools.test_run test

## test-all: everything we promise, in all browsers, and every fault; less than 22 minutes; what CI runs
test-all: .venv/.test node_modules/.all $(BUNDLES) chromium postgresql
	$(PY) -m tools.test_run all

## check: what can be known by reading the code and its pages
check: .venv/.test node_modules/.all $(BUNDLES)
	@+$(MAKE) --no-print-directory --jobs="$$(nproc)" --output-sync=target AT_ONCE=1 \
	  check-mypy check-tsc check-pages check-biome check-templates check-floors check-ruff

## tidy: format, and mend what can be mended without thinking
tidy: .venv/.test node_modules/.all
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	npx --no-install biome check --write

check-ruff: .venv/.test
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

check-mypy: .venv/.test
	$(PY) -m mypy

check-floors: .venv/.test
	.venv/bin/lint-imports

check-biome: node_modules/.all
	npx --no-install biome ci --colors=off --max-diagnostics=50

check-tsc: node_modules/.all
	npx --no-install tsc --project tsconfig.json
	npx --no-install tsc --project tsconfig.page.json

check-templates: .venv/.test
	$(PY) -m djlint templates --lint --quiet

check-pages: .venv/.test node_modules/.all $(BUNDLES)
	$(PY) -m tools.check_pages

## words: gather the words of templates and code, bring both catalogues up to date
words: .venv/.run
	$(PY) -m tools.words

## lock: requirements/*.txt and package-lock.json anew
lock: .venv/.test
	$(PY) tools/lock.py
	npm install --package-lock-only --ignore-scripts

## pictures: those of the README and of docs/using, from the running demo
pictures: .venv/.test $(BUNDLES) chromium
	$(PY) tools/pictures.py
	$(PY) -m tools.pictures_of_use

## measure: the numbers of docs/running/performance.md
measure: .venv/.test $(BUNDLES) chromium
	$(PY) -m bench.measure

## bench: what the server does when many phones come at once; BENCH=--full takes half an hour, BENCH="--against PATH" sets another tree beside this one, BENCH=--help says more
bench: .venv/.test $(BUNDLES)
	$(PY) -m bench $(BENCH)

## wheel: dist/ has the program to install without this folder, the lists of the packages that it needs, and its units
wheel: .venv/.run $(BUNDLES)
	rm -rf dist
	$(PY) -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	mkdir dist/requirements
	cp requirements/run.txt requirements/sso.txt dist/requirements/
	cp -r docs/running/systemd dist/

## clean: all that was made here; never the data
clean:
	rm -rf .venv node_modules static/vendor static/bundles dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What all of it stands on, made when the lists of versions are newer than the marks.

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Hånd needs Python 3.11 or newer.")'
	$(PYTHON) -m venv .venv || { rm -rf .venv; echo 'On Debian this needs: sudo apt-get install -y python3-venv'; exit 1; }

.venv/.run: requirements/run.txt | .venv/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

.venv/.test: requirements/test.txt | .venv/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch .venv/.run $@

# `npm ci` empties node_modules, marks included: what the page runs comes alone, or with all that checks it.
node_modules/.run: package-lock.json | node
	npm ci --ignore-scripts --omit=dev --no-audit --no-fund
	@touch $@

node_modules/.all: package-lock.json | node
	npm ci --ignore-scripts --no-audit --no-fund
	@touch node_modules/.run $@

$(VENDOR): tools/vendor.py package-lock.json | node_modules/.run
	$(PYTHON) tools/vendor.py
	@touch $@

# From all scripts of ours; it knows itself which of them a browser fetches.
$(BUNDLES): $(VENDOR) tools/bundle.mjs $(wildcard static/*.js) $(shell find service_worker -name '*.js')
	node tools/bundle.mjs

node:
	@command -v npm >/dev/null || { echo 'Hånd needs Node 20 or newer, and npm.'; exit 1; }
	@node -e 'if (parseInt(process.versions.node) < 20) throw "Hånd needs Node 20 or newer."'

chromium:
	@tools/chromium.sh

postgresql:
	@tools/postgresql.sh
