# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of what may befall a family on a user's machine, and what it must come to."""

from __future__ import annotations

from dataclasses import dataclass

from subjects import ROLES

State = dict[str, str]
"""Role → version, of those that are installed."""

GET = "apt-get -q -y "
APT = "apt -q -y "


def state(text: str) -> State:
    """Return what a row of versions says: family, generic, avx2, avx512; "-" is not installed."""
    return {role: word for role, word in zip(ROLES, text.split(), strict=True) if word != "-"}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One command of the administrator, and what it must leave."""

    command: str
    """Words in braces stand for packages: a role for those of all families, `all` for all roles,
    `program`; `generic.deb` for files; `no_generic` for apt's "generic-"."""
    end: str
    """A row of versions."""
    offer: str = ""
    """The version that the archive has from now on."""
    without: str = ""
    """A role that the archive lacks."""
    support: bool = False
    """Whether the archive has the packages that refuse to be installed on a lesser CPU."""
    refused: bool = False
    """Whether the command must fail."""
    gap: bool = False
    """Whether the libraries may be missing meanwhile: what Debian does not support."""
    lowest: str = ""
    """The least CPU on which the libraries must be there."""
    audited: bool = True
    """Whether dpkg and apt must be content with what is left."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What happens to a system."""

    name: str
    start: str
    """`bare`, or what is installed by then: see test_lifecycle."""
    steps: tuple[Step, ...]
    subjects: tuple[str, ...] = ("numfoo", "bzip2")
    suites: tuple[str, ...] = ("bookworm", "trixie", "sid")


def _one(name: str, start: str, command: str, end: str, **more: object) -> Scenario:
    of_scenario = {key: more.pop(key) for key in ("subjects", "suites") if key in more}
    return Scenario(name=name, start=start, steps=(Step(command=command, end=end, **more),),
                    **of_scenario)


OLD = "old - - -"
SPLIT = "split split split split"
PLAIN = "split split - -"
NEXT = "next next next next"
NONE = "- - - -"
V3 = "x86-64-v3"
SUPPORTED = ("trixie", "sid")
"""Releases that have packages for levels of CPUs."""
NUMFOO = ("numfoo",)
"""dpkg cannot be without libbz2."""

