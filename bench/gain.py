# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What levels gain at run time, against the generic library and against -march=native."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.pins import PINS, Pin
from dhhwcaps import host, isa
from real import chroot, machine, sources
from real.cases import CASES
from real.chroot import ChrootError
from real.sources import Source, SourceError
from support import TOP, triplet

from bench import measure, surroundings, ways, workshop
from bench.measure import BenchError, Cost
from bench.ways import Way
from bench.workshop import HERE, Workshop

GENERIC, NATIVE = "generic", "native"
SUITE = "trixie"
DRIVERS = Path(__file__).with_name("drivers")
ROUNDS = 11
Result = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Libraries, and what runs them."""

    name: str
    """The source package's, or `example`."""
    does: str
    libraries: tuple[str, ...]
    """For -l; of the package, the one that is looked at first."""
    control: bool = False
    """Whether nothing is to be gained."""
    program: str = ""
    """Of the package, with its arguments; else a driver of that name is compiled."""


SUBJECTS = (
    Subject(name="example", does="integrates", libraries=("numkernel",), program="numfoo 60"),
    Subject(name="libfann", does="trains a network", libraries=("fann",)),
    Subject(name="libvorbis", does="encodes sound", libraries=("vorbis", "vorbisenc")),
    Subject(name="libsamplerate", does="changes the rate of sound", libraries=("samplerate",)),
    Subject(name="kissfft", does="transforms to frequencies and back",
            libraries=("kissfft-float",)),
    Subject(name="lz4", does="compresses, decompresses", libraries=("lz4",), control=True),
    Subject(name="bzip2", does="compresses, decompresses", libraries=("bz2",), control=True),
    Subject(name="libwebp", does="compresses, decompresses", libraries=("webp",), control=True),
)
KISSFFT = Source("kissfft", "bookworm", "131.1.0-4.1~deb12u1",
                 "f1127030755a796521f8f0977f448a5c450d00e743cf316333c3bc860e137eb2")
EXAMPLE = "example"


def run(rounds: int, only: Sequence[str]) -> Result:
    """Measure the subjects, or those that are named; return what the page is made of."""
    machine.prepare()
    around = surroundings.read()
    wanted = [subject for subject in SUBJECTS if not only or subject.name in only]
    with machine.workspace("bench-addon") as where:
        addon = sources.addon(where)
        found = [_guarded(subject, addon, rounds, where / "log") for subject in wanted]
    return {"machine": around, "subjects": found}


def _guarded(subject: Subject, addon: Sequence[Path], rounds: int, log: Path) -> Result:
    known = {"subject": subject.name, "does": subject.does, "control": subject.control}
    try:
        with _opened(subject, addon, log) as shop:
            return known | _measured(subject, shop, rounds)
    except (BenchError, ChrootError, SourceError) as error:
        print(f"{subject.name}: failed\n{error}", flush=True)
        return known | {"failed": str(error).strip().splitlines()[0]}


@contextmanager
def _opened(subject: Subject, addon: Sequence[Path], log: Path) -> Iterator[Workshop]:
    if subject.name != EXAMPLE:
        pins = [*PINS, *(Pin(case=case) for case in CASES), workshop.pin(KISSFFT)]
        with workshop.opened(next(p for p in pins if p.name == subject.name), addon, log) as shop:
            yield shop
        return
    with workshop.system(SUITE, addon) as made:
        workshop.place(made, TOP / "example", "split")
        made.run(*chroot.APT, "--no-install-recommends", "build-dep", f"{HERE}/split")
        yield Workshop(system=made, log=log)


def native() -> Way:
    """Return the way that builds the same source for this very CPU, without levels."""
    return Way(name=NATIVE, split=True, env=ways.appended(["-march=native"]))


def _measured(subject: Subject, shop: Workshop, rounds: int) -> Result:
    shop.build(Way(name=ways.LEVELS, split=True))
    places = {ways.LEVELS: shop.keep(ways.LEVELS)}
    source = re.findall(r"^Source: (.+)", (shop.system.path(f"{HERE}/split/debian/control")
                                           .read_text()), re.MULTILINE)[0]
    shop.build(native(), ("-b", f"-Ppkg.{source}.nohwcaps"))
    places[NATIVE] = shop.keep(NATIVE)
    program = _program(subject, shop, places[ways.LEVELS])
    runs = {name: command(name, places, program) for name in
            (GENERIC, *(level.name for level in supported(host.supported())), NATIVE)}
    for name, argv in runs.items():
        _check(subject, shop, name, argv, places)
    costs: dict[str, list[Cost]] = {name: [] for name in runs}
    for number in range(-1, rounds):
        # The first round only warms up.
        for name in ways.turn(tuple(runs), number):
            cost = measure.run(shop.system.entering(*runs[name]), shop.log,
                               env=chroot.ENVIRONMENT)
            costs[name] += [cost] if number >= 0 else []
    print(f"{subject.name}: " + ", ".join(
        f"{name} {min(cost.cpu for cost in kept):.2f} s" for name, kept in costs.items()
    ), flush=True)
    return {"tools": shop.versions(),
            "costs": {name: [asdict(cost) for cost in kept] for name, kept in costs.items()}}


def supported(able: frozenset[str]) -> tuple[isa.Level, ...]:
    """Return the levels that are built and that this machine can run, lowest first."""
    return tuple(level for level in ways.levels() if level.name in able)


def command(name: str, places: dict[str, str], program: Sequence[str]) -> list[str]:
    """Return how the program is run with the libraries of a level, or those for this CPU.

    By the loader, which masks levels as `hwcaps bench` lets it.
    """
    level = isa.named(name)
    place = places[NATIVE if name == NATIVE else ways.LEVELS]
    return [host.loader(), "--glibc-hwcaps-mask", ":".join(isa.upto(level)) if level else name,
            "--library-path", f"{place}/usr/lib/{triplet()}", *program]


def _program(subject: Subject, shop: Workshop, place: str) -> list[str]:
    if subject.program:
        name, *arguments = subject.program.split()
        return [f"{place}/usr/bin/{name}", *arguments]
    for path in (DRIVERS / f"{subject.name}.c", DRIVERS / "input.h"):
        shutil.copy(path, shop.system.path(HERE))
    shop.system.run(
        "gcc", "-O2", f"{HERE}/{subject.name}.c", f"-I{place}/usr/include",
        f"-L{place}/usr/lib/{triplet()}", *(f"-l{name}" for name in subject.libraries), "-lm",
        "-o", f"{HERE}/driver",
    )
    return [f"{HERE}/driver"]


def _check(
    subject: Subject, shop: Workshop, name: str, argv: Sequence[str], places: dict[str, str]
) -> None:
    """Raise BenchError when the loader takes another library than the one that is measured."""
    # Without the program's arguments, which --list would take for symbols to look up.
    end = argv.index("--library-path") + 3
    said = shop.system.run(argv[0], "--list", *argv[1:end])
    level = isa.named(name)
    place = f"{places[NATIVE if name == NATIVE else ways.LEVELS]}/usr/lib/{triplet()}/"
    wanted = f"{place}{isa.SUBDIRECTORY}/{level.name}/" if level else place
    if f"=> {wanted}lib{subject.libraries[0]}.so" not in said:
        raise BenchError(f"{subject.name} at {name}: lib{subject.libraries[0]} is not in {wanted}")
