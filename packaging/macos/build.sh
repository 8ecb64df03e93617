#!/bin/sh
# The bundle for macOS, from the same spec as on Linux: dist/il2scheduler.app in a disk image.
# NOT RUN YET: this was written without a Mac at hand. Whoever runs it first, please tell what was wrong.
# It is not signed and not notarised: until somebody with a developer's certificate does so, macOS asks before the
# first start (System Settings, Privacy & Security, Open Anyway). Usage, in the checkout: packaging/macos/build.sh
set -eu
cd "$(dirname "$0")/../.."
"${PYTHON:-python3}" -m venv .venv-package
python=.venv-package/bin/python
for lock in requirements.lock requirements-build.lock requirements-package.lock; do
    "$python" -m pip install --require-hashes --only-binary=:all: -r "$lock"
done
"$python" -m pip install --no-deps --no-build-isolation --editable .
"$python" packaging/freeze.py build/package
app=build/package/il2scheduler.app
"$app/Contents/MacOS/il2scheduler" self-test

mkdir -p dist
version=$("$python" -c 'from il2scheduler.version import VERSION; print(VERSION)')
name=il2scheduler-$version-macos-$(uname -m)
"$python" packaging/sbom.py build/package >"dist/$name.cdx.json"
hdiutil create -volname il2scheduler -srcfolder "$app" -ov -format UDZO "dist/$name.dmg"
(cd dist && shasum -a 256 -- il2scheduler* >SHA256SUMS)
