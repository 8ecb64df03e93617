#!/bin/sh
# Make everything ready in this checkout: system packages, .venv from the locks, the readers of the tests.
# Usage: packaging/setup.sh run|test|package [morning]      Done before and nothing changed: returns at once.
# `morning` adds what `make morning` needs of the system.
set -eu

mode=${1:-run} more=${2:-}
case $mode,$more in
    run, | test, | package, | run,morning) ;;
    *) echo "usage: packaging/setup.sh run|test|package [morning]" >&2; exit 2 ;;
esac

cd "$(dirname "$0")/.."
# Settings of the person's shell that would send packages elsewhere or hide those of .venv.
unset PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_CONSTRAINT VIRTUAL_ENV CDPATH
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

say() { printf '%s\n' "$@" >&2; }
fail() { say "$@"; exit 1; }

# --- Python ---------------------------------------------------------------------------------------

find_python() {
    for name in ${PYTHON:+"$PYTHON"} python3.11 python3.12 python3.13 python3.14 python3 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
}

can_make_venv() { [ -n "$1" ] && "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# --- Debian's packages ----------------------------------------------------------------------------

on_debian() { command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; }
tab=$(printf '\t')
has_screen() { [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; }

# The proof is asked first: newer releases rename packages (libglib2.0-0t64), not what is in them.
is_there() {
    case $2 in
        *.so.*) case $libraries in *"$tab$2 ("*) return ;; esac ;;
        *) ! command -v "$2" >/dev/null || return 0 ;;
    esac
    dpkg-query -W -f='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

missing_packages() {
    set -- debian-run.txt
    if [ "$mode" = test ]; then set -- "$@" debian-screen.txt debian-test.txt debian-package.txt
    elif [ "$mode" = package ]; then set -- "$@" debian-screen.txt debian-package.txt
    elif [ "$more" ] || has_screen; then set -- "$@" debian-screen.txt; fi
    [ -z "$more" ] || set -- "$@" "debian-$more.txt"
    libraries=$(/sbin/ldconfig -p)
    for list in "$@"; do
        while read -r package proof; do
            case $package in '' | '#'*) continue ;; esac
            is_there "$package" "$proof" || printf '%s ' "$package"
        done <"packaging/$list"
    done
    [ -x .venv/bin/python ] || can_make_venv "$python" || venv_package
}

venv_package() {
    case $python in
        /usr/bin/*) "$python" -c 'import sys; print("python%d.%d-venv " % sys.version_info[:2], end="")' ;;
        *) printf 'python3 python3-venv ' ;;
    esac
}

install_packages() {
    if [ "$(id -u)" != 0 ]; then
        say "This computer lacks system packages. Install them once, then try again:"
        fail "    sudo apt-get update && sudo apt-get install --yes --no-install-recommends $*"
    fi
    say "Installing system packages: $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >&2 || say "The lists of packages could not be renewed; trying with the old ones."
    apt-get install -qq --yes --no-install-recommends -o Dpkg::Use-Pty=0 "$@" </dev/null >/dev/null
}

# --- The virtual environment ----------------------------------------------------------------------

# A folder that was moved, or whose Python was removed, holds scripts that point nowhere.
venv_works() {
    [ -x "$bin/python" ] && [ "$(cat .venv/.made-in 2>/dev/null)" = "$PWD" ] && "$bin/python" -c 'import pip' 2>/dev/null
}

make_venv() {
    can_make_venv "$python" || fail "Python 3.11 or newer, with its venv module, was not found. Install it, or name it: make PYTHON=..."
    rm -rf .venv
    "$python" -m venv .venv
    [ -d .venv/bin ] || bin=.venv/Scripts
    pwd >.venv/.made-in
}

fingerprint() { cat "$@" | cksum; }
is_done() { [ "$(cat ".venv/.done-$1" 2>/dev/null)" = "$2" ]; }
mark_done() { printf '%s\n' "$2" >".venv/.done-$1"; }

# Wheels only: nothing that comes from outside is built, so none of its code runs at installation.
install_locked() {
    say "Installing Python packages into .venv (once; it can take a minute or two)."
    for lock in "$@"; do
        "$bin/python" -m pip install -qq --require-hashes --only-binary=:all: -r "$lock" >&2
    done
}

install_program() { "$bin/python" -m pip install -qq --no-deps --no-build-isolation --editable . >&2; }

install_readers() {
    say "Installing the tests' Node packages into tests/readers."
    at=$PWD
    # Node trusts only what it was built with unless told so: a hospital's proxy has its certificate in the system.
    (cd tests/readers && PATH="$at/$bin:$PATH" NODE_USE_SYSTEM_CA=1 npm ci --ignore-scripts --no-audit --no-fund \
        --no-update-notifier --loglevel=error </dev/null >/dev/null)
}

# --- All of it ------------------------------------------------------------------------------------

bin=.venv/bin
[ ! -d .venv/Scripts ] || bin=.venv/Scripts
python=
venv_works || python=$(find_python)

if on_debian; then
    packages=$(missing_packages)
    if [ -n "$packages" ]; then
        # shellcheck disable=SC2086  # a list of names, split on purpose
        install_packages $packages
        [ -n "$python" ] || venv_works || python=$(find_python)
    fi
elif [ ! -d .venv ] && [ "$(uname -s)" = Linux ]; then
    say "Not a Debian system: Qt's system libraries (see packaging/debian-run.txt) are left to you."
fi

venv_works || make_venv

case $mode in
    test) locks=requirements-test.lock ;;
    package) locks="requirements.lock requirements-build.lock requirements-package.lock" ;;
    run) locks="requirements.lock requirements-build.lock" ;;
esac
# shellcheck disable=SC2086
locked="$mode $(fingerprint $locks)"
# What the tests need holds all that the others need, so a run after a test has nothing to do.
if ! is_done locks "$locked" && ! { [ "$mode" != test ] && is_done locks "test $(fingerprint requirements-test.lock)"; }; then
    rm -f .venv/.done-locks
    # shellcheck disable=SC2086
    install_locked $locks
    mark_done locks "$locked"
fi

project=$(fingerprint pyproject.toml il2scheduler/version.py)
if ! is_done program "$project"; then
    install_program
    mark_done program "$project"
fi

if [ "$mode" = test ]; then
    readers=$(fingerprint tests/readers/package-lock.json)
    if ! is_done readers "$readers" || [ ! -d tests/readers/node_modules ]; then
        install_readers
        mark_done readers "$readers"
    fi
fi
