# Everything a person or a machine does with this clone; `make help` lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: up install test test-all bench lint check format lock docs clean help

# Our own interpreter once there is one, else the first on the machine that runs; bootstrap looks for a fitting one.
PY := $(shell for p in .venv/bin/python python3 python3.13 python3.12 python3.11 python; do \
	if "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 7))' 2>/dev/null; then echo "$$p"; break; fi; done)
BOOTSTRAP = $(if $(PY),$(PY),$(error No Python was found: install Python 3.11, 3.12 or 3.13)) -m scripts.bootstrap
RUN = @$(BOOTSTRAP) exec

up: ## Install what is missing, start the platform, print its address
	$(RUN) sparklabs up

install: ## Install what is missing, start nothing
	@$(BOOTSTRAP) install

test: ## Lint, types, floors and every test, with a sample of the slow ones
	$(RUN) python -m scripts.checks test $(PYTEST_ARGS)

test-all: ## The same with the slow suites whole
	$(RUN) python -m scripts.checks test-all $(PYTEST_ARGS)

lint: ## ruff, pyright and the floors
	$(RUN) python -m scripts.checks lint

check: lint ## Another name for lint

bench: ## Measure, and write the figures to docs/performance.md
	$(RUN) python -m bench

format: ## Format the code and mend what can be mended by itself
	$(RUN) python -m scripts.checks format

lock: ## Write requirements.lock anew from requirements/base.in
	$(RUN) python -m scripts.checks lock

docs: ## Write docs/reference anew from the code
	$(RUN) python -m scripts.references

clean: ## Remove what can be made again; data in .sparklabs stays
	rm -rf .venv .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov \
		widget/node_modules widget/dist console/node_modules console/dist
	find src tests bench scripts -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile
