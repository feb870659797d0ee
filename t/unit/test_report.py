# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The report as it stands at the end of a build log."""

from __future__ import annotations

import json

import pytest
from dhhwcaps import report
from dhhwcaps.report import Result, Row, Times
from fakes import LIB, family, level, write

LEVELS = ["x86-64-v3", "x86-64-v4"]


def row(soname: str, name: str, dropped: str = "", units: str = "", directory: str = LIB) -> Row:
    return Row(package="libfoo1", soname=soname, directory=directory, level=name, dropped=dropped,
               units=units)


def test_table() -> None:
    rows = [
        row("libnumkernel.so.1", "x86-64-v3", units="37/40"),
        row("libnumfoo.so.12", "x86-64-v3", "same as generic"),
        row("libdata.so.1", "x86-64-v3", "no code"),
        row("libnumkernel.so.1", "x86-64-v4"),
        row("libnumfoo.so.12", "x86-64-v4", units="2/2"),
        row("libdata.so.1", "x86-64-v4", "no code"),
    ]
    sizes = {
        (LIB, "libnumkernel.so.1", ""): 1_540_000, (LIB, "libnumfoo.so.12", ""): 14_200,
        (LIB, "libdata.so.1", ""): 87_654_321, (LIB, "libnumkernel.so.1", "x86-64-v3"): 1_612_345,
        (LIB, "libnumkernel.so.1", "x86-64-v4"): 1_700_000,
        (LIB, "libnumfoo.so.12", "x86-64-v4"): 14_300,
    }
    assert "\n".join(report.table(rows, sizes, LEVELS)) == """\
hwcaps: library            generic  x86-64-v3                 x86-64-v4
hwcaps: libnumkernel.so.1   1.5 MB  1.6 MB  37/40 units       1.7 MB  units unknown
hwcaps: libnumfoo.so.12      14 kB  dropped: same as generic  14 kB  2/2 units
hwcaps: libdata.so.1         88 MB  dropped: no code          dropped: no code"""


def test_libraries_that_choose_code_by_themselves_are_named() -> None:
    asking = Row(package="libfoo1", soname="liba.so.1", directory=LIB, level=LEVELS[0], dropped="",
                 units="1/1", dispatch="cpuid in init")
    assert report.notes([asking, row("libb.so.1", LEVELS[0]), asking]) == [
        "hwcaps: liba.so.1 dispatches by itself (cpuid in init): its levels may bring little"
    ]


def test_table_that_would_be_too_wide() -> None:
    names = ["x86-64-v2", *LEVELS]
    rows = [
        *(row("libboost_program_options.so.1.83.0", name, units="12/12") for name in names),
        row("libQt6OpenGLWidgets.so.6", "x86-64-v2", "same as generic"),
        row("libQt6OpenGLWidgets.so.6", "x86-64-v4", "same as x86-64-v2"),
    ]
    sizes = {(LIB, "libboost_program_options.so.1.83.0", name): 500_000 for name in ["", *names]}
    assert "\n".join(report.table(rows, sizes, names)) == """\
hwcaps: libboost_program_options.so.1.83.0  generic    500 kB
hwcaps:                                     x86-64-v2  500 kB  12/12 units
hwcaps:                                     x86-64-v3  500 kB  12/12 units
hwcaps:                                     x86-64-v4  500 kB  12/12 units
hwcaps: libQt6OpenGLWidgets.so.6            generic    0 B
hwcaps:                                     x86-64-v2  dropped: same as generic
hwcaps:                                     x86-64-v4  dropped: same as x86-64-v2"""


@pytest.mark.parametrize("names", [
    ["x86-64-v3"], LEVELS, ["x86-64-v2", *LEVELS], ["power9", "power10"],
    ["z13", "z14", "z15", "z16", "z17"],
], ids=len)
@pytest.mark.parametrize("soname", ["libz.so.1", "libopencv_intensity_transform.so.410"])
def test_table_fits_into_100_columns(soname: str, names: list[str]) -> None:
    shipped = [row("libavcodec-extra.so.61", name, units="1024/1024") for name in names]
    rows = [row(soname, name, f"same as {names[-1]}") for name in names] + shipped
    table = report.table(rows, {}, names)
    assert len(table) > 1
    assert max(map(len, table)) <= 100
    assert all(any(name in line for line in table) for name in names)


