# The two commands are `make run` and `make test`. Everything a target does stands in scripts/.
PYTHON_OF_VENV = .venv/bin/python

# Containers often say that no bytecode be written. Then every process, each of the tests' many too, would compile all that
# it imports anew: ten seconds of a processor. It stands in __pycache__, which git leaves out.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run test test-spark check bench screenshots clean
.DEFAULT_GOAL := run

setup:            ## prepare .venv, the messages and the front end
	@sh scripts/setup

run: setup        ## start Sanku with a demo zone; PORT=8001 takes another port
	@exec $(PYTHON_OF_VENV) -m scripts.run

test: setup       ## all tests: SQLite, PostgreSQL, front end, browser
	@exec $(PYTHON_OF_VENV) -m scripts.test

test-spark: setup ## the base on a Spark cluster of this machine: a master and two workers
	@exec $(PYTHON_OF_VENV) -m scripts.test_spark

check: setup      ## format, lint, types, import contracts, migrations, TypeScript
	@exec $(PYTHON_OF_VENV) -m scripts.check

bench: setup      ## measure, one JSON file a benchmark; installs the peers beside
	@UV_PYTHON_DOWNLOADS=never VIRTUAL_ENV=.venv .venv/bin/uv pip install --quiet --require-hashes -r requirements-bench.lock
	@exec $(PYTHON_OF_VENV) -m bench

screenshots: setup ## take the pictures in docs/screenshots/ anew
	@exec $(PYTHON_OF_VENV) -m scripts.screenshots

clean:            ## remove what setup and the tests made; the data in var/ stays
	@rm -rf .venv node_modules sanku/static/dist test-results .pytest_cache .mypy_cache .ruff_cache .hypothesis
