# Two commands do everything on a machine with Python >= 3.11, git and make: `make preview` and `make test`.
.DEFAULT_GOAL := help
STACK ?= staging
UV_VERSION := 0.13.8
UV := $(shell command -v uv 2>/dev/null || echo .tools/uv/bin/uv)
RUN := .venv/bin/
JOBS ?= auto
EFFORT ?= thorough
export UV_PYTHON_DOWNLOADS := never
# Where an image sets it, Python would compile the whole program and every test anew, each time: see docs/decisions/0006.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup preview test test-matrix test-slow test-apps test-policy test-edits test-page test-scan docs query-tools test-queries cluster-tools test-cluster lint format typecheck bench schema up

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.complete ## Install what the lock file pins (nothing to do when it is there)

.tools/uv/bin/uv:
	@echo "uv is not installed: putting version $(UV_VERSION) into .tools/uv"
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Slipway needs Python 3.11 or newer")'
	@python3 -m venv .tools/uv 2>/dev/null && .tools/uv/bin/python -m pip install --quiet uv==$(UV_VERSION) \
	  || { rm -rf .tools/uv; python3 -m pip install --quiet --prefix .tools/uv uv==$(UV_VERSION); }

.venv/.complete: pyproject.toml uv.lock | $(filter .tools/%,$(UV))
	@$(UV) sync --frozen --quiet --compile-bytecode
	@touch $@

preview: setup ## Show what STACK (default: staging) builds, offline; its manifests go to manifests/STACK
	@$(RUN)slipway preview $(STACK) --manifests manifests/$(STACK)

test: setup ## Run every fast test, two at a time
	@$(RUN)pytest -n $(JOBS) --dist loadfile -m "not bench and not cluster and not matrix and not scan and not policy and not page and not edits and not queries and not slow"

test-policy: setup ## Ask the policy pack as the engine does, and compare with the preview
	@$(RUN)pytest -n $(JOBS) tests/policy

test-edits: setup ## Plan three dozen edits of the shipped stacks, and compare each plan with what is expected
	@$(RUN)pytest -n $(JOBS) --dist loadfile tests/edits

test-page: setup ## Look at the page in a real Chromium (CHROMIUM names it, if it is not on the PATH)
	@$(RUN)pytest tests/page

tools/checkov/.venv/.complete: tools/checkov/pyproject.toml tools/checkov/uv.lock | setup
	@$(UV) sync --project tools/checkov --frozen --quiet
	@touch $@

test-scan: tools/checkov/.venv/.complete ## Let checkov judge the manifests of the shipped stacks and of one app of each kind
	@$(RUN)pytest -n $(JOBS) tests/scan

test-matrix: setup ## Render every combination of pod network, mesh, ingress and Kubernetes version
	@$(RUN)pytest -n $(JOBS) -m "not slow" tests/matrix

test-slow: setup ## Run the tests that take seconds each: other processes, every room at once
	@$(RUN)pytest -n $(JOBS) -m slow

test-apps: setup ## Make thousands of apps, and look for one whose objects are wrong
	@$(RUN)pytest -n $(JOBS) --hypothesis-profile $(EFFORT) tests/property tests/unit/loading/test_yaml_file.py tests/e2e/test_mistakes.py

query-tools: setup ## Build Prometheus's query engine of `make test-queries` into the user's cache, once (needs Go)
	@$(RUN)python -m tests.queries.build

test-queries: setup ## Run every query that Slipway writes in Prometheus's own engine, on apps that are well, failing, silent, gone
	@$(RUN)python -m tests.queries.build --optional
	@$(RUN)pytest -n $(JOBS) tests/queries

cluster-tools: setup ## Build the control plane of `make test-cluster` into the user's cache, once (needs Go)
	@$(RUN)python -m tests.cluster.build

test-cluster: setup ## Let a real API server, controllers and scheduler judge what Slipway renders
	@$(RUN)python -m tests.cluster.build --optional
	@$(RUN)pytest -n $(JOBS) tests/cluster

bench: setup ## Measure the preview against the floor that the SDK sets
	@$(RUN)pytest -m bench tests/bench -s

lint: setup ## Check style and format
	@$(RUN)ruff check . && $(RUN)ruff format --check .

format: setup ## Rewrite to the project's format
	@$(RUN)ruff check --fix . && $(RUN)ruff format .

typecheck: setup ## Check types strictly
	@$(RUN)mypy

schema: setup ## Write the JSON Schemas of the stack and app files
	@$(RUN)slipway schema

docs: setup ## Write the pages that are made from what the program does
	@$(RUN)python -m tests.matrix.pages

up: setup ## Deploy STACK with the Pulumi CLI (needs a login and AWS credentials)
	@PATH="$(CURDIR)/.tools/uv/bin:$$PATH" pulumi up --stack $(STACK)
