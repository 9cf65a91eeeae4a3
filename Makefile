# `make run` serves a demo site and `make test` runs every test; both do all of their own set-up.
# Each step leaves a stamp, so that only what has changed is done again.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := build

TARGET  := $(or $(CARGO_TARGET_DIR),target)
STAMPS  := $(TARGET)/stamps
BINARY  := $(TARGET)/release/magnetiq
PLUGINS := $(patsubst plugins/%/plugin.toml,%,$(wildcard plugins/*/plugin.toml))
PACKED  := $(PLUGINS:%=$(STAMPS)/plugin-%)

files = $(shell find $(1) -type f -not -path '*/node_modules/*' -not -path '*/target/*' 2>/dev/null)

.PHONY: run test build bench check soak
.PHONY: $(STAMPS)/host

run: build
	$(BINARY) serve --demo --data-dir data

build: $(STAMPS)/embedded

test: build $(STAMPS)/e2e-packages
	cargo test --release --workspace --no-fail-fast
	npm --prefix web/admin test
	MAGNETIQ_BINARY=$(abspath $(BINARY)) npm --prefix tests/e2e test

bench: build
	cargo run --release -p magnetiq-bench

# `make soak SOAK_KILLS=20 SOAK_MINUTES=1` is a short one.
soak: build
	cargo test --release -p magnetiq-tests --test soak -- --test-threads=1

check: build
	cargo fmt --all --check
	cargo clippy --release --workspace --all-targets -- -D warnings
	npm --prefix web/admin run check
	@tests/checks/licences.sh
	@tests/checks/coverage.sh

# --- Tools ----------------------------------------------------------------------------------------------------------

$(STAMPS)/tools:
	@for tool in git cc cargo rustup node npm; do \
	    command -v $$tool >/dev/null || { echo "Please install $$tool first: it is not on the PATH." >&2; exit 1; }; \
	done
	@node --eval 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' \
	    || { echo "Please install Node 20.19 or newer: this one is $$(node --version)." >&2; exit 1; }
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/wasm: | $(STAMPS)/tools
	rustup target add wasm32-unknown-unknown \
	    || { echo "The target wasm32-unknown-unknown could not be installed: rustup needs the network once." >&2; exit 1; }
	@touch $@

# --- Panel ----------------------------------------------------------------------------------------------------------

$(STAMPS)/admin-packages: web/admin/package.json web/admin/package-lock.json | $(STAMPS)/tools
	# Not `npm ci`: it fails where the registry lacks packages of other platforms, which nobody needs here.
	npm --prefix web/admin install --no-save --no-audit --no-fund
	@touch $@

$(STAMPS)/e2e-packages: tests/e2e/package.json tests/e2e/package-lock.json | $(STAMPS)/tools
	npm --prefix tests/e2e install --no-save --no-audit --no-fund
	@touch $@

$(STAMPS)/admin: $(STAMPS)/admin-packages $(call files,web/admin/src web/admin/public web/design) web/admin/index.html web/admin/vite.config.ts
	npm --prefix web/admin run build
	@touch $@

# --- Host and plugins -----------------------------------------------------------------------------------------------

# Cargo knows better than make whether something is to be done.
$(STAMPS)/host: | $(STAMPS)/tools
	@mkdir -p dist/admin dist/plugins
	cargo build --release -p magnetiq --bin magnetiq

$(STAMPS)/plugin-%: $(call files,plugin-sdk) $(call files,plugins) | $(STAMPS)/host $(STAMPS)/wasm
	@rm -f dist/plugins/$*-*.mqp
	$(BINARY) plugin pack plugins/$* --out dist/plugins
	@touch $@

# The binary embeds panel and plugins: main.rs alone is compiled again when one of them has changed.
$(STAMPS)/embedded: $(STAMPS)/admin $(PACKED) | $(STAMPS)/host
	@touch host/src/main.rs
	cargo build --release -p magnetiq --bin magnetiq
	@touch $@
