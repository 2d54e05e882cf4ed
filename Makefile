# Two commands for a newcomer: `make run` and `make test`. Both rest on `make setup`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup run test check lint types openapi lock bench bench-service bench-torch clean
.DEFAULT_GOAL := help

help: ## says what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort

setup: $(STAMP) ## creates .venv and installs what is pinned, with hashes

$(STAMP): pyproject.toml requirements/uv.txt requirements/dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes requirements/dev.txt requirements/uv.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q app grader reference
	@touch $@

run: setup ## migrates var/gradebound.db, loads homework 6, serves on 127.0.0.1:8000
	@$(BIN)/gradebound serve --demo

test: lint types ## lint, types, the architecture and every test: 7 minutes of CPU time, by as many cores as there are
	@$(BIN)/python -m pytest -n auto --dist loadfile

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup
	@$(BIN)/mypy

openapi: setup ## plays the examples of the API anew, and writes docs/openapi.json
	@$(BIN)/python -m tests.app.examples 2>/dev/null

lock: setup ## writes the hashed requirement files anew
	@cd requirements && for name in uv:uv.in run:../pyproject.toml dev:../pyproject.toml; do \
	  extras=; case $$name in run:*) extras="--extra build";; dev:*) extras="--extra dev --extra build";; esac; \
	  ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url $$extras $${name#*:} -o $${name%%:*}.txt; done

bench: setup ## how long grading takes, and how many posts a second the service answers
	@$(BIN)/python bench/grading.py
	@$(BIN)/python bench/formulas.py
	@$(BIN)/python bench/derivations.py
	@$(BIN)/python bench/equality.py
	@$(BIN)/python bench/variants.py
	@$(BIN)/python bench/requests_per_second.py
	@$(BIN)/python bench/exports.py
	@$(BIN)/python bench/hostile.py

bench-service: setup ## a student beside another's 40 slow answers; 50 kills; descriptors, memory and disk used up (15 minutes)
	@$(BIN)/python bench/fairness.py
	@$(BIN)/python bench/kills.py
	@$(BIN)/python bench/exhaustion.py

bench-torch: setup ## every operation's gradients beside PyTorch's, in an environment of its own
	@$(BIN)/python bench/torch_gradients.py

clean: ## removes .venv and caches, keeps var/
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
