# The commands of Prendsoin; their logic is in script/. `make demo` and `make test` are all one needs.
PYTHON ?= python3
.PHONY: help demo test check bench drills reset

help:
	@echo "make demo    the whole site with example people, at http://localhost:8000 (PORT, HOST, DATABASE_URL, REDIS_URL)"
	@echo "make test    every test, those in a browser included"
	@echo "make check   format, lint, types, imports, templates, migrations, translations, deployment"
	@echo "make bench   the benchmarks (SCALE=country for the large one)"
	@echo "make drills  the fault drills, at full size (DRILL_SEED=number repeats one)"
	@echo "make reset   removes the demo's servers and data"

demo:
	@$(PYTHON) script/bootstrap run -m script.demo

test:
	@$(PYTHON) script/bootstrap dev -m script.run_tests

check:
	@$(PYTHON) script/bootstrap dev -m script.check

bench:
	@$(PYTHON) script/bootstrap dev -m script.run_bench

drills:
	@DRILLS=full $(PYTHON) script/bootstrap dev -m pytest tests/drills -n 2 --dist worksteal --durations=10

reset:
	@$(PYTHON) script/bootstrap run -m script.reset
