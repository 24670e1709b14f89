#!/usr/bin/env bash
# Builds the load client and measures the app beside the release server.
set -euo pipefail
cd "$(dirname "$0")/.."
publishers=$(cargo build --locked --release --bench publishers --message-format=json-render-diagnostics |
  node -e 'for (const line of require("fs").readFileSync(0, "utf8").split("\n")) {
    const message = line.startsWith("{") ? JSON.parse(line) : {};
    if (message.executable && message.target.name === "publishers") console.log(message.executable);
  }')
cd tests
ROTUNDA_BIN="${CARGO_TARGET_DIR:-../target}/release/rotunda" PUBLISHERS=$publishers node e2e/bench-web.mjs
