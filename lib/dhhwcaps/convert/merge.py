# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`dh_hwcaps convert --merge`: make one package of several, which is then split as any; pure.

The result is a debian/ directory in which the family holds all libraries, and the old names are
transitional packages.  Plain conversion does the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dhhwcaps.convert import absorb, changes, description, helperfiles, members, mentions
from dhhwcaps.convert.candidates import Packaging, Verdict
from dhhwcaps.convert.closure import Need
from dhhwcaps.convert.conversion import Request
from dhhwcaps.convert.members import Merge
from dhhwcaps.convert.result import Result
from dhhwcaps.errors import plural


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What there is to convert after a merge."""

    packaging: Packaging
    request: Request
    result: Result
    skipped: tuple[Verdict, ...] = ()

    def with_split(self, result: Result) -> Result:
        """Return what the merge and the split of the family change together."""
        own = self.result
        return Result(
            files=own.files | result.files, summary=own.summary + result.summary,
            left=own.left + result.left,
        )


def merge(
    packaging: Packaging, request: Request, needed: Mapping[str, Need],
    environ: Mapping[str, str], date: str,
) -> Merged:
    """Return the source package as it is after the merge that the request wants, if it wants one.

    `date` is that of the changelog entry.  Raises HwcapsError when the packages cannot be one.
    """
    if request.merge is None:
        return Merged(packaging=packaging, request=request, result=Result())
    wanted = members.find(packaging, request, request.merge, needed)
    split = replace(request, packages=(request.merge,))
    if not wanted:
        return Merged(packaging=packaging, request=split, result=Result())
    result = Result()
    result.files |= helperfiles.join(packaging, wanted, result.left)
    result.summary += _summary(wanted, result.files)
    result.files["control"] = absorb.control(packaging, wanted, result.left)
    rules = packaging.files.get("rules", "")
    changed = mentions.in_rules(rules, wanted, result.left)
    if changed != rules:
        result.files["rules"] = changed
        result.summary.append(("debian/rules", f"names {wanted.family} where it named the others"))
    result.files["changelog"] = changes.add(
        packaging.files["changelog"], _bullet(wanted), environ, date
    )
    files = {**packaging.files, **result.files}
    result.left += mentions.elsewhere(files, wanted)
    merged = Packaging(files={name: text for name, text in files.items() if text is not None})
    return Merged(packaging=merged, request=split, result=result, skipped=wanted.skipped)


def _summary(wanted: Merge, files: Mapping[str, str | None]) -> list[tuple[str, str]]:
    others = description.enumeration(wanted.others)
    joined = sorted(name for name, text in files.items() if text is not None)
    gone = [name for name, text in files.items() if text is None]
    found = [("debian/control", f"{others}: transitional, {wanted.family} holds what they held")]
    if joined:
        found.append((f"debian/{wanted.family}.*", f"{', '.join(joined)} instead of "
                      f"{plural(len(gone), 'file')} of theirs"))
    return found


def _bullet(wanted: Merge) -> str:
    others = description.enumeration(wanted.others)
    return f"Merge {others} into {wanted.family}; the old names stay as transitional packages."
