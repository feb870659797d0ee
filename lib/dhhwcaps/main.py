# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""From the name by which the program is called to the step."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from dhhwcaps import autoreconf, boundary, copy, options, steps
from dhhwcaps.errors import UsageError
from dhhwcaps.source import consumer
from dhhwcaps.source.consumer import Consumer

STEPS: dict[str, Callable[[steps.Build], None]] = {
    "dh_hwcaps": steps.show,
    "dh_hwcaps_prepare": steps.prepare,
    "dh_hwcaps_build": steps.build,
    "dh_hwcaps_install": steps.install,
    "dh_hwcaps_split": steps.split,
    "dh_hwcaps_substvars": steps.substvars,
}
IN_COPY: dict[str, Callable[[copy.Here], None]] = {
    "dh_hwcaps_before_autoreconf": autoreconf.before,
    "dh_hwcaps_before_test": copy.before_test,
    "dh_hwcaps_after_test": copy.after_test,
    "dh_hwcaps_collect": copy.collect,
    # Hand-written rules call these two in a copy as they do outside.
    "dh_hwcaps_install": copy.collect,
    "dh_hwcaps_split": copy.collect,
}


def main(argv: Sequence[str]) -> int:
    """Run the step that `argv[0]` names; return the exit code."""
    name = Path(argv[0]).name
    return boundary.guarded(name, lambda: _step(name, argv[1:]))


def _step(name: str, words: Sequence[str]) -> int | None:
    if name == "dh_hwcaps" and words[:1] == ["convert"]:
        from dhhwcaps.convert import command  # Needs much that no step of a build needs.

        command.main(list(words[1:]))
        return None
    if name == "dh_hwcaps" and words[:1] == ["check"]:
        from dhhwcaps.check import command as checking

        return checking.main(list(words[1:]))
    if name == "dh_hwcaps" and words[:1] == ["rebuild"]:
        from dhhwcaps.source import rebuild

        rebuild.main(list(words[1:]))
        return None
    where = copy.here(os.environ)
    if name in consumer.STEPS:  # In copies too.
        chosen = options.parse(name, words, os.environ)
        consumer.STEPS[name](Consumer.read(chosen, os.environ))
    elif where:
        _in_copy(name, where)
    elif name in STEPS:
        chosen = options.parse(name, words, os.environ)
        STEPS[name](steps.Build.read(chosen, os.environ))
    elif name in IN_COPY:
        raise UsageError(f"{name} runs only in the copy of a source that is built for a level")
    else:
        known = ", ".join([*STEPS, *consumer.STEPS])
        raise UsageError(f"no step has the name {name}", f"Steps: {known}.")
    return None


def _in_copy(name: str, where: copy.Here) -> None:
    # The outer build's steps are none of the copy's business.
    step = IN_COPY.get(name)
    if step and not (step is copy.collect and copy.collected(where)):
        step(where)