def test_same_soname_in_two_directories() -> None:
    rows = [row("liba.so.1", "z15"), row("liba.so.1", "z15", "no code", directory="/lib")]
    sizes = {(LIB, "liba.so.1", ""): 1000, (LIB, "liba.so.1", "z15"): 2000,
             ("/lib", "liba.so.1", ""): 3000}
    assert report.table(rows, sizes, ["z15"]) == [
        "hwcaps: library    generic  z15",
        "hwcaps: liba.so.1     1 kB  2 kB  units unknown",
        "hwcaps: liba.so.1     3 kB  dropped: no code",
    ]


RESULTS = [
    Result(level="x86-64-v3", seconds=61.6, tests="passed", disk=1_200_000_000),
    Result(level="x86-64-v4", seconds=60.0, tests="unsupported", disk=1_300_000_000),
]


@pytest.mark.parametrize(("rows", "results", "said"), [
    ([row("a", "x86-64-v3"), row("a", "x86-64-v4")], RESULTS,
     "hwcaps: 2 variant files; generic 40 s, levels 62 s (2 at a time), 2.5 GB of disk at most"),
    ([row("a", "x86-64-v3"), row("a", "x86-64-v4", "no code")], RESULTS[:1],
     "hwcaps: 1 variant file; generic 40 s, levels 62 s, 1.2 GB of disk at most"),
    ([], [], "hwcaps: 0 variant files; generic 40 s, levels 62 s, 0 B of disk at most"),
], ids=["two", "one", "none"])
def test_summary(rows: list[Row], results: list[Result], said: str) -> None:
    times = Times(generic=40.4, levels=61.6, at_once=max(1, len(results)))
    assert report.summary(rows, results, times) == said


@pytest.mark.parametrize(("count", "text"), [
    (0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1499, "1 kB"), (999_000, "999 kB"),
    (10**6, "1.0 MB"), (9_940_000, "9.9 MB"), (10**7, "10 MB"), (12_345_678, "12 MB"),
    (10**9, "1.0 GB"), (123 * 10**9, "123 GB"),
])
def test_size(count: int, text: str) -> None:
    assert report.size(count) == text


def test_sizes_are_read_from_the_packages() -> None:
    foo = family("libfoo1", "avx2", "avx512")
    v3 = f"debian/libfoo1-avx2{LIB}/glibc-hwcaps/x86-64-v3"
    write(f"debian/libfoo1-generic{LIB}/liba.so.1", "g" * 10)
    write(f"{v3}/liba.so.1", "v" * 30)
    rows = [row("liba.so.1", "x86-64-v3"), row("liba.so.1", "x86-64-v4", "no code"),
            row("libgone.so.1", "x86-64-v3")]
    levels = [level("avx2"), level("avx512")]
    assert report.sizes(rows, {"libfoo1": foo}, levels) == {
        (LIB, "liba.so.1", ""): 10, (LIB, "liba.so.1", "x86-64-v3"): 30,
        (LIB, "libgone.so.1", ""): 0, (LIB, "libgone.so.1", "x86-64-v3"): 0,
    }


def test_document_is_json() -> None:
    rows = [row("liba.so.1", "x86-64-v3", units="1/1")]
    sizes = {(LIB, "liba.so.1", ""): 10, (LIB, "liba.so.1", "x86-64-v3"): 30}
    times = Times(generic=40.5, levels=61.5, at_once=1)
    assert json.loads(json.dumps(report.document(rows, sizes, RESULTS[:1], times))) == {
        "seconds": {"generic": 40.5, "levels": 61.5, "at_once": 1},
        "levels": [
            {"level": "x86-64-v3", "seconds": 61.6, "tests": "passed", "disk": 1_200_000_000},
        ],
        "libraries": [
            {"package": "libfoo1", "soname": "liba.so.1", "directory": LIB, "level": "x86-64-v3",
             "dropped": "", "units": "1/1", "dispatch": "", "size": 30, "generic_size": 10},
        ],
    }
