# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`dh_hwcaps convert`: give the debian/ directory of a library the layout of this addon.

All is decided first (conversion, rewrite), then all files are written, or none.
"""

from __future__ import annotations

import difflib
import os
import textwrap
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

from debian.debian_support import DpkgArchTable

from dhhwcaps import run
from dhhwcaps.boundary import Parser
from dhhwcaps.convert import autopkgtest, closure, conversion, merge, overrides
from dhhwcaps.convert.candidates import Packaging, Verdict
from dhhwcaps.convert.closure import Need
from dhhwcaps.convert.conversion import Request
from dhhwcaps.convert.result import Result
from dhhwcaps.convert.rewrite import rewrite
from dhhwcaps.convert.stanzas import Split
from dhhwcaps.errors import CommandError, ControlError
from dhhwcaps.families import GENERIC

LARGEST = 4 << 20
"""Files of debian/ above this size are not packaging."""
BELOW = (autopkgtest.FILE, overrides.SOURCE)
"""The files in directories of debian/ that change."""
UNDECODED = "surrogateescape"


def main(argv: Sequence[str]) -> None:
    """Convert the source package in the current directory.

    Raises HwcapsError, and then nothing has been changed.
    """
    given = _parser().parse_args(argv)
    packaging = read(Path("debian"))
    request = Request(
        packages=tuple(given.package), force=given.force, merge=given.merge,
        suffixes=tuple(word for word in given.levels.split(",") if word),
        modules=tuple(given.modules),
    )
    table = DpkgArchTable.load_arch_table()
    needed = _needed()
    date = format_datetime(datetime.now().astimezone())
    merged = merge.merge(packaging, request, needed, os.environ, date)
    choice = conversion.choose(
        merged.packaging, merged.request, needed, table.matches_architecture
    )
    _say_why((*merged.skipped, *choice.verdicts), verbose=given.verbose)
    if not choice.splits:
        families = [name for name in packaging.stanzas if name + GENERIC in packaging.stanzas]
        run.say(f"nothing to do: split already: {', '.join(families)}")
        return
    result = merged.with_split(
        rewrite(merged.packaging, choice.splits, os.environ, date, force=given.force)
    )
    conversion.check(result.files["control"] or "", choice.splits)
    if given.no_act:
        run.say(difference(packaging.files, result.files))
    else:
        write(Path("debian"), packaging.files, result.files)
    run.say(report(choice.splits, result))


def read(directory: Path) -> Packaging:
    """Return the files of debian/; raise ControlError when it is not that of a source package."""
    if not (directory / "control").is_file():
        raise ControlError(
            "there is no debian/control here",
            "Run dh_hwcaps convert in the topmost directory of an unpacked source package.",
        )
    if not (directory / "changelog").is_file():
        raise ControlError("there is no debian/changelog here", "Start it with dch --create.")
    paths = {
        str(path.relative_to(directory)): path
        for path in (*sorted(directory.iterdir()), *(directory / name for name in BELOW))
        if path.is_file() and path.stat().st_size <= LARGEST
    }
    packaging = Packaging(
        files={name: path.read_bytes().decode("utf-8", UNDECODED) for name, path in paths.items()},
        programs=frozenset(name for name, path in paths.items() if os.access(path, os.X_OK)),
    )
    if not packaging.source:
        raise ControlError("debian/control has no Source stanza")
    return packaging


def write(directory: Path, old: Mapping[str, str], new: Mapping[str, str | None]) -> None:
    """Write all files, or none: an error takes back what was written before it.

    Raises ControlError.
    """
    _check_links(directory, new)
    done: list[str] = []
    missing = {path.parent for name in new if not (path := directory / name).parent.exists()}
    try:
        for name, text in new.items():
            _put(directory / name, text)
            done.append(name)
    except OSError as error:
        for name in done:
            _put(directory / name, old.get(name))
        for parent in missing:
            if parent.is_dir():
                parent.rmdir()
        raise ControlError(
            f"debian/{list(new)[len(done)]}: {error.strerror}", "Nothing was changed."
        ) from None


def _check_links(directory: Path, new: Mapping[str, str | None]) -> None:
    """Raise ControlError when links would make two texts one file."""
    targets: dict[Path, str] = {}
    for name, text in new.items():
        if text is not None and targets.setdefault((directory / name).resolve(), text) != text:
            raise ControlError(
                f"debian/{name} is a link to a file that would have to differ for it",
                "Replace the link by a copy. Nothing was changed.",
            )


def difference(old: Mapping[str, str], new: Mapping[str, str | None]) -> str:
    """Return what changes as a unified diff that patch(1) understands."""
    found: list[str] = []
    for name, text in new.items():
        before, after = old.get(name, ""), text or ""
        found += difflib.unified_diff(
            before.splitlines(keepends=True), after.splitlines(keepends=True),
            f"a/debian/{name}" if name in old else "/dev/null",
            f"b/debian/{name}" if text is not None else "/dev/null",
        )
    return "".join(found).encode("utf-8", UNDECODED).decode("utf-8", "replace")


def report(splits: Sequence[Split], result: Result) -> str:
    """Return what was done, and what is left to the maintainer."""
    lines = []
    for added in dict.fromkeys(_added(split) for split in splits):
        packages = [split.package for split in splits if _added(split) == added]
        lines += textwrap.wrap(
            f"{', '.join(packages)}: + {added}", 100, subsequent_indent="  ",
            break_on_hyphens=False, break_long_words=False,
        )
    width = max(len(place) for place, _what in result.summary)
    lines += [f"  {place:{width}}  {what}" for place, what in result.summary]
    if result.left:
        width = max(len(place) for place, _what in result.left)
        lines.append("Left to you:")
        lines += [f"  {place:{width}}  {what}" for place, what in result.left]
    return "\n".join(lines)


def _parser() -> Parser:
    made = Parser(
        prog="dh_hwcaps convert", allow_abbrev=False,
        description="Split the library packages of the source package in the current directory.",
    )
    made.add_argument("package", nargs="*", metavar="PACKAGE",
                      help="split these; otherwise every package with public shared libraries")
    made.add_argument("--merge", metavar="FAMILY",
                      help="make one package of them, which is then split")
    made.add_argument("--levels", default="", metavar="SUFFIX,…",
                      help="build for these levels, by the suffixes of their packages")
    made.add_argument("--modules", action="append", default=[], metavar="PATTERN",
                      help="dispatch the plugins with these paths, too; of python3-* all modules")
    made.add_argument("-n", "--no-act", "--dry-run", action="store_true",
                      help="show the difference, change nothing")
    made.add_argument("--force", action="store_true",
                      help="split also what dpkg and apt need, and other risky packages")
    made.add_argument("-v", "--verbose", action="store_true",
                      help="say of every package why it is split or not")
    return made


def _needed() -> dict[str, Need]:
    try:
        code, listing, _said = run.attempt(*closure.QUERY)
    except CommandError:
        code, listing = 1, ""
    if code:
        run.warn("cannot ask dpkg-query which libraries dpkg and apt need: look yourself")
    return closure.needed(listing)


def _say_why(verdicts: Sequence[Verdict], *, verbose: bool) -> None:
    for verdict in verdicts:
        force = " (--force)" if verdict.forcible and not verdict.taken else ""
        if verbose or verdict.forcible:
            split = "split" if verdict.taken else "not split"
            run.say(f"{verdict.package}: {split}: {verdict.reason}{force}")


def _added(split: Split) -> str:
    variants = [
        package.removeprefix(split.package)
        + (f" ({level.name})" if level.name not in package else "")
        for package, level in split.variants
    ]
    return ", ".join([GENERIC, *variants] if split.new else variants)


def _put(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink(missing_ok=True)
        return
    # A symbolic link stays one, and debian/rules stays executable.
    target = path.resolve()
    target.parent.mkdir(exist_ok=True)
    temporary = target.with_name(f".{target.name}.new")
    try:
        temporary.write_bytes(text.encode("utf-8", UNDECODED))
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o7777)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
