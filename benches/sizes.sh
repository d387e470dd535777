#!/usr/bin/env bash
# What a minimal program takes along: with yourgpt, with ureq and serde by hand, and with
# reqwest::blocking, as peers/minimal-*, each with the features that come by default (and what the
# program needs of reqwest's); and with yourgpt as small as it gets, with the feature rustls alone.
#
#     benches/sizes.sh [rounds]
#
# Prints the crates (normal and build dependencies, and the program itself), the size of the
# program built with --release and CARGO_PROFILE_RELEASE_STRIP=symbols, and how long a cold build of
# it takes against one with reqwest: everything downloaded, target directories empty, by turns,
# the median of the rounds. It needs a C compiler, for TLS.
set -euo pipefail
cd "$(dirname "$0")/peers"

rounds=${1:-3}
programs="yourgpt yourgpt-rustls ureq reqwest"
# The package of a program, and its features.
chosen() {
    case $1 in
    yourgpt-rustls) echo --package minimal-yourgpt --no-default-features ;;
    *) echo --package "minimal-$1" ;;
    esac
}
export CARGO_PROFILE_RELEASE_STRIP=symbols
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cargo fetch --quiet --locked
for _ in $(seq "$rounds"); do
    for program in $programs; do
        rm -rf "$scratch/target"
        started=$(date +%s%N)
        # shellcheck disable=SC2046 # one word an argument
        cargo build --quiet --release --offline --locked $(chosen "$program") \
            --target-dir "$scratch/target"
        echo $(($(date +%s%N) - started)) >>"$scratch/$program.times"
        cp "$scratch/target/release/minimal-${program%-rustls}" "$scratch/$program"
    done
done

median() { sort -n "$scratch/$1.times" | awk '{ of[NR] = $1 } END { print of[int((NR + 1) / 2)] }'; }
for program in $programs; do
    # shellcheck disable=SC2046 # one word an argument
    crates=$(cargo tree --offline --locked $(chosen "$program") --edges normal,build \
        --prefix none | sed 's/ (.*//' | sort -u | wc -l)
    awk -v name="$program" -v crates="$crates" -v bytes="$(stat --format %s "$scratch/$program")" \
        -v time="$(median "$program")" -v other="$(median reqwest)" 'BEGIN {
        printf "%-14s %4d crates  %5.2f MB stripped  cold build %.2f of reqwest\n",
            name, crates, bytes / 1e6, time / other
    }'
done
