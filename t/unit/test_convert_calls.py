# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Where `dh_hwcaps convert` calls the steps in rules that do not run dh."""

from __future__ import annotations

import pytest
from dhhwcaps.convert import calls, makefile
from dhhwcaps.errors import ControlError

RULES = """\
#!/usr/bin/make -f
32-ARCHS=amd64
ifneq (,$(filter $(DEB_HOST_ARCH),$(32-ARCHS)))
EXTRA_BUILD=build32-stamp
\tAR=ar
endif

configure-stamp: configure
\tdh_testdir

\tCFLAGS="$(CFLAGS)" \\
\t    ./configure
\ttouch $@

build: build-arch build-indep
build-indep:

build-arch: build-stamp $(EXTRA_BUILD)
build-stamp: configure-stamp
\t$(MAKE)
\ttouch $@

build32-stamp: configure-stamp
\ttouch $@

clean:
\tdh_clean

install: build
\tdh_prep
\t$(MAKE) install DESTDIR=debian/tmp

binary-arch: build install
\tdh_testroot
\tdh_install -a
\tdh_strip -a
\tdh_makeshlibs -plibfoo2 -V
ifeq (,$(filter nobiarch,$(DEB_BUILD_PROFILES)))
ifneq (,$(filter $(DEB_HOST_ARCH), $(32-ARCHS)))
\tdh_makeshlibs -plib32foo2
endif
endif
\tdh_installdeb -a
\tdh_shlibdeps -a -- \\
\t  -x
\tdh_gencontrol -a
\tdh_builddeb -a

binary-indep: build install
binary: binary-indep binary-arch
.PHONY: build
"""


def added(text: str, *, indep: bool = False) -> dict[str, str]:
    """Return what was inserted: call → the line above it, with nothing else changed."""
    made = calls.insert(text, indep=indep).text.splitlines()
    before = text.splitlines()
    found, line = {}, iter(before)
    for number, ours in enumerate(made):
        if "dh_hwcaps" in ours:
            found[ours.strip()] = made[number - 1].strip()
        else:
            assert next(line) == ours
    assert not list(line)
    return found


def test_each_step_has_its_place() -> None:
    assert added(RULES) == {
        "dh_hwcaps_prepare": "",
        "dh_hwcaps_build": "build-arch: build-stamp $(EXTRA_BUILD)",
        "dh_hwcaps_install -a": "dh_install -a",
        "dh_hwcaps_split -a": "endif",
        "dh_hwcaps_substvars -a": "-x",
    }
    made = calls.insert(RULES, indep=False)
    assert "dh_testdir\n\n\tdh_hwcaps_prepare\n\tCFLAGS" in made.text
    assert "endif\nendif\n\tdh_hwcaps_split" in made.text
    assert made.places == ("configure-stamp", "build-arch", "binary-arch")
    assert made.text.splitlines()[made.split - 1] == "\tdh_hwcaps_split -a"


def test_libraries_are_installed_before_whatever_strips_them() -> None:
    looped = RULES.replace("\tdh_strip -a\n", "\tfor p in a b; do dh_strip -p$$p; done\n")
    assert added(looped)["dh_hwcaps_install -a"] == "dh_install -a"
    assert added(RULES.replace("\tdh_strip -a\n", "\t-dh_strip -a || true\n")) == added(RULES)
    comment = RULES.replace("\tdh_strip -a\n", "\t# dh_strip\n\tdh_fixperms\n")
    assert added(comment)["dh_hwcaps_install -a"] == "dh_fixperms"


def test_what_is_there_is_known() -> None:
    assert not calls.named(RULES)
    assert calls.named(calls.insert(RULES, indep=False).text)
    assert not calls.named("# dh_hwcaps_split\nx:\n\techo dh_hwcaps_split\n")


