# Needs GNU make 3.81 or later and Python 3.11 or later; everything else goes into .venv.
# Settings come from the environment or from make's command line: make run PORT=9000 DATA_DIR=/srv/viva-voce

# That of a distribution first: it is built with optimisation, which one that pyenv has made is not, and up to a third faster.
PYTHON ?= /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11 python
VENV := .venv/bin/python
ARGS ?=

# Tools read the settings: with these none of them writes a secret into var/.
DRY := SECRET_KEY=none ADDRESS_HASH_KEY=none
COMPILE := UV_CUSTOM_COMPILE_COMMAND='make lock' \
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11
# What a real installation sets, for `check --deploy`.
PRODUCTION_LIKE := PRODUCTION=true \
	SECRET_KEY=0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ \
	ADDRESS_HASH_KEY=ZYXWVUTSRQPONMLKJIHGFEDCBA-zyxwvutsrqponmlkjihgfedcba-9876543210 \
	PUBLIC_BASE_URL=https://ask.example.com \
	DATABASE_URL=postgres://viva@127.0.0.1/viva \
	REDIS_URL=redis://127.0.0.1/0 \
	EMAIL_URL=smtp+tls://viva:secret@mail.example.com:587 \
	DEFAULT_FROM_EMAIL=ask@example.com

# Where this is set each process compiles all code anew, and each of the tests' its ten thousand assertions.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test chaos lint format lock messages screenshots clean venv install-run install-test install-dev

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: install-run ## start Viva Voce here: web server, worker and a demo (PORT=8000 DATA_DIR=var)
	@exec $(VENV) manage.py serve --stop-with-parent

test: install-test ## run the tests (ARGS="-k outbox"; TEST_DATABASE_URL and TEST_REDIS_URL switch on more)
	@$(VENV) -m pytest -n auto --maxprocesses 8 --dist worksteal $(ARGS)

chaos: install-test ## break everything while a wave leaves (ARGS="--recipients 20000 --kills 200 --seconds 900 --seed 1")
	@$(VENV) -m tests.chaos $(ARGS)

lint: install-dev ## check style, types, imports, templates, migrations, settings and lock files
	@.venv/bin/ruff check --output-format concise
	@.venv/bin/ruff format --check --output-format concise
	@$(DRY) .venv/bin/mypy
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/djade --check --target-version 5.2 $$(find templates -name '*.html')
	@.venv/bin/django-upgrade --check --target-version 5.2 $$(find config surveys advocacy tests -name '*.py')
	@DJANGO_SETTINGS_MODULE=tests.settings $(VENV) manage.py makemigrations --check --dry-run
	@$(PRODUCTION_LIKE) $(VENV) manage.py check --deploy --fail-level WARNING
	@if grep -n '://' requirements/*; then echo "The lock files must hold no addresses: run make lock."; exit 1; fi

format: install-dev ## put code and templates into the house form
	@.venv/bin/ruff check --fix --exit-zero
	@.venv/bin/ruff format
	@.venv/bin/djade --target-version 5.2 $$(find templates -name '*.html') || true
	@.venv/bin/django-upgrade --exit-zero-even-if-changed --target-version 5.2 \
		$$(find config surveys advocacy tests -name '*.py')

lock: ## renew requirements/*.txt from the *.in files (needs uv; ARGS=--upgrade takes newer versions)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv"; exit 1; }
	@$(COMPILE) $(ARGS) requirements/run.in -o requirements/run.txt
	@$(COMPILE) $(ARGS) requirements/test.in -c requirements/run.txt -o requirements/test.txt
	@$(COMPILE) $(ARGS) requirements/dev.in -c requirements/test.txt -o requirements/dev.txt

messages: install-dev ## bring config/locale up to the words in code and templates (needs gettext)
	@$(DRY) $(VENV) manage.py makemessages --locale es --add-location file --no-obsolete --ignore tests
	@cd config/locale/es/LC_MESSAGES && msgfmt --check-format --statistics --output-file django.mo django.po

screenshots: install-test ## take the pictures of docs/screenshots anew (needs Chromium)
	@command -v chromium >/dev/null || { echo "make screenshots needs chromium (Debian: apt install chromium)"; exit 1; }
	@SCREENSHOTS_DIR=docs/screenshots $(VENV) -m pytest -q tests/flows/screenshots.py $(ARGS)

clean: ## remove .venv and caches; the data in var/ stays
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A virtual environment whose interpreter is gone or too old, or that was left half made, is made anew.
venv:
	@$(VENV) -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && exit 0; \
	found=; poor=; \
	for python in $(PYTHON); do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		if $$python -c 'import ensurepip, venv' 2>/dev/null; then found=$$python; break; fi; \
		poor=$${poor:-$$python}; \
	done; \
	if [ -z "$$found$$poor" ]; then \
		echo "Viva Voce needs Python 3.11 or later, and found none. Install it, or say where it is:" >&2; \
		echo "  make run PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	if [ -z "$$found" ]; then \
		echo "$$poor cannot make a virtual environment. On Debian and Ubuntu: apt install $${poor##*/}-venv" >&2; exit 1; \
	fi; \
	echo "Making .venv with $$($$found --version)"; \
	$$found -m venv --clear .venv

# The stamp is a copy of the lock file that was installed: it is compared by content, since a checkout changes times.
# Python compiles what it loads when it first loads it; pip would compile all of it, most of which nobody ever loads.
install-run install-test install-dev: install-%: venv
	@cmp -s requirements/$*.txt .venv/$*.txt && exit 0; \
	echo "Installing requirements/$*.txt (about half a minute, once)"; \
	$(VENV) -m pip install -qq --disable-pip-version-check --no-input --no-compile --require-hashes -r requirements/$*.txt && \
	cp requirements/$*.txt .venv/$*.txt
