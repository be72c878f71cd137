# make demo: what svngraph does, on the shipped plans.   make test: everything that is tested.
# Both set up what they need by themselves; all they ask for is Python 3.11 or newer.
PYTHON ?= python3
V := .venv

.PHONY: demo test check lint tests lock clean

$(V)/.ready: pyproject.toml constraints.txt web/package-lock.json
	@$(PYTHON) -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))" || { echo "svngraph needs Python 3.11 or newer with venv (Debian: apt install python3-venv; or make PYTHON=python3.12)" >&2; exit 1; }
	@if command -v npm >/dev/null; then cd web && npm ci --silent && npm run --silent build; else echo "npm is missing: the pages do without the editor of queries and the fonts"; fi || echo "the editor of queries was not built: the pages do without it"
	$(PYTHON) -m venv $(V)
	$(V)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test]"
	@touch $@

demo: $(V)/.ready
	@$(V)/bin/svngraph demo

test: check tests

check: lint
	$(V)/bin/mypy

lint: $(V)/.ready
	$(V)/bin/ruff check .
	$(V)/bin/ruff format --check .

tests: $(V)/.ready
	$(V)/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lock: $(V)/.ready
	$(V)/bin/python -m pip freeze --exclude-editable > constraints.txt

clean:
	rm -rf $(V) build dist *.egg-info