def test_one_recipe_for_all_packages_by_another_make() -> None:
    common = RULES.replace("binary-arch: build install\n", "binary-common:\n").replace(" -a", "")
    common += "\nbinary-arch: build\n\t$(MAKE) -f debian/rules DH_OPTIONS=-a binary-common\n"
    assert added(common)["dh_hwcaps_install"] == "dh_install"
    assert calls.insert(common, indep=False).binary == {"binary-common"}


def test_levels_are_built_wherever_dpkg_enters() -> None:
    both = RULES.replace("build: build-arch build-indep\n", "build: build-stamp\n")
    assert calls.insert(both, indep=False).text.count("\tdh_hwcaps_build\n") == 2
    through = RULES.replace("build: build-arch build-indep\n", "build: build-stamp\n").replace(
        "build-arch: build-stamp $(EXTRA_BUILD)", "build-arch: build")
    assert added(through)["dh_hwcaps_build"] == "build: build-stamp"
    alone = through.replace("build-arch: build\n", "")
    assert added(alone)["dh_hwcaps_build"] == "build: build-stamp"
    recipe = RULES.replace("$(EXTRA_BUILD)\n", "\n\tdh_testdir\n\t@touch done\n")
    assert added(recipe)["dh_hwcaps_build"] == "dh_testdir"


def test_packages_for_all_architectures_build_no_level() -> None:
    wrapped = calls.insert(RULES, indep=True).text
    assert (
        "ifeq (,$(filter build-indep binary-indep,$(MAKECMDGOALS)))\n\tdh_hwcaps_build\nendif\n"
        in wrapped
    )
    apart = RULES.replace("binary-indep: build install", "binary-indep:")
    assert added(apart, indep=True)["dh_hwcaps_build"] == "build-arch: build-stamp $(EXTRA_BUILD)"


def test_variables_with_one_value_are_filled_in() -> None:
    named = RULES.replace("build-arch: build-stamp", "first := build-stamp\nbuild-arch: $(first)")
    assert "dh_hwcaps_prepare" in added(named)
    nested = makefile.variables("so := 27\nlib := libgsl$(so)\ntwo := a b\ntwice = a\ntwice = b\n")
    assert nested == {"so": "27", "lib": "libgsl27"}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("dh_shlibdeps -a", "echo", "dh_shlibdeps is called 0 times"),
        ("\tdh_gencontrol", "\tdh_shlibdeps -plibfoo2\n\tdh_gencontrol", "called 2 times"),
        ("\tdh_strip -a\n", "\tdh_strip -a\n\tdh_install -plibfoo-dev\n", "comes after dh_strip"),
        ("dh_shlibdeps -a", "dh_installdeb -a\n\tdh_makeshlibs -a\n\tdh_shlibdeps -a", "before"),
        ("$(MAKE) install D", "dh_makeshlibs -a; D", "part of a longer command"),
        ("dh_makeshlibs -plib32foo2", "for p in a b; do dh_makeshlibs -p$$p; done", "longer"),
        ("\tdh_prep\n", "\tdh_makeshlibs -plibbar\n", "not in the recipe of one target"),
        ("binary-arch: build install", "binary-%: build install", "in a pattern rule"),
        ("binary-arch: build install", "packages: build install", "binary-arch does not lead to"),
        ("build-arch: build-stamp $(EXTRA_BUILD)", "build-arch: $(EXTRA_BUILD)", "EXTRA_BUILD"),
        ("build-arch: build-stamp $(EXTRA_BUILD)", "build-arch:", "has no recipe"),
        ("clean:\n", "configure-stamp:\n\tother\nclean:\n", "has several recipes"),
        ("configure-stamp: configure\n\tdh_testdir\n", "ifdef X\nconfigure-stamp:\n\tx\nendif\n",
         "under a condition"),
        ("clean:\n", "define each\n\tdh_makeshlibs -p$(1)\nendef\nclean:\n", "define block (each)"),
    ],
)
def test_what_is_not_clear_is_refused_with_the_recipe(old: str, new: str, reason: str) -> None:
    text = RULES.replace(old, new)
    assert text != RULES
    with pytest.raises(ControlError) as caught:
        calls.insert(text, indep=False)
    assert reason in caught.value.message
    assert "RULES WITHOUT DH" in caught.value.advice


