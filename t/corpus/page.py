# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of results; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dhhwcaps.report import size

from corpus.results import Result

HEAD = """\
# Real packages, converted

Written by `make check-corpus` from `t/corpus/results/`; do not edit. For each source package of
Debian 13 (pinned in `t/corpus/pins.py`): `dh_hwcaps convert`, then sbuild without the conversion,
converted with its tests, and converted again without tests in another path. The packages are
compared with those of the plain build, shown to lintian, installed over the archive's by apt while
the library is watched, and used at every level: natively where the machine has it, x86-64-v4 else
on an emulated CPU (`t/real/emulated.py`).

"""
SECONDS = """\
*Time* is what dpkg-buildpackage without tests takes of the CPU, converted against plain, measured
once, one right after the other. *Size* is that of the libraries on disk.
"""
TESTS = {
    "passed": "passed", "failed": "failed", "off": "switched off", "nocheck": "not run (nocheck)",
    "unsupported": "not run (the machine lacks the level)", "unknown": "not known",
    "elsewhere": "do not seem to load the library",
}
STAGES = ("convert", "build with tests", "plain build", "build", "report", "second build",
          "compare", "lintian", "use")


def render(packages: Sequence[str], found: Sequence[Result]) -> str:
    """Return the page as Markdown, with those of the packages that have no result."""
    rows = [_row(result) for result in found]
    head = ["package", "families", "levels", "tests", "time", "size", "failures"]
    text = HEAD + _table(head, rows) + "\n" + SECONDS
    missing = [name for name in packages if name not in {result["package"] for result in found}]
    if missing:
        text += f"\nNo result yet: {', '.join(missing)}.\n"
    return text + "".join(_section(one) for one in found)


def _row(result: Result) -> list[str]:
    if "refused" in result:
        return [result["package"], "refused", "", "", "", "", _count(result)]
    return [result["package"], str(len(result.get("families", ()))), _levels(result),
            _tests(result), _ratio(result), _sizes(result), _count(result)]


def _count(result: Result) -> str:
    return str(len(result["failures"]) or "none")


def _libraries(result: Result) -> list[dict]:
    return result.get("libraries", [])


def _level_names(result: Result) -> list[str]:
    return list(dict.fromkeys(row["level"] for row in _libraries(result)))


def _levels(result: Result) -> str:
    parts = []
    for level in _level_names(result):
        rows = [row for row in _libraries(result) if row["level"] == level]
        parts.append(f"{level}: {sum(not row['dropped'] for row in rows)} of {len(rows)}")
    return "<br>".join(parts)


def _tests(result: Result) -> str:
    return "<br>".join(dict.fromkeys(map(_said, result.get("tests", {}).values())))


def _said(tests: str) -> str:
    return TESTS.get(tests, tests)


def _ratio(result: Result) -> str:
    seconds = result.get("seconds", {})
    plain, converted = seconds.get("plain"), seconds.get("converted")
    if not plain or not converted:
        return ""
    return f"{converted / plain:.1f} ({plain:.0f} s, {converted:.0f} s)"


def _sizes(result: Result) -> str:
    rows = _libraries(result)
    generic = {(r["directory"], r["soname"]): r["generic_size"] or 0 for r in rows}
    parts = [f"generic {size(sum(generic.values()))}"] if rows else []
    for level in _level_names(result):
        kept = sum(r["size"] or 0 for r in rows if r["level"] == level and not r["dropped"])
        parts.append(f"+ {size(kept)}")
    return " ".join(parts)


def _section(result: Result) -> str:
    lines = [f"\n## {result['package']} {result['version']}\n"]
    if "refused" in result:
        lines += ["Refused:\n", _quoted(result["refused"])]
    else:
        lines += _what(result)
    lines += [f"* **{one['stage']}**: {_inline(one['said'])}" for one in _ordered(result)]
    return "\n".join(lines).rstrip() + "\n"


def _what(result: Result) -> list[str]:
    lines = []
    if result.get("convert"):
        options = " ".join(["dh_hwcaps convert", *result["convert"]["options"]])
        families = result.get("families")
        # What was split is counted in the packages that were built.
        what = f"splits {', '.join(families)}" if families else "ran; its build did not end"
        lines += [f"`{options}` {what}.\n"]
    if result.get("rules"):
        lines += [f"The build stopped at first: {result['stops']}. `debian/rules` got:\n",
                  _quoted(result["rules"])]
    lines += _dispatching(result)
    if _libraries(result):
        lines += [_table(["library", "generic", *_level_names(result)], _by_library(result))]
    lines += _remarks(result)
    return lines


def _by_library(result: Result) -> Iterable[list[str]]:
    rows = _libraries(result)
    for directory, soname in dict.fromkeys((r["directory"], r["soname"]) for r in rows):
        mine = [r for r in rows if (r["directory"], r["soname"]) == (directory, soname)]
        by_level = {r["level"]: r for r in mine}
        cells = [_cell(by_level.get(level)) for level in _level_names(result)]
        yield [soname, size(mine[0]["generic_size"] or 0), *cells]


def _cell(row: dict | None) -> str:
    if not row:
        return ""
    if row["dropped"]:
        return f"dropped: {row['dropped']}"
    return f"{size(row['size'] or 0)}, {row['units'] or 'unknown'} units"


def _dispatching(result: Result) -> list[str]:
    found = {row["soname"]: row["dispatch"] for row in _libraries(result) if row.get("dispatch")}
    names = ", ".join(f"{soname} ({how})" for soname, how in found.items())
    return [f"Dispatches by itself: {names}.\n"] if names else []


def _remarks(result: Result) -> list[str]:
    lines = [f"* Tests at {level}: {_said(tests)}."
             for level, tests in result.get("tests", {}).items()]
    if result.get("once"):
        lines.append("* Its build is long: built once plain and once converted, without tests.")
    elif result.get("differing") == []:
        same = result["packages_built"] - len(result.get("differing_plain", ()))
        lines.append(f"* The second build gave the same bytes: {same} packages,"
                     " with tests and without, in two paths.")
    if result.get("differing_plain"):
        names = ", ".join(result["differing_plain"])
        lines.append("* Other bytes in another path or with tests, without the conversion, too:"
                     f" {names}.")
    if result.get("use"):
        used = result["use"]
        lines.append(f"* Upgraded from {used['upgraded from']} by apt; `{used['command']}`"
                     f" ran at {', '.join(_ran(used))}.")
    if result.get("tests_fail_plain"):
        lines.append("* Its tests fail here without the conversion, too:"
                     f" {_inline(result['tests_fail_plain'])}")
    return lines + [f"* Warning: {_inline(one)}" for one in result.get("warnings", ())]


def _ran(used: dict) -> Iterable[str]:
    emulated = used.get("emulated", ())
    return (f"{level} (emulated)" if level in emulated else level for level in used["loaded"])


def _ordered(result: Result) -> list[dict]:
    return sorted(result["failures"], key=lambda one: STAGES.index(one["stage"]))


def _inline(text: str) -> str:
    return "`" + " ⏎ ".join(text.replace("`", "'").split("\n")) + "`"


def _quoted(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
