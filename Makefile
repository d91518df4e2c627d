# One command each; `make help` lists them. Everything installs from requirements.lock into .venv, once.
SHELL := /bin/bash
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARGS ?=
WORKERS ?= 2
PORT ?= 3000
PARTS ?= pdf rules runs workers queries
ROWS ?= 100_000_000
REHEARSALS ?= week readers network kill
KILLS ?= 100
COUNT ?= 10000

.PHONY: help run test check format docs site serve bench accuracy account audit broken rehearse demo lock clean
.PHONY: bench-pdf bench-rules bench-runs bench-workers bench-queries

help:  ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(STAMP)  ## Ingest data/raw, build, test, publish data/warehouse/fiscal.duckdb (ARGS="--raw DIR --warehouse DIR")
	@$(BIN)/gongkai run $(ARGS)

# In the order they lie in: whole builds before units. By number of tests the longest files would come last, alone.
test: check  ## Style, types, directions, SQL, then all tests
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(STAMP)  ## Style, types, directions, SQL, file lengths
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/unit/test_house.py
	@if [ -f dbt_project/.sqlfluff ]; then cd dbt_project && ../$(BIN)/sqlfluff lint --disable-progress-bar . && \
	  cd analyst && ../../$(BIN)/sqlfluff lint --disable-progress-bar --disregard-sqlfluffignores . ; fi

format: $(STAMP)  ## Put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(STAMP)  ## Write the documentation of every table, column, form and rule
	@$(BIN)/python -m docs.make_reference
	@$(BIN)/gongkai docs $(ARGS)

site: $(STAMP)  ## Write the comparison site (ARGS="--to DIR --warehouse DIR")
	@$(BIN)/gongkai site $(ARGS)

serve: $(STAMP)  ## Dagster's web pages and daemon on this machine (PORT=3000)
	@$(BIN)/gongkai serve --port $(PORT) $(ARGS)

accuracy: $(STAMP)  ## Read random documents of known content in every setting and write docs/accuracy.md
	$(BIN)/python -m tests.corpus.accuracy --write docs/accuracy.md $(ARGS)

account: $(STAMP)  ## Measure which numbers of documents are read or explained (ARGS="files or folders")
	@$(BIN)/python -m tests.corpus.account $(if $(ARGS),$(ARGS),data/raw)

audit: $(STAMP)  ## Ask whether a pinned package has a known vulnerability (needs the network; ends with 3 where nobody answered)
	@$(BIN)/python -m tests.audit

broken: $(STAMP)  ## Read broken documents of every format and count what went wrong (COUNT=10000, ARGS="--seed 2")
	@$(BIN)/python -W ignore -m tests.corpus.broken --count $(COUNT) $(ARGS)

rehearse: $(STAMP)  ## A week of nights, readers during publishes, a network cut off, runs killed (REHEARSALS="week readers network kill", KILLS=100)
	@for part in $(filter week readers network,$(REHEARSALS)); do $(BIN)/python -m tests.rehearse.$$part || exit 1; done
	@$(if $(filter kill,$(REHEARSALS)),$(BIN)/python -m tests.rehearse.kill --kills $(KILLS))

demo: $(STAMP)  ## Typeset the demo set in data/raw again from its figures
	$(BIN)/python -m tests.corpus.make_demo $(ARGS)

bench: $(STAMP) $(PARTS:%=bench-%)  ## Time reading PDFs, the rules, two runs, workers, queries on 100 million numbers (PARTS="pdf rules runs workers queries", ROWS, ARGS)

bench-pdf: $(STAMP)
	@$(BIN)/python -m tests.bench.bench_pdf $(ARGS)

bench-rules: $(STAMP)
	@$(BIN)/python -m tests.bench.bench_rules

bench-runs: $(STAMP)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	for pass in first second; do echo; echo "$$pass run"; time $(BIN)/gongkai run --warehouse "$$folder" > /dev/null; done

bench-workers: $(STAMP)
	@$(BIN)/python -m tests.bench.bench_workers $(ARGS)

bench-queries: $(STAMP)
	@$(BIN)/python -m tests.bench.bench_queries --rows $(ROWS)

lock: $(STAMP)  ## Resolve requirements.in and requirements-dev.in into requirements.lock (needs the network)
	$(BIN)/python -m piptools compile requirements-dev.in --output-file requirements.lock --quiet --generate-hashes \
	  --allow-unsafe --no-strip-extras --no-annotate --no-header \
	  --no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host
	sed -i.bak -e '/^#/d' -e '/^$$/d' -e '/^--/d' requirements.lock && rm requirements.lock.bak

clean:  ## Remove what was built (documents and code stay)
	rm -rf data/warehouse/{lake,build,parquet,nights,alerts,logs,docs,check,site,dagster_home,fiscal.duckdb,changes.html,changes.json,run.lock}

$(STAMP): requirements.lock pyproject.toml
	@python=$$(for name in python3.11 python3.12 python3.13 python3; do \
	  command -v $$name >/dev/null && $$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	    2>/dev/null && echo $$name && break; done); \
	if [ -z "$$python" ]; then \
	  echo "No Python found that will do. Expected: Python 3.11 or newer with venv (python3.11 on the PATH)." >&2; \
	  echo "To do: install it (Debian, Ubuntu: apt install python3.11 python3.11-venv), then run make again." >&2; exit 1; fi; \
	echo "Installing into $(VENV) with $$python (a minute or two, once) …"; \
	{ [ -x $(BIN)/python ] && $(BIN)/python -c ''; } 2>/dev/null || $$python -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --require-hashes -r requirements.lock || { \
	  echo "Installing from requirements.lock failed. Expected: a reachable package index, or wheels in pip's find-links." >&2; \
	  echo "To do: read pip's lines above; behind a proxy set the usual proxy variables." >&2; exit 1; }
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@
