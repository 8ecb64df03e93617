# The commands of this repository, the same for people and for CI. `make help` lists them.

ifeq ($(OS),Windows_NT)
bin := .venv/Scripts
screen := windows
else
bin := .venv/bin
screen := $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname -s))
endif

.DEFAULT_GOAL := help
.PHONY: help run test lint faults pictures guide morning lock clean

help: ## say what each command does
	@sed -n 's/^\([a-z-]*\): ## /make \1	/p' Makefile | expand -t 20

run: ## open the program; without a screen, make its documents and pictures in output/
	@sh packaging/setup.sh run
ifeq ($(strip $(screen)),)
	@$(bin)/python packaging/try_out.py output
else
	@$(bin)/python -m il2scheduler
endif

test: ## lint, check types and import directions, run all tests
	@sh packaging/setup.sh test
	@sh packaging/checks.sh lint tests

lint: ## all of `make test` but the tests
	@sh packaging/setup.sh test
	@sh packaging/checks.sh lint

faults: ## the long sets: kills, failing disks, writers at once, flipped bytes, hostile templates (ten minutes)
	@sh packaging/setup.sh test
	@IL2SCHEDULER_FAULTS=long $(bin)/python -m pytest -n 2 -o faulthandler_timeout=3600 tests/faults \
		tests/template_file/test_mutated_templates.py tests/study/test_random_studies.py

pictures: ## every view and dialog in every look, drawn without a screen, in output/pictures/ (part=NAME: some)
	@sh packaging/setup.sh run
	@$(bin)/python packaging/pictures.py output/pictures $(part)

guide: ## the pages of docs/guide, and their pictures, as the program shows them in resources/guide/
	@sh packaging/setup.sh test
	@$(bin)/python packaging/pictures.py output/pictures
	@$(bin)/python packaging/guide.py --pictures output/pictures

morning: ## a nurse's morning and a coordinator's Friday by keys and mouse in the real window; pictures in output/morning/
	@sh packaging/setup.sh run morning
	@$(bin)/python packaging/morning.py output/morning

package: ## the program for people without Python: a folder, a Debian package, a list of what is inside, in dist/
	@sh packaging/setup.sh package
	@sh packaging/package.sh dist

package-test: ## make package, and try it in a Debian that has nothing (as root, with debootstrap; suite=bookworm)
	@$(MAKE) --no-print-directory package
	@$(bin)/python packaging/try_package.py dist/*.deb --clean $(or $(suite),bookworm)

bench: ## measure speed and memory, and write docs/performance.md (about ten minutes; quick=1 for a try)
	@sh packaging/setup.sh test
	@$(bin)/python benchmarks/run.py $(if $(quick),--quick)

readme-picture: ## draw docs/pictures/timeline.png anew
	@sh packaging/setup.sh run
	@$(bin)/python packaging/readme_picture.py

icons: ## draw resources/icons/ anew from the SVG
	@sh packaging/setup.sh run
	@$(bin)/python packaging/icons.py

lock: ## make the lock files anew from pyproject.toml (upgrade=1 takes newer releases)
	@sh packaging/lock.sh $(if $(upgrade),--upgrade)

clean: ## remove everything that the other commands made
	rm -rf .venv .venv-lock tests/readers/node_modules output build dist
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find il2scheduler packaging tests -name __pycache__ -type d -prune -exec rm -rf {} +