SCENARIOS = (
    _one("first install", "bare", f"{GET} install {{program}}", SPLIT, offer="split",
         subjects=NUMFOO),
    _one("first install without Recommends", "bare",
         f"{GET} --no-install-recommends install {{program}}", PLAIN, offer="split",
         subjects=NUMFOO),
    _one("split by apt-get upgrade", "old", f"{GET} upgrade", OLD, offer="split"),
    _one("split by apt upgrade", "old", f"{APT} upgrade", SPLIT, offer="split"),
    _one("split by dist-upgrade", "old", f"{GET} dist-upgrade", SPLIT, offer="split"),
    _one("split by install of the family", "old", f"{GET} install {{family}}", SPLIT,
         offer="split"),
    Scenario(name="split without Recommends, and the next version", start="old", steps=(
        Step(command=f"{GET} -o APT::Install-Recommends=0 dist-upgrade", end=PLAIN, offer="split"),
        Step(command=f"{GET} -o APT::Install-Recommends=0 upgrade", end="next next - -",
             offer="next"),
    )),
    _one("next version by apt-get upgrade", "split", f"{GET} upgrade", NEXT, offer="next"),
    _one("next version by apt upgrade", "split", f"{APT} upgrade", NEXT, offer="next"),
    _one("next version by dist-upgrade", "split", f"{GET} dist-upgrade", NEXT, offer="next"),
    _one("next version of generic is asked for", "split", f"{GET} install {{generic}}", NEXT,
         offer="next"),
    _one("next version of a variant is asked for", "split", f"{GET} install {{avx2}}", NEXT,
         offer="next"),
    Scenario(name="a variant is held", start="split", steps=(
        Step(command="apt-mark hold {avx2}", end=SPLIT),
        Step(command=f"{GET} upgrade", end=SPLIT, offer="next"),
        Step(command=f"{GET} dist-upgrade", end=SPLIT),
        Step(command="apt-mark unhold {avx2}", end=SPLIT),
        Step(command=f"{GET} upgrade", end=NEXT),
    )),
    Scenario(name="the archive lacks a variant", start="split", steps=(
        Step(command=f"{GET} upgrade", end=SPLIT, offer="next", without="avx2"),
        Step(command=f"{GET} dist-upgrade", end="next next - next"),
    )),
    Scenario(name="single packages by dpkg", start="split", steps=(
        Step(command="dpkg --install {generic.deb}", end=SPLIT, offer="next", refused=True),
        Step(command="dpkg --install {avx2.deb}", end=SPLIT, refused=True),
        Step(command="dpkg --install {avx512.deb}", end=SPLIT, refused=True),
        Step(command="dpkg --install {family.deb}", end=SPLIT, refused=True),
    )),
    Scenario(name="single packages of the split by dpkg", start="old", steps=(
        Step(command="dpkg --install {generic.deb}", end=OLD, offer="split", refused=True),
        Step(command="dpkg --install {avx2.deb}", end=OLD, refused=True, audited=False),
        Step(command="dpkg --install {family.deb}", end=OLD, refused=True, audited=False),
    )),
    _one("reinstallation", "split", f"{GET} --reinstall install {{all}}", SPLIT, offer="split"),
    _one("purge of a variant", "split", f"{GET} purge {{avx2}}", "split split - split"),
    _one("removal of generic", "split", f"{GET} remove {{generic}}", NONE, subjects=NUMFOO),
    _one("removal of generic, which dpkg needs", "split", f"{GET} remove {{generic}}", SPLIT,
         subjects=("bzip2",), refused=True),
    Scenario(name="autoremoval", start="split", subjects=NUMFOO, steps=(
        Step(command=f"{GET} remove {{program}}", end=SPLIT),
        Step(command=f"{GET} autoremove", end=NONE),
    )),
    _one("purge of all", "split", f"{GET} purge {{program}} {{all}}", NONE, subjects=NUMFOO),
    Scenario(name="a level is dropped", start="split", steps=(
        Step(command=f"{GET} upgrade", end=SPLIT, offer="dropped"),
        Step(command=f"{GET} dist-upgrade", end="dropped dropped dropped -"),
    )),
    Scenario(name="the split is given up", start="split", steps=(
        Step(command=f"{GET} upgrade", end=SPLIT, offer="unsplit"),
        Step(command=f"{GET} dist-upgrade", end="unsplit unsplit - -"),
        Step(command=f"{GET} autoremove", end="unsplit - - -"),
    )),
    Scenario(name="backport, then the release's version", start="old", steps=(
        Step(command=f"{GET} dist-upgrade", end="backport " * 4, offer="backport"),
        Step(command=f"{GET} upgrade", end=SPLIT, offer="split"),
    )),
    Scenario(name="only a variant", start="bare", subjects=NUMFOO, suites=SUPPORTED, steps=(
        Step(command=f"{GET} --no-install-recommends install {{program}} {{avx2}} {{no_generic}}",
             end="split - split -", offer="split", support=True, lowest=V3),
        Step(command=f"{GET} dist-upgrade", end="next - next -", offer="next", support=True,
             lowest=V3),
        Step(command=f"{GET} install {{generic}}", end="next next next -", lowest=V3),
        Step(command="true", end="next next next -"),
    )),
    _one("only a variant, without a package of its level", "bare",
         f"{GET} install {{program}} {{avx2}} {{no_generic}}", NONE, offer="split",
         subjects=NUMFOO, refused=True),
    _one("removal of generic, with a package of the variant's level", "split",
         f"{GET} remove {{generic}}", "split - split -", offer="split", support=True, lowest=V3,
         suites=SUPPORTED),
    # apt does not see that newer variants break an older generic package.
    Scenario(name="downgrade", start="next", steps=(
        Step(command=f"{GET} remove {{avx2}} {{avx512}}", end="next next - -"),
        Step(command=f"{GET} --allow-downgrades dist-upgrade", end=PLAIN, offer="split"),
        Step(command=f"{GET} install {{avx2}} {{avx512}}", end=SPLIT),
    )),
    # Not of a library that dpkg needs: while it is missing, dpkg cannot unpack anything.
    _one("downgrade to before the split", "split",
         f"{GET} --allow-downgrades install {{program}} {{family}} {{no_generic}}", OLD,
         offer="old", gap=True, subjects=NUMFOO),
)
