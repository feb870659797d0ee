# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual pages are well-formed and complete."""

from __future__ import annotations

import re
import subprocess
import textwrap
from dataclasses import fields
from pathlib import Path

import pytest
from dhhwcaps import control, environment, isa, main, options, plan, relations
from dhhwcaps.admin import command as admin_command
from dhhwcaps.check import command as checking
from dhhwcaps.check.finding import Finding, document
from dhhwcaps.convert import command
from dhhwcaps.source import consumer, package, rebuild, unpack

TOP = Path(__file__).resolve().parents[2]
PAGES = sorted((TOP / "man").glob("*.pod"))
COMMANDS = (TOP / "man/dh_hwcaps.pod").read_text()
ADMIN = (TOP / "man/hwcaps.pod").read_text()
GUIDE = (TOP / "man/dh-hwcaps.7.pod").read_text()


def section(page: str, heading: str) -> str:
    """Return the text below a first-level heading."""
    return page.split(f"=head1 {heading}\n", 1)[1].split("\n=head1 ", 1)[0]


def documented(text: str) -> set[str]:
    """Return the options that `=item` lines name."""
    items = re.findall(r"^=item (.*)$", text, re.MULTILINE)
    return {name for item in items for name in re.findall(r"B<(--?[a-zA-Z-]+)", item)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_podchecker_finds_nothing(page: Path) -> None:
    said = subprocess.run(
        ["podchecker", "-warnings", "-warnings", page], capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr) == (0, f"{page} pod syntax OK.\n")


def test_options_in_page_are_those_of_the_parser() -> None:
    actions = options.parser("dh_hwcaps")._actions
    accepted = {name for action in actions for name in action.option_strings}
    assert documented(section(COMMANDS, "OPTIONS")) == accepted - {"-h", "--help"}


def test_options_of_convert_in_page_are_those_of_its_parser() -> None:
    accepted = {name for action in command._parser()._actions for name in action.option_strings}
    assert documented(section(COMMANDS, "OPTIONS OF CONVERT")) == accepted - {"-h", "--help"}


def test_options_of_check_in_page_are_those_of_its_parser() -> None:
    accepted = {name for action in checking._parser()._actions for name in action.option_strings}
    assert documented(section(COMMANDS, "OPTIONS OF CHECK")) == accepted - {"-h", "--help"}


def test_options_of_rebuild_in_page_are_those_of_its_parser() -> None:
    accepted = {name for action in rebuild._parser()._actions for name in action.option_strings}
    assert documented(section(COMMANDS, "OPTIONS OF REBUILD")) == accepted - {"-h", "--help"}


def test_rules_of_check_are_in_the_page() -> None:
    modules = [*(TOP / "lib/dhhwcaps/check").glob("*.py"),
               TOP / "lib/dhhwcaps/faults.py", TOP / "lib/dhhwcaps/relations.py"]
    text = "".join(module.read_text() for module in modules)
    known = set(re.findall(r'(?:rule=|in_control\(\s*|in_rules\(\s*|_in_file\(\s*'
                           r'|in_rules\(\s*subject,\s*)"([a-z]+(?:-[a-z]+)*)"', text))
    items = re.findall(r"^=item (B<.*)$", section(COMMANDS, "RULES OF CHECK"), re.MULTILINE)
    assert {name for item in items for name in re.findall(r"B<([a-z-]+)>", item)} == known


def test_keys_of_the_document_of_check_are_in_the_page() -> None:
    text = section(COMMANDS, "OPTIONS OF CHECK")
    keys = [*document("foo", [], []), *(field.name for field in fields(Finding))]
    assert [key for key in keys if f"B<{key}>" not in text] == []


def test_options_of_hwcaps_in_page_are_those_of_its_parser() -> None:
    top = admin_command.parser()
    names = next(action for action in top._actions if action.dest == "command")
    common = {name for action in top._actions for name in action.option_strings}
    own = {name for action in names.choices["bench"]._actions for name in action.option_strings}
    assert documented(section(ADMIN, "OPTIONS")) == common - {"-h", "--help"}
    assert documented(section(ADMIN, "OPTIONS OF BENCH")) == own - common
    commands = re.findall(r"^=item B<(\w+)", section(ADMIN, "COMMANDS"), re.MULTILINE)
    assert set(commands) == set(names.choices)


def test_completion_knows_commands_and_options() -> None:
    text = (TOP / "completion/hwcaps").read_text()
    words = documented(ADMIN) - {"-n"} | set(re.findall(r"^=item B<(\w+)", ADMIN, re.MULTILINE))
    assert [word for word in words if word not in text and not word.isdigit()] == []


def test_levels_that_convert_proposes_are_in_the_page() -> None:
    text = section(COMMANDS, "OPTIONS OF CONVERT")
    assert [word for word in isa.PROPOSED if word not in text] == []


def test_choices_of_options_are_in_the_page() -> None:
    actions = [a for a in options.parser("dh_hwcaps")._actions if a.choices]
    for action in actions:
        choices = "|".join(f"B<{choice}>" for choice in action.choices)
        assert f"=item B<{action.option_strings[0]}>={choices}\n" in COMMANDS


def test_every_command_has_an_item() -> None:
    known = {*main.STEPS, *main.IN_COPY, *consumer.STEPS}
    items = set(re.findall(r"B<(dh_hwcaps\w*)>", section(COMMANDS, "COMMANDS")))
    items |= {name for line in re.findall(r"^=item (.*)$", section(COMMANDS, "STEPS"), re.MULTILINE)
              for name in re.findall(r"B<(\w+)>", line)}
    assert items == known


def test_makefile_installs_every_command() -> None:
    argv = ["make", "-s", "--no-print-directory", "-C", TOP, "commands"]
    said = subprocess.check_output(argv, text=True)
    assert set(said.split()) == {*main.STEPS, *main.IN_COPY, *consumer.STEPS}


def test_environment_variable_is_documented() -> None:
    for name in (environment.LEVEL, unpack.ROOT):
        assert f"=item B<{name}>" in section(COMMANDS, "ENVIRONMENT")


def examples(heading: str) -> list[str]:
    """Return the files that are shown below a second-level heading of the guide."""
    text = GUIDE.split(f"=head2 {heading}\n", 1)[1].split("\n=head", 1)[0]
    blocks = re.findall(r"(?:^ {4}.*\n|^\n(?= {4}))+", text, re.MULTILINE)
    return [textwrap.dedent(block.strip("\n") + "\n") for block in blocks]


@pytest.mark.parametrize(("name", "families"), [
    ("tensorflow", ["libtensorflow2"]), ("tensorflow-cuda", []),
    ("pytorch", ["libtorch2.14"]), ("pytorch-cuda", []),
])
def test_examples_of_whole_sources_are_valid(
    name: str, families: list[str], tmp_path: Path
) -> None:
    text, rules = examples(name)
    source = control.parse(text)
    names = {item.name for item in source.packages}
    for arch, levels in (("amd64", 2), ("arm64", 0)):
        selected = {item.name for item in source.packages
                    if {arch, "all", "any"} & set(item.architectures)}
        made = plan.make(source, arch=arch, selected=selected, baseline=())
        assert [family.name for family in made.families] == families
        assert len(made.levels) == (levels if families else 0)
        for family in made.families:
            assert relations.check(source, family, 13) == ()
    assert (source.name, bool(package.holders(source))) == (name, f"{name}-src" in names)
    (tmp_path / "rules").write_text(rules)
    said = subprocess.check_output(
        ["make", "--no-print-directory", "-n", "-f", "rules", "build"], cwd=tmp_path, text=True
    )
    assert said.startswith("dh build ")


@pytest.mark.parametrize("level", isa.LEVELS, ids=lambda level: level.name)
def test_table_of_levels_in_the_guide_is_the_one_in_the_code(level: isa.Level) -> None:
    rows = [re.split(r"  +", line.strip()) for line in section(GUIDE, "LEVELS").splitlines()]
    row = [level.arch, level.name, ", ".join(level.suffixes), str(level.gcc), level.glibc,
           level.support or "none"]
    assert row in rows
