#!/usr/bin/env bash
# Line coverage of the host by its tests.
set -euo pipefail
cd "$(dirname "$0")/../.."

has_tools() { command -v cargo-llvm-cov >/dev/null && rustup component list --installed | grep -q llvm-tools; }

if ! has_tools; then
    cargo install --locked --quiet cargo-llvm-cov && rustup component add llvm-tools || true
fi
if ! has_tools; then
    echo "NOT CHECKED: line coverage, because cargo-llvm-cov is not there and could not be installed."
    exit 0
fi
cargo llvm-cov --release --summary-only -p magnetiq -p magnetiq-tests
