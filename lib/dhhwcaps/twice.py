# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What libtool compiles twice: a level changes the objects of shared libraries only.

Those of static libraries are the generic build's already, so a copy leaves them out and has them
from there before its tests.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from dhhwcaps import layout

SITE = """\
# autoconf's site file for dh_hwcaps: a copy has its static libraries from the generic build.
for site in "$prefix/share/config.site" "$prefix/etc/config.site"; do
  if test -r "$site"; then . "$site"; fi
done
enable_static=no
"""
"""Read by configure after its options (autoconf, "Setting Site Defaults"), so it prevails.  Where
shared libraries are turned off, libtool makes static ones nevertheless (LT_INIT)."""
VALUE = re.compile(r"^(\w+)='([^']*)'$", re.MULTILINE)
NONE = "old_library=''"
STATICALLY = re.compile(r"-(all-)?static\b(?!-)|\.lo\b")
LINKING = re.compile(
    r"^[ ]*(\w+)_(?:LDFLAGS|LDADD|LIBADD)\s*[+:?]?=((?:\\\n|[^\n])*)", re.MULTILINE
)
"""How automake says what a target is linked of, and what all of a directory (`AM_LDFLAGS`)."""
COMMENT = re.compile(r"^\s*#.*", re.MULTILINE)


def avoidable(tree: Path) -> bool:
    """Tell whether libtool has compiled units of the tree both ways, and a copy need not.

    It must where something is linked of objects for static libraries while the package is built:
    libtool would take the shared library's instead, and a program that generates code would be of
    the level.
    """
    both = any({values.get("pic_object"), values.get("non_pic_object")}.isdisjoint({None, "none"})
               for values in map(_values, _files(tree, "*.lo")))
    return both and not any(map(_links_statically, _files(tree, "Makefile")))


def targets(makefile: str) -> frozenset[str]:
    """Return what a makefile links of objects for static libraries, in automake's spelling.

    `AM` stands for all that is linked in its directory.
    """
    text = COMMENT.sub("", makefile)
    found = {name for name, value in LINKING.findall(text) if STATICALLY.search(value)}
    rest = LINKING.sub("", text)
    return frozenset(found | ({"AM"} if re.search(r"-(all-)?static\b(?!-)", rest) else set()))


def _links_statically(makefile: Path) -> bool:
    names = targets(makefile.read_text(errors="replace"))
    if not names:
        return False
    made = [path for path in makefile.parent.rglob("*") if path.is_file()]
    spelled = {re.sub(r"\W", "_", str(path.relative_to(makefile.parent))) for path in made}
    return not names.isdisjoint(spelled) or (
        "AM" in names and any(path.suffix == ".o" for path in made)
    )


def take_over(outer: Path, copy: Path) -> None:
    """Give a copy that was built without static libraries those of the tree, and their objects.

    libtool's files say then that they are there, so that tests can link them and `make install`
    installs them.
    """
    for unit in _files(outer, "*.lo"):
        there = copy / unit.relative_to(outer)
        static = unit.parent / _values(unit).get("non_pic_object", "none")
        if there.exists() and static.is_file():
            _take(static, there.parent / static.relative_to(unit.parent))
    for library in _files(outer, "*.la"):
        there = copy / library.relative_to(outer)
        name = _values(library).get("old_library", "")
        archive = Path(".libs", name)
        if (library.parent / archive).is_file() and there.exists() and NONE in there.read_text():
            _take(library.parent / archive, there.parent / archive)
            for path in (there, there.parent / ".libs" / f"{there.name}i"):
                if path.exists():
                    path.write_text(path.read_text().replace(NONE, f"old_library='{name}'"))


def _take(path: Path, there: Path) -> None:
    if not there.exists():
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, there)


def _files(tree: Path, pattern: str) -> Iterator[Path]:
    # The copies themselves lie in debian/. libtool has links to its files, too.
    for top in sorted(tree.iterdir()):
        if top.is_dir() and not top.is_symlink() and top != tree / layout.DEBIAN:
            yield from filter(_plain, top.rglob(pattern))
    yield from filter(_plain, tree.glob(pattern))


def _plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _values(path: Path) -> dict[str, str]:
    text = path.read_text(errors="replace")
    return dict(VALUE.findall(text)) if "libtool" in text else {}
