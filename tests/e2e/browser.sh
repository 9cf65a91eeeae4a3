#!/usr/bin/env bash
# Prints the path of a Chromium for the browser tests; installs Debian's when it may and none is there.
set -euo pipefail

find_browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return
    done
    return 1
}

find_browser && exit
if command -v apt-get >/dev/null; then
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo -n)
    "${as_root[@]}" apt-get update -qq >&2 && "${as_root[@]}" apt-get install -y -qq --no-install-recommends chromium >&2 || true
fi
find_browser && exit
echo "The browser tests need Chromium: install the package chromium, or put chromium or google-chrome on the PATH." >&2
exit 1
