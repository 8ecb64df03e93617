#!/bin/sh
# Everything that is handed out, into one folder: the frozen program as an archive and as a Debian package, the wheel,
# the list of what is inside (CycloneDX), and the sums of all of them. Usage: packaging/package.sh DIST
set -eu
cd "$(dirname "$0")/.."
dist=$1 build=build/package python=.venv/bin/python
version=$("$python" -c 'from il2scheduler.version import VERSION; print(VERSION)')
system=linux-$(uname -m)
# The time of the last commit stands in the files, so that the same sources give the same files.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date +%s)
export SOURCE_DATE_EPOCH

rm -rf "$build" "$dist"
mkdir -p "$build" "$dist"
desktop-file-validate packaging/linux/il2scheduler.desktop
appstreamcli validate --no-net packaging/linux/org.il2scheduler.il2scheduler.metainfo.xml >/dev/null
"$python" packaging/freeze.py "$build"
"$build/il2scheduler/il2scheduler" self-test
"$python" packaging/sbom.py "$build" >"$dist/il2scheduler-$version-$system.cdx.json"
if command -v dpkg-deb >/dev/null; then
    "$python" packaging/deb.py "$build" "$dist"
fi
tar -C "$build" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
    -czf "$dist/il2scheduler-$version-$system.tar.gz" il2scheduler
"$python" -m hatchling build -t wheel -d "$dist" >/dev/null
(cd "$dist" && sha256sum -- * >SHA256SUMS)
ls -l "$dist"
