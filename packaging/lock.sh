#!/bin/sh
# Make the four locks anew. Without arguments what is locked stays; `packaging/lock.sh --upgrade` takes newer releases.
# uv is only the tool: what it makes is plain pip's, and holds no address.
set -eu
cd "$(dirname "$0")/.."
uv_version=0.13.9
tool=.venv-lock

[ -x "$tool/bin/python" ] || "${PYTHON:-python3}" -m venv "$tool"
"$tool/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$uv_version"

# An empty environment: a computer's own package indexes and folders must not reach the lock,
# or its hashes would be of files that nobody else can get.
lock() {
    output=$1
    shift
    env -i PATH="$PATH" HOME="$PWD/$tool" UV_PYTHON_DOWNLOADS=never ${SSL_CERT_FILE:+SSL_CERT_FILE="$SSL_CERT_FILE"} \
        "$tool/bin/uv" --no-config --system-certs --quiet pip compile --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-header --no-annotate "$@" -o "$output" >/dev/null
}

lock requirements.lock pyproject.toml "$@"
lock requirements-test.lock pyproject.toml --group test --group build --group package -c requirements.lock "$@"
lock requirements-build.lock --group build -c requirements-test.lock "$@"
lock requirements-package.lock --group package -c requirements-test.lock "$@"
