# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The steps of a package that is built from the source in another package."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from debian.deb822 import Deb822
from debian.substvars import Substvars

from dhhwcaps import control, host, layout, run, shlibs
from dhhwcaps.control import Source
from dhhwcaps.errors import ControlError
from dhhwcaps.options import Options
from dhhwcaps.run import Shell
from dhhwcaps.source import level, pack, unpack
from dhhwcaps.source.package import SourcePackage
from dhhwcaps.text import read_text

BUILT_USING = "hwcaps:Built-Using"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """A package that is built from others' sources."""

    source: Source
    options: Options
    environ: Mapping[str, str]

    @classmethod
    def read(cls, options: Options, environ: Mapping[str, str]) -> Consumer:
        """Read debian/control.  Raises ControlError."""
        return cls(source=control.read(), options=options, environ=environ)

    @property
    def shell(self) -> Shell:
        """How a step runs commands."""
        return Shell(verbose=self.options.verbose, no_act=self.options.no_act)


def unpack_all(consumer: Consumer) -> None:
    """Unpack the sources that the package is built from, with its own patches."""
    for item in unpack.needed(consumer.source, consumer.environ):
        unpack.unpack(item, consumer.shell, consumer.environ)


def before_clean(consumer: Consumer) -> None:
    """Make an empty directory for each source that is not unpacked, until `after_clean`.

    With --sourcedirectory=foo dh_auto_clean wants it to be there.
    """
    unpack.stand_in(consumer.source, consumer.shell, consumer.environ)


def after_clean(consumer: Consumer) -> None:
    """Remove what was unpacked, and what was staged of a family whose level is built."""
    unpack.remove(consumer.shell)
    level.remove(consumer.source, consumer.shell)


def substvars(consumer: Consumer) -> None:
    """Set ${hwcaps:Built-Using} of all packages."""
    items = unpack.needed(consumer.source, consumer.environ)
    text = ", ".join(f"{item.source} (= {item.version})" for item in items)
    for name in sorted(host.selected(consumer.options.selection)):
        path = layout.DEBIAN / f"{name}.substvars"
        with_ours = Substvars.load_from_path(str(path), missing_ok=True)
        with_ours[BUILT_USING] = text
        consumer.shell.write(path, with_ours.dump())


def renumber_shlibs(consumer: Consumer) -> None:
    """Let shlibs files ask for the version that the packages have, not that of debian/changelog.

    Otherwise nobody could install what is linked with a library of 0.9+1 when the package that
    builds it calls itself 1.
    """
    items = unpack.needed(consumer.source, consumer.environ)
    own, wanted = map(upstream, (pack.changelog("Version"), items[0].version))
    names = [package.name for package in consumer.source.packages]
    for name in sorted(host.selected(consumer.options.selection)):
        path = layout.staging(name) / "DEBIAN" / "shlibs"
        if path.exists():
            text = read_text(path)
            consumer.shell.write(path, shlibs.renumbered(text, names, own, wanted))


def say_version(consumer: Consumer) -> None:
    """Print the version of the binary packages, nothing when the source is not there.

    dh asks before any step has run, also to clean a tree without its build dependencies.
    """
    found = unpack.installed(consumer.source, consumer.environ)
    if found:
        run.say(version(found[0], pack.changelog("Version")))


def check(consumer: Consumer) -> None:
    """Raise ControlError for a package that has another version than `say_version` tells.

    Warn when no package that depends on the architecture says what it was built from.
    """
    items = unpack.needed(consumer.source, consumer.environ)
    wanted = version(items[0], pack.changelog("Version"))
    paths = [layout.staging(name) / "DEBIAN" / "control"
             for name in sorted(host.selected(consumer.options.selection))]
    made = {path: Deb822(read_text(path)) for path in paths if path.exists()}
    for path, fields in made.items():
        if fields["Version"] != wanted:
            raise ControlError(
                f"{path}: Version: {fields['Version']}, but what is built from"
                f" {items[0].package} has the version {wanted}",
                "override_dh_gencontrol:\n\tdh_gencontrol -- -v$$(dh_hwcaps_source_version)",
            )
    compiled = [fields for fields in made.values() if fields["Architecture"] != "all"]
    named = {name for fields in compiled for name in control.names(fields.get("Built-Using", ""))}
    for item in items:
        if compiled and item.source not in named:
            run.warn(
                f"no package has {item.source} (= {item.version}) in Built-Using, by which that"
                f" source stays in the archive (Policy 7.8)\n  Built-Using: ${{{BUILT_USING}}}"
            )


def version(item: SourcePackage, own: str) -> str:
    """Return the version of packages that are built from a source: its own, then theirs.

    So a newer source makes newer packages, and so does a change of the packaging.
    """
    return f"{item.version}+{own.rpartition(':')[2]}"


def upstream(version: str) -> str:
    """Return a version without its Debian revision, as dh_makeshlibs(1) does."""
    return re.sub(r"-[^-]+$", "", version)


STEPS: dict[str, Callable[[Consumer], None]] = {
    "dh_hwcaps_source": unpack_all,
    "dh_hwcaps_source_before_clean": before_clean,
    "dh_hwcaps_source_after_clean": after_clean,
    "dh_hwcaps_source_shlibs": renumber_shlibs,
    "dh_hwcaps_source_substvars": substvars,
    "dh_hwcaps_source_check": check,
    "dh_hwcaps_source_version": say_version,
}
