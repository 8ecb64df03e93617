#!/bin/sh
# The checks of `make lint` and `make test`, one after the other; the first that fails is named and ends it.
# Usage: packaging/checks.sh lint|tests...      The tests come last: pytest's closing line ends a good run.
set -eu
cd "$(dirname "$0")/.."
bin=$PWD/.venv/bin
[ -d "$bin" ] || bin=$PWD/.venv/Scripts
export PATH="$bin:$PATH" QT_QPA_PLATFORM=offscreen

step() {
    name=$1
    shift
    printf '== %s\n' "$name"
    "$@" && return
    status=$?
    printf 'FAILED: %s\n' "$name" >&2
    exit "$status"
}

for part in "$@"; do
    case $part in
        lint)
            step "ruff check" python -m ruff check --quiet
            step "ruff format" python -m ruff format --check
            step "mypy" python -m mypy
            step "pyright" node tests/readers/node_modules/pyright/index.js
            step "import contracts" lint-imports
            ;;
        tests) step "pytest" python -m pytest -n 2 ;;
        *) echo "unknown part: $part" >&2; exit 2 ;;
    esac
done
