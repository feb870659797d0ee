# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Command lines that nobody means."""

from __future__ import annotations

import guard
import pytest
from dhhwcaps import main, options
from dhhwcaps.admin import command as admin
from dhhwcaps.check import command as checking
from dhhwcaps.convert import command as converting
from dhhwcaps.source import consumer, rebuild
from hypothesis import given
from hypothesis import strategies as st

PARSERS = (options.parser("dh_hwcaps"), admin.parser(), checking._parser(), converting._parser(),
           rebuild._parser())
KNOWN = sorted({word for parser in PARSERS for action in parser._actions
                for word in (*action.option_strings, *map(str, action.choices or ()))})
HELP = {"-h", "--help"}
ODD = st.text(st.characters(blacklist_characters="\0"), max_size=10)
WORD = st.one_of(
    st.sampled_from([word for word in KNOWN if word not in HELP]), ODD,
    st.builds("{}={}".format, st.sampled_from(KNOWN), ODD), st.builds("-O{}".format, ODD),
    st.sampled_from(["-O", "--", "-", "x86-64-v3:warn", "avx2:off", ":fail", "-pa", "-n", "2"]),
)
WORDS = st.lists(WORD.filter(lambda word: not word.startswith(("-h", "--help"))), max_size=6)
ENVIRON = st.fixed_dictionaries({}, optional={
    "DH_OPTIONS": ODD, "DH_INTERNAL_OPTIONS": st.lists(WORD, max_size=4).map("\x1e".join),
    "DH_VERBOSE": ODD, "DH_NO_ACT": ODD,
})
STEPS = sorted({*main.STEPS, *main.IN_COPY, *consumer.STEPS, "dh_hwcaps_odd"})


@given(WORDS, ENVIRON)
def test_steps(words: list[str], environ: dict[str, str]) -> None:
    with guard.bounded():
        found = options.parse("dh_hwcaps_build", words, environ)
        assert found.test_mode("x86-64-v3") in options.TEST_MODES


@given(WORDS)
def test_other_commands(words: list[str]) -> None:
    for parser in PARSERS:
        try:
            with guard.bounded():
                parser.parse_args(words)
        except SystemExit as ended:  # By --help, or what stands for it.
            assert ended.code == 0
    with guard.bounded():
        admin.split(words)


@given(st.sampled_from(STEPS), WORDS)
def test_commands_where_there_is_no_source(
    capsys: pytest.CaptureFixture[str], step: str, words: list[str]
) -> None:
    with guard.bounded():
        assert main.main([step, *(w for w in words if w not in ("rebuild",))]) in (0, 1, 2)
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert not said or f"{step}: error: " in said or f"{step}: warning: " in said
