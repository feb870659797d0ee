# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The example source package in several versions, and its builds."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from real.chroot import Chroot
from support import TOP

LIBRARIES = ("libnumkernel1", "libnummath1", "libnumfoo1")
SPLIT = ("-generic", "-avx2", "-avx512")


PLUGINS = ("kernel", "foo")
"""Of the first and the last library."""
MORE = """
all: {files}

%.so: src/plugin.c libnum%.so.1
	$(COMPILE) $(LDFLAGS) -fPIC -shared -Wl,--no-as-needed,-rpath-link,. -o $@ $^

install: install-plugins

install-plugins: {files}
	install -d $(DESTDIR)$(LIBDIR)/numfoo $(DESTDIR)$(PREFIX)/share/numfoo
	install -m644 {files} $(DESTDIR)$(LIBDIR)/numfoo
	install -m644 {data} $(DESTDIR)$(PREFIX)/share/numfoo
"""


def build(
    system: Chroot, tree: str, jobs: int = 2, within: Sequence[str] = (), kind: str = "-b",
    **environment: str,
) -> tuple[str, dict[str, Path]]:
    """Build a source tree inside a chroot; return the log, and the packages by file name."""
    env = {"DEB_BUILD_OPTIONS": f"parallel={jobs}", **environment}
    command = ["sh", "-ec", f'cd "$0" && exec dpkg-buildpackage {kind} -us -uc', tree]
    log = system.run(*command, env=env, within=within)
    return log, {path.name: path for path in system.path(tree).parent.glob("*.deb")}


def copy(tree: Path) -> None:
    """Write the example's source."""
    shutil.copytree(TOP / "example", tree, ignore=shutil.ignore_patterns(".debhelper", "*.o"))


def version(tree: Path, number: str) -> None:
    """Set the version of a source tree."""
    changelog = tree / "debian/changelog"
    changelog.write_text(re.sub(r"\(.*?\)", f"({number})", changelog.read_text(), count=1))


def furnish(tree: Path, number: str) -> None:
    """Give two of the libraries' packages a plugin and a file of data each, of that version."""
    (tree / "src/plugin.c").write_text("int plugin_works(void);\n"
                                       "int plugin_works(void) { return 1; }\n")
    for name in PLUGINS:
        (tree / f"src/{name}.data").write_text(f"{number}\n")
        with (tree / f"debian/libnum{name}1.install").open("a") as install:
            install.write(f"usr/lib/*/numfoo/{name}.so\nusr/share/numfoo/{name}.data\n")
    with (tree / "Makefile").open("a") as makefile:
        makefile.write(MORE.format(files=" ".join(f"{name}.so" for name in PLUGINS),
                                   data=" ".join(f"src/{name}.data" for name in PLUGINS)))


def drop(tree: Path, suffixes: Iterable[str]) -> None:
    """Remove packages of these suffixes from a source tree, with all that refers to them."""
    control = tree / "debian/control"
    stanzas = control.read_text().split("\n\n")
    endings = tuple(f"{suffix}\n" for suffix in suffixes)
    control.write_text("\n\n".join(
        stanza for stanza in stanzas
        if not (stanza.partition("\n")[0] + "\n").endswith(endings)
    ))


def unsplit(tree: Path) -> None:
    """Make of a source tree what it was before it used dh-hwcaps."""
    drop(tree, SPLIT)
    control = tree / "debian/control"
    text = re.sub(r"^(Pre-Depends|Recommends): \$\{hwcaps:.*\n", "", control.read_text(),
                  flags=re.MULTILINE)
    text = re.sub(r",\s*(dh-sequence-hwcaps|\S+-generic \(= \$\{binary:Version\}\))", "", text)
    assert "${hwcaps:" not in text
    control.write_text(text)
