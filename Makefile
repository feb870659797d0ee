# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
PREFIX = /usr
STEPS = prepare build install split substvars collect before_autoreconf before_test \
  after_test source source_before_clean source_after_clean source_shlibs \
  source_substvars source_check source_version
COMMANDS = dh_hwcaps $(STEPS:%=dh_hwcaps_%)

# What dh_hwcaps and hwcaps both need.
SHARED = __init__ boundary dispatch eigen elf errors host isa layout libraries modules run \
         sections symbols text units verify
SHARED_FILES = $(SHARED:%=lib/dhhwcaps/%.py)

PRIVATE = $(DESTDIR)$(PREFIX)/share/dh-hwcaps
SEQUENCES = Debian/Debhelper/Sequence
VERSION = $(shell dpkg-parsechangelog -S Version)
DATE = $(shell date -u -d "$$(dpkg-parsechangelog -S Date)" +%Y-%m-%d)
POD2MAN = pod2man --utf8 --release="$(VERSION)" --date="$(DATE)" --center="dh-hwcaps"

# t/setup makes the virtual environment where Debian lacks a tool.
PYTHON = $(shell test -x .venv/bin/python && echo .venv/bin/python || echo /usr/bin/python3)
PYTEST = $(PYTHON) -B -m pytest
# Packages are built by one process per core, those of one file by the same.
PYTEST_BUILD = $(PYTEST) -n auto --dist loadfile t/build

all: man

man: man/dh_hwcaps.1 man/dh-hwcaps.7 man/hwcaps.1

man/dh_hwcaps.1: man/dh_hwcaps.pod
	$(POD2MAN) --section=1 --name=DH_HWCAPS $< $@

man/dh-hwcaps.7: man/dh-hwcaps.7.pod
	$(POD2MAN) --section=7 --name=DH-HWCAPS $< $@

man/hwcaps.1: man/hwcaps.pod
	$(POD2MAN) --section=1 --name=HWCAPS $< $@

install: install-common install-addon install-tools

install-common:
	install -d $(PRIVATE)/lib/dhhwcaps
	install -m644 $(SHARED_FILES) $(PRIVATE)/lib/dhhwcaps

install-tools: man
	install -d $(PRIVATE)/lib/dhhwcaps/admin $(DESTDIR)$(PREFIX)/bin
	install hwcaps $(PRIVATE)
	install -m644 lib/dhhwcaps/admin/*.py $(PRIVATE)/lib/dhhwcaps/admin
	install -Dm644 man/hwcaps.1 $(DESTDIR)$(PREFIX)/share/man/man1/hwcaps.1
	install -Dm644 completion/hwcaps \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/hwcaps
	ln -sf ../share/dh-hwcaps/hwcaps $(DESTDIR)$(PREFIX)/bin/hwcaps

install-addon: man
	install -d $(PRIVATE)/lib/dhhwcaps $(DESTDIR)$(PREFIX)/bin
	install dh_hwcaps $(PRIVATE)
	install -m644 $(filter-out $(SHARED_FILES),$(wildcard lib/dhhwcaps/*.py)) lib/dhhwcaps/*.c \
	  $(PRIVATE)/lib/dhhwcaps
	for part in check convert source; do install -d $(PRIVATE)/lib/dhhwcaps/$$part && \
	  install -m644 lib/dhhwcaps/$$part/*.py $(PRIVATE)/lib/dhhwcaps/$$part || exit 1; done
	install -d $(DESTDIR)$(PREFIX)/share/perl5/$(SEQUENCES)
	install -m644 lib/$(SEQUENCES)/*.pm $(DESTDIR)$(PREFIX)/share/perl5/$(SEQUENCES)
	install -Dm644 man/dh_hwcaps.1 $(DESTDIR)$(PREFIX)/share/man/man1/dh_hwcaps.1
	install -Dm644 man/dh-hwcaps.7 $(DESTDIR)$(PREFIX)/share/man/man7/dh-hwcaps.7
	for command in $(COMMANDS); do \
	  ln -sf ../share/dh-hwcaps/dh_hwcaps $(DESTDIR)$(PREFIX)/bin/$$command || exit 1; done
	for step in $(STEPS); do \
	  ln -sf dh_hwcaps.1 $(DESTDIR)$(PREFIX)/share/man/man1/dh_hwcaps_$$step.1 || exit 1; done

# Everything but the system tests; installs what it needs when it may.
check: setup check-package
	$(PYTEST) t/unit t/style
	$(PYTEST_BUILD)

setup:
	t/setup

check-unit:
	$(PYTEST) t/unit

# With ruff and mypy where they are installed.
check-style:
	$(PYTEST) t/style

check-build:
	$(PYTEST_BUILD)

# With SUITE=trixie and SCENARIO=held only what has that in its name; no mounts stay behind.
check-system:
	t/setup t/real/requirements-apt.txt
	unshare --mount $(PYTEST) -n auto --dist loadgroup t/system \
	  --suite="$(SUITE)" --scenario="$(SCENARIO)"

# What may go wrong in a build, a line for each; FAULT=killed for those with that in their names.
check-faults:
	t/setup t/faults/requirements-apt.txt
	$(PYTEST) -n auto -k "$(FAULT)" t/faults

# Real packages of the archive; with PACKAGE=name that one again.
check-corpus:
	t/setup t/real/requirements-apt.txt
	PYTHONPATH=lib:t $(PYTHON) -B -m corpus $(PACKAGE)

# The modules that only decide are reached to the last branch.
check-coverage:
	t/setup
	t/install python3-coverage
	PYTHON=$(PYTHON) t/coverage

# Breaks the modules that decide, one place at a time: the unit tests must notice.  With MODULE=plan
# that one; without, doc/tests.md is written.
check-mutants:
	t/setup
	PYTHONPATH=lib:t $(PYTHON) -B -m mutants $(MODULE)

# Bad input for all that reads, made from the number SEED; COUNT=20000 for more files of each kind.
SEED = 1
COUNT = 6000
check-fuzz:
	t/setup t/fuzz/requirements-apt.txt
	$(PYTEST) t/fuzz --from=$(SEED) --count=$(COUNT)

# What it costs and gains, measured, written to doc/bench.md; BENCH=build for that part only, ROUNDS=3
# for that many rounds, ONLY=lame for what has that name.  Wants a quiet machine.
bench:
	t/setup t/real/requirements-apt.txt bench/requirements-apt.txt
	PYTHONPATH=lib:t:. unshare --mount $(PYTHON) -B -m bench \
	  --bench="$(BENCH)" --only="$(ONLY)" --rounds="$(ROUNDS)"

# Builds the Debian package from a copy of the tree and shows it to lintian.
check-package:
	t/lintian

# make demo PACKAGE=name does it with a source package of the archive.
demo:
	t/install binutils build-essential debhelper fakeroot python3 python3-debian python3-plumbum
	/usr/bin/python3 -B demo/demo.py $(PACKAGE)

# For those that run the commands from the checkout.
commands:
	@echo $(COMMANDS)

shared:
	@echo $(SHARED)

clean:
	rm -f man/*.1 man/*.7
	rm -rf .mypy_cache .ruff_cache
	find dh_hwcaps hwcaps lib t demo bench -name __pycache__ -prune -exec rm -rf {} +

.PHONY: all man install install-common install-addon install-tools check setup check-unit \
  check-style check-build check-system check-faults check-corpus check-fuzz check-coverage \
  check-mutants check-package bench demo commands shared clean
