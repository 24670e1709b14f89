# `make help` lists what there is. Each target checks what it needs first and says how to install what is missing.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help run web test test-unit e2e lint bench bench-admin bench-join bench-speaking bench-web screenshots

# Arguments for the server: make run ARGS="--dev --data /tmp/rotunda"
ARGS ?=

web_sources := $(shell find web/src web/public web/build -print 2>/dev/null) \
	$(wildcard web/index.html web/*.config.ts web/tsconfig*.json)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: ## build everything and serve it at http://localhost:7880
	@scripts/need.sh run
	@$(MAKE) web/dist/index.html
	cargo run --release --locked -- $(ARGS)

web: ## build the web app into web/dist
	@scripts/need.sh web
	@$(MAKE) web/dist/index.html

test: ## all tests: Rust, web, end to end; as root it installs what they need
	@scripts/need.sh test
	@scripts/test.sh rust web e2e

test-unit: ## Rust and web tests: no browser, no root
	@scripts/need.sh test-unit
	@scripts/test.sh rust web

e2e: ## end-to-end tests alone; FILES=tests/e2e/call.test.mjs picks some
	@scripts/need.sh test
	@scripts/test.sh e2e

lint: ## formatting, clippy, types, eslint, scripts
	@scripts/need.sh lint
	@$(MAKE) web/node_modules/.installed tests/node_modules/.installed
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cd web && npm run --silent typecheck && npm run --silent lint
	cd tests && npm run --silent typecheck
	for script in scripts/*.sh .ci/run; do bash -n "$$script"; done
	python3 -m py_compile tests/net/*.py tests/sdk/*.py

bench: ## cost of a forwarded packet beside the bare floor, as a table and target/bench.json, and callgrind's count
	@scripts/need.sh bench
	@$(MAKE) web/dist/index.html
	@mkdir -p target
	cargo bench --locked --bench forward -- --json "$(CURDIR)/target/bench.json"
	@scripts/callgrind.sh

bench-admin: ## time of the administration's lists with 100,000 accounts, on SQLite and PostgreSQL; fails beyond 50 ms (p95)
	@scripts/need.sh test
	@$(MAKE) web/dist/index.html
	cargo bench --locked --bench administration

bench-join: ## time from the click on Join to the first picture, in real Chromium; quote it from a quiet machine
	@scripts/need.sh test
	@$(MAKE) web/dist/index.html tests/node_modules/.installed
	cargo build --locked --release
	cd tests && ROTUNDA_BIN="$${CARGO_TARGET_DIR:-$(CURDIR)/target}/release/rotunda" node e2e/bench-join.mjs

bench-web: ## what the app costs a browser: first paint, and 25 tiles for five minutes; quote it from a quiet machine
	@scripts/need.sh test
	@$(MAKE) web/dist/index.html tests/node_modules/.installed
	cargo build --locked --release
	@scripts/bench-web.sh

bench-speaking: ## time from the first sound of a voice to its mark on another's screen, in real Chromium; quote it from a quiet machine
	@scripts/need.sh test
	@$(MAKE) web/dist/index.html tests/node_modules/.installed
	cargo build --locked --release
	cd tests && ROTUNDA_BIN="$${CARGO_TARGET_DIR:-$(CURDIR)/target}/release/rotunda" node e2e/bench-speaking.mjs

screenshots: ## take the pictures in docs/screenshots anew: those of the README, and every page and state in gallery/
	@scripts/need.sh screenshots
	@$(MAKE) web/dist/index.html tests/node_modules/.installed
	cargo build --locked
	cd tests && node e2e/screenshots.mjs && node e2e/gallery.mjs

web/node_modules/.installed: web/package.json web/package-lock.json web/.npmrc
	cd web && npm ci --no-fund --no-audit
	@touch $@

web/dist/index.html: web/node_modules/.installed $(web_sources)
	cd web && npm run --silent build
	@touch $@

tests/node_modules/.installed: tests/package.json tests/package-lock.json
	cd tests && npm ci --no-fund --no-audit
	@touch $@

tests/.venv/.installed: tests/sdk/requirements.txt
	python3 -m venv tests/.venv
	tests/.venv/bin/pip install --quiet --disable-pip-version-check -r tests/sdk/requirements.txt
	@touch $@
