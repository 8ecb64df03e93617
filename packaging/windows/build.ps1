# The frozen program and its installer for Windows, from the same spec as on Linux.
# NOT RUN YET: this was written without a Windows computer at hand. Whoever runs it first, please tell what was wrong.
# Needs Python 3.11 or newer (py) and Inno Setup 6 (ISCC.exe). Usage, in the checkout: packaging\windows\build.ps1
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..\..")

py -3 -m venv .venv-package
$python = ".venv-package\Scripts\python.exe"
foreach ($lock in "requirements.lock", "requirements-build.lock", "requirements-package.lock") {
    & $python -m pip install --require-hashes --only-binary=:all: -r $lock
    if ($LASTEXITCODE) { exit $LASTEXITCODE }
}
& $python -m pip install --no-deps --no-build-isolation --editable .
if ($LASTEXITCODE) { exit $LASTEXITCODE }
& $python packaging\freeze.py build\package
if ($LASTEXITCODE) { exit $LASTEXITCODE }
& build\package\il2scheduler\il2scheduler-cli.exe self-test
if ($LASTEXITCODE) { exit $LASTEXITCODE }

New-Item -ItemType Directory -Force dist | Out-Null
$version = & $python -c "from il2scheduler.version import VERSION; print(VERSION)"
& $python packaging\sbom.py build\package | Out-File -Encoding utf8 "dist\il2scheduler-$version-windows.cdx.json"
$iscc = (Get-Command ISCC.exe -ErrorAction SilentlyContinue).Source
if (-not $iscc) { $iscc = "${env:ProgramFiles(x86)}\Inno Setup 6\ISCC.exe" }
& $iscc "/DVersion=$version" packaging\windows\il2scheduler.iss
if ($LASTEXITCODE) { exit $LASTEXITCODE }
Get-ChildItem dist -File | Where-Object Name -ne "SHA256SUMS" | ForEach-Object {
    "$((Get-FileHash $_.FullName -Algorithm SHA256).Hash.ToLower())  $($_.Name)"
} | Set-Content -Encoding ascii dist\SHA256SUMS
