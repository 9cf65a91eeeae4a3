#!/usr/bin/env bash
# Licences and sources of all crates, and advisories where their database can be reached.
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! command -v cargo-deny >/dev/null && ! cargo install --locked --quiet cargo-deny; then
    echo "NOT CHECKED: licences and advisories, because cargo-deny is not there and could not be installed."
    exit 0
fi
cargo deny --log-level error check licenses bans sources
if ! cargo deny --log-level error fetch db >/dev/null 2>&1; then
    echo "NOT CHECKED: advisories, because their database cannot be reached."
    exit 0
fi
cargo deny --log-level error check advisories
