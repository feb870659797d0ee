# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""dpkg is killed in the middle of an upgrade, at many stages from its beginning to its end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import table
from life import Life, MissingError
from real import chroot, loading, machine
from scenarios import GET
from stage import Stage
from stepwise import Change

pytestmark = pytest.mark.system

KILLS = 24
REPAIR = f"""
dpkg-query -W -f '${{db:Status-Eflag}} ${{Package}}\\n' | sed -n 's/^reinstreq //p' |
while read package; do
dpkg --auto-deconfigure --install {chroot.REPOSITORY}/"$package"_*.deb
done
"""
"""What dpkg asks for: "you should reinstall it before attempting configuration"."""
MEND = {suite: f"{GET} {'-o APT::Solver=internal ' if suite == 'sid' else ''}-f install"
        for suite in machine.SUITES}
"""Solver 3.0, sid's default, would remove the generic package, which holds the libraries by then,
to keep the family of before the split; see dh-hwcaps(7)."""
UPGRADE = [*GET.split(), "dist-upgrade"]


class Count:
    """Counts what dpkg changes, its own files included; tells to kill after so many changes."""

    def __init__(self, last: int = -1) -> None:
        self.last = last
        self.seen = 0
        self.at = ""

    def __call__(self, change: Change) -> bool:
        if not change.names[0].startswith(("/var/lib/apt/", "/var/cache/", "/var/log/", "/tmp/")):
            self.seen += 1
            self.at = f"{change.call} {' '.join(change.names)}"
        return self.seen != self.last


@pytest.mark.parametrize(("before", "after"), [("old", "split"), ("split", "next")])
def test_killed_at_every_stage(
    stage: Stage, before: str, after: str, record_property: Callable
) -> None:
    count = Count()
    with chroot.copy(stage.at(before, after)) as system:
        Life(system, stage.packages).watched(*UPGRADE, until=count)
    assert count.seen > 4 * KILLS
    stride = count.seen // KILLS
    # Other stages in each release.
    first = 1 + machine.SUITES.index(stage.suite) * stride // len(machine.SUITES)
    failed = [_kill(stage, before, after, number) for number in range(first, count.seen, stride)]
    # Sometimes it is only a child that cleans up.
    assert sum(failed) > KILLS // 2
    record_property(table.SEEN, (stage.packages.subject.name, f"dpkg killed, {before} to {after}",
                                 stage.suite, f"{after} at last, {sum(failed)} times"))


def _kill(stage: Stage, before: str, after: str, number: int) -> bool:
    # Return whether apt-get failed by it.
    with chroot.copy(stage.at(before, after)) as system:
        life = Life(system, stage.packages)
        count = Count(number)
        failed = bool(life.watched(*UPGRADE, until=count).returncode)
        whole = f"{life.subject.program} {' '.join(life.packages.live(after))}"
        said = ""
        for command in ("dpkg --configure -a", REPAIR, MEND[stage.suite],
                        f"{GET} install {whole}"):
            for level in loading.levels():
                try:
                    life.load(level)
                except MissingError as error:
                    pytest.fail(f"killed after {count.at}, before {command}: {error}\n{said}")
            done = system.attempt("sh", "-c", command)
            said = done.stdout
        assert not done.returncode, (count.at, done.stdout)
        life.settled(" ".join([after] * 4))
        return failed