def test_an_included_makefile_that_may_run_dh_is_named() -> None:
    text = "include /usr/share/dpkg/default.mk\n-include /usr/share/db/db.mk\n"
    with pytest.raises(ControlError, match=r"line 2 includes /usr/share/db/db\.mk") as caught:
        calls.insert(text, indep=False)
    assert "dh-sequence-hwcaps" in caught.value.advice
    assert calls.insert(f"{text}{RULES}", indep=False)


def test_doubts() -> None:
    rules = "install:\n\tdh_prep\n\tdh_clean\nclean:\n\tdh_clean\n"
    assert [line for line, _what in calls.doubts(rules)] == [3, 1]
    assert calls.doubts(rules.replace("\tdh_clean\nc", "\tdpkg-buildflags\nc")) == []


def test_rules_are_read_as_make_reads_them() -> None:
    text = (
        "a b: c \\\n  d | e # f\n\n# comment\n\tone \\\n\ttwo\nifeq (x,y)\n\tthree\nelse\n\tfour\n"
        "endif\nX: Y = z\nn ::= 1\nexport O=a:b\n%: ; dh $@\n"
    )
    first, last = makefile.parse(text)
    assert (first.targets, first.prerequisites) == (("a", "b"), ("c", "d", "e"))
    assert [(c.text, c.number, c.start, c.end) for c in first.recipe] == [
        ("one two", 5, 5, 6), ("three", 8, 7, 11), ("four", 10, 7, 11),
    ]
    assert (last.targets, last.inline, last.recipe[0].text) == (("%",), True, "dh $@")
    assert makefile.reached((first, last), "a") == {"a", "c", "d", "e"}


@pytest.mark.parametrize(("before", "after", "said"), [
    ("binary-arch: build install\n\tdh_testroot\n", "binary-arch: build install; dh_testroot\n",
     "dh_shlibdeps is in a rule with a semicolon"),
    ("clean:", "define odd\n\tdh_makeshlibs\nendef\n\nclean:",
     "dh_makeshlibs or dh_shlibdeps is in a define block (odd)"),
])
def test_recipes_that_are_not_plain(before: str, after: str, said: str) -> None:
    with pytest.raises(ControlError) as caught:
        calls.insert(RULES.replace(before, after), indep=False)
    assert said in str(caught.value)


def test_a_define_block_that_calls_nothing_of_ours_does_not_matter() -> None:
    assert added(RULES.replace("clean:", "define odd\n\techo\nendef\n\nclean:")) == added(RULES)


def test_a_recipe_that_only_tests_is_prepared_at_its_end() -> None:
    bare = RULES.replace('\n\tCFLAGS="$(CFLAGS)" \\\n\t    ./configure\n\ttouch $@\n', "")
    assert added(bare)["dh_hwcaps_prepare"] == "dh_testdir"


def test_levels_are_not_built_by_a_rule_under_a_condition() -> None:
    inside = RULES.replace("build-arch: build-stamp $(EXTRA_BUILD)\n",
                           "ifdef X\nbuild-arch: build-stamp $(EXTRA_BUILD)\nendif\n")
    assert calls.insert(inside, indep=False).text.count("\tdh_hwcaps_build\n") == 0


def test_a_makefile_may_end_in_a_continued_line_and_in_conditions_too_many() -> None:
    assert list(makefile.logical("a:\n\tb \\\n")) == [(1, 1, "a:"), (2, 2, "\tb")]
    (rule,) = makefile.parse("a:\n\tb\nendif\n\tc\n")
    assert [command.text for command in rule.recipe] == ["b", "c"]
