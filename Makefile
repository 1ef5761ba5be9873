# demo        the whole product at http://127.0.0.1:8000 (PORT= for another port)   demo-reset  forget its data
# test        every test                                                            check       lint, types, contracts
# bench       the benchmarks and their figures                                      lock        resolve the packages anew
# soak-billing  thousands of lives of members against the local Stripe
# soak-sending  hundreds of senders that are killed under way
# clean       delete what tools have left
#
# PYTHON= names the Python to use, VENV= where the packages go, NEWSROOM_VAR= where the demo keeps its data.

VENV ?= .venv
PY = $(VENV)/bin/python
COMPILE = $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

.PHONY: demo demo-reset test check bench soak-billing soak-sending lock clean

# The tools that load the settings need none of production's values.
test check soak-billing soak-sending: export MODE = test

demo:
	@bin/bootstrap run
	@exec $(PY) -m newsroom.embedded --with-parent

demo-reset:
	@bin/bootstrap run
	@$(PY) -m newsroom.embedded reset

test:
	@bin/bootstrap dev
	@$(PY) manage.py compile_messages
	$(PY) -m pytest -n 2 --dist loadfile --ignore=tests/journeys --durations=15
	$(PY) -m pytest tests/journeys --durations=15

check:
	@bin/bootstrap dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djlint --lint --quiet templates
	$(PY) manage.py makemigrations --check --dry-run

bench:
	@bin/bootstrap dev
	@exec $(PY) -m benchmarks

soak-billing:
	@bin/bootstrap dev
	@$(PY) -m tests.memberships.lives.soak

soak-sending:
	@bin/bootstrap dev
	@$(PY) -m tests.newsletters.kills.soak

lock:
	@bin/bootstrap dev
	$(COMPILE) pyproject.toml -o requirements/run.txt
	$(COMPILE) pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt
	echo uv | $(COMPILE) --no-annotate -c requirements/dev.txt - -o requirements/bootstrap.txt

clean:
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
	find . -path ./$(VENV) -prune -o -name '*.mo' -type f -exec rm -f {} +
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage test-results \
	    benchmarks/lighthouse/node_modules
