#!/bin/bash
# Instructions for one forwarded packet, by callgrind: they do not depend on how busy the machine is.
set -eu -o pipefail
cd "$(dirname "$0")/.."
profile=${PROFILE:-bench}
binary=$(cargo bench --profile "$profile" --bench forward --no-run --message-format=json 2>/dev/null |
    sed -n 's/.*"executable":"\([^"]*forward-[^"]*\)".*/\1/p' | tail -1)
[ -n "$binary" ] || { echo "the bench does not build: cargo bench --bench forward --no-run"; exit 1; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
printf '%-6s %-5s %12s %14s\n' kind srtp subscribers instructions
for srtp in gcm cm; do
    for kind in video audio; do
        for subscribers in 10 50; do
            packets=$(valgrind --tool=callgrind --callgrind-out-file="$scratch/out" --collect-atstart=no \
                --toggle-collect='*measured_flush*' "$binary" --count "$subscribers" "$kind" "$srtp" 2>"$scratch/log" |
                sed -n 's/^packets //p')
            total=$(sed -n 's/^\(summary\|totals\): *\([0-9]*\).*/\2/p' "$scratch/out" | head -1)
            printf '%-6s %-5s %12s %14s\n' "$kind" "$srtp" "$subscribers" "$((total / packets))"
        done
    done
done
