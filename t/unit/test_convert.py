# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What `dh_hwcaps convert` makes of a debian/ directory, from the files to the files."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import control, plan
from dhhwcaps.convert import candidates, changes, closure, command, conversion, overrides
from dhhwcaps.convert.candidates import Packaging
from dhhwcaps.convert.closure import Need
from dhhwcaps.convert.conversion import Request
from dhhwcaps.convert.result import Result
from dhhwcaps.convert.rewrite import rewrite
from dhhwcaps.errors import ControlError, HwcapsError, UsageError

CONTROL = """\
Source: foo
# a comment
Section: libs
Priority: optional
Maintainer: A <a@example.org>
Build-Depends: debhelper-compat (= 13), cmake

Package: libfoo2
Architecture: any
Multi-Arch: same
Pre-Depends: ${misc:Pre-Depends}
Depends: ${shlibs:Depends}, ${misc:Depends}, foo-data (= ${source:Version})
Description: foo - runtime
 Foo does it.
 .
 This package contains the shared library.

# for developers
Package: libfoo-dev
Section: libdevel
Architecture: any
Depends: libfoo2 (= ${binary:Version}), ${misc:Depends}
Description: foo - development
 Foo does it.
"""
CHANGELOG = """\
foo (2.0-1) unstable; urgency=low

  * Old.

 -- A <a@example.org>  Thu, 01 Jan 2026 00:00:00 +0000
"""
RULES = "#!/usr/bin/make -f\n%:\n\tdh $@\n"
BY_HAND = """\
build:
\t$(MAKE)
binary-arch: build
\tdh_install
\tdh_makeshlibs
\tdh_shlibdeps
\tchrpath debian/libfoo2/usr/lib/x/libfoo.so
\tdh_gencontrol
"""
DATE = "Fri, 02 Jan 2026 00:00:00 +0000"


def packaging(text: str = CONTROL, **files: str) -> Packaging:
    named = {name.replace("__", "."): content for name, content in files.items()}
    install = {"libfoo2.install": "usr/lib/*/lib*.so.*\n"}
    return Packaging(
        files={"control": text, "changelog": CHANGELOG, "rules": RULES, **install, **named}
    )


def chosen(
    given: Packaging, *names: str, needed: dict[str, Need] | None = None, force: bool = False,
    levels: tuple[str, ...] = (),
) -> conversion.Choice:
    request = Request(packages=names, suffixes=levels, force=force)
    return conversion.choose(given, request, needed or {}, lambda arch, w: w in (arch, "any"))


def converted(given: Packaging, *names: str, levels: tuple[str, ...] = ()) -> Result:
    splits = chosen(given, *names, levels=levels).splits
    result = rewrite(given, splits, {}, DATE)
    conversion.check(result.files["control"] or "", splits)
    return result


def stanza(result: Result, name: str) -> str:
    return Packaging(files={"control": result.files["control"] or ""}).stanzas[name]


def is_subsequence(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(character in rest for character in part)


def test_the_stanzas_are_those_of_the_design() -> None:
    result = converted(packaging())
    assert stanza(result, "libfoo2-generic") == """\
Package: libfoo2-generic
Architecture: any
Multi-Arch: same
Depends: ${shlibs:Depends}, ${misc:Depends}
Breaks: ${hwcaps:Breaks}
Replaces: libfoo2 (<< 2.0-2~)
Description: foo - runtime (default CPU baseline)
 Foo does it.
 .
 This package contains the shared libraries of libfoo2, compiled for every CPU
 of the architecture.
"""
    variant = stanza(result, "libfoo2-avx2")
    assert "Architecture: amd64\nMulti-Arch: same\nBuild-Profiles: <!pkg.foo.nohwcaps>\n" in variant
    assert "Depends: ${shlibs:Depends}, ${misc:Depends}, ${hwcaps:Depends}\n" in variant
    assert "Breaks: ${hwcaps:Breaks}\nProvides: ${hwcaps:Provides}\n" in variant


def test_the_family_keeps_what_it_had_and_gains_its_substvars() -> None:
    family = stanza(converted(packaging()), "libfoo2")
    assert "Pre-Depends: ${misc:Pre-Depends}, ${hwcaps:Pre-Depends}\n" in family
    assert "foo-data (= ${source:Version})\nRecommends: ${hwcaps:Recommends}\n" in family
    assert "metapackage" in family


def test_everything_else_stays_as_it_was() -> None:
    result = converted(packaging())
    text = result.files["control"] or ""
    assert is_subsequence(CONTROL, text)
    assert "Build-Depends: debhelper-compat (= 13), dh-sequence-hwcaps, cmake\n" in text
    assert "libfoo2 (= ${binary:Version}), libfoo2-generic (= ${binary:Version}), ${misc" in text
    assert "\n\n# for developers\nPackage: libfoo-dev\n" in text
    assert control.parse(text).packages[0].name == "libfoo2"


def test_a_dev_package_with_a_version_window_needs_generic_once() -> None:
    window = "libfoo2 (>= ${source:Upstream-Version}), libfoo2 (<= ${source:Version}.1~)"
    text = CONTROL.replace("libfoo2 (= ${binary:Version})", window)
    assert stanza(converted(packaging(text)), "libfoo-dev").count("libfoo2-generic") == 1


def test_a_dev_package_is_known_by_its_section_too() -> None:
    text = CONTROL.replace("Package: libfoo-dev", "Package: foo-multidev")
    result = converted(packaging(text))
    assert "libfoo2 (= ${binary:Version}), libfoo2-generic (=" in (result.files["control"] or "")
    assert result.left == []


def test_a_dev_package_with_a_version_of_its_own_needs_that_of_the_library() -> None:
    text = CONTROL.replace("libfoo2 (= ${binary:Version})", "libfoo2 (= ${main})")
    made = converted(packaging(text)).files["control"] or ""
    assert "Depends: libfoo2 (= ${main}), libfoo2-generic (= ${main}), ${misc:Depends}\n" in made


def test_many_dev_packages_are_counted() -> None:
    devs = "".join(f"\nPackage: libfoo-{n}-dev\nArchitecture: any\n"
                   "Depends: libfoo2 (= ${binary:Version})\n" for n in "abcde")
    summary = dict(converted(packaging(CONTROL + devs)).summary)
    assert summary["debian/control"].endswith("6 -dev packages now need the -generic package")


def test_lists_are_written_like_the_same_list_of_the_family() -> None:
    breaks = "Breaks: a (<< 1),\n b (<< 2)\nReplaces: a (<< 1),\n b (<< 2)\n"
    text = CONTROL.replace("Description: foo - runtime", breaks + "Description: foo - runtime")
    made = converted(packaging(text)).files["control"] or ""
    assert "\nBreaks: a (<< 1),\n b (<< 2),\n ${hwcaps:Breaks}\n" in made
    assert "\nReplaces: libfoo2 (<< 2.0-2~),\n a (<< 1),\n b (<< 2)\n" in made


def test_a_list_gets_too_long_for_a_line_only_where_others_are() -> None:
    wide = "x" * 50
    breaks = f"Breaks: {wide}\nReplaces: {wide}\n"
    text = CONTROL.replace("Description: foo - runtime", breaks + "Description: foo - runtime")
    made = converted(packaging(text)).files["control"] or ""
    assert f"Replaces: libfoo2 (<< 2.0-2~),\n          {wide}\n" in made
    text = text.replace("Depends: ${shlibs:Depends}", f"Depends: a{wide}, ${{shlibs:Depends}}")
    made = converted(packaging(text)).files["control"] or ""
    assert f"Replaces: libfoo2 (<< 2.0-2~), {wide}\n" in made


def test_our_own_plan_finds_the_family() -> None:
    source = control.parse(converted(packaging()).files["control"] or "")
    names = [package.name for package in source.packages]
    made = plan.make(source, arch="amd64", selected=names, baseline=())
    assert [family.name for family in made.families] == ["libfoo2"]
    assert [level.name for level in made.levels] == ["x86-64-v3", "x86-64-v4"]


def test_a_second_run_has_nothing_to_do() -> None:
    given = packaging()
    once = converted(given)
    files = {**given.files, **{name: text or "" for name, text in once.files.items()}}
    assert chosen(Packaging(files=files)).splits == ()


def test_a_level_can_be_added_later() -> None:
    given = packaging()
    files = {**given.files, **{n: t or "" for n, t in converted(given).files.items()}}
    result = converted(Packaging(files=files), levels=("avx2", "power10"))
    assert "Architecture: ppc64el\n" in stanza(result, "libfoo2-power10")
    assert (result.files["control"] or "").count("Package: libfoo2-") == 4
    assert (result.files["control"] or "").count("${hwcaps:Pre-Depends}") == 1


def test_compat_14_applies_substvars_by_itself() -> None:
    text = CONTROL.replace("(= 13)", "(= 14)").replace("${shlibs:Depends}, ${misc:Depends}, ", "")
    made = converted(packaging(text)).files["control"] or ""
    assert "${hwcaps:" not in made
    assert "Depends" not in stanza(converted(packaging(text)), "libfoo2-avx2")


def test_only_relations_about_files_go_to_generic() -> None:
    text = CONTROL.replace("Depends: ${shlibs", """\
Provides: libfoo-abi, ${t64:Provides}
Replaces: libfoo2c, libfoo2x
Conflicts: libfoo-abi, libfoo2x, other
Breaks: libfoo2c (<< ${source:Version}), user (<< 3)
Depends: ${shlibs""", 1)
    made = converted(packaging(text))
    generic = stanza(made, "libfoo2-generic")
    assert "\nBreaks: libfoo2c (<< ${source:Version}), ${hwcaps:Breaks}\n" in generic
    assert "Replaces: libfoo2 (<< 2.0-2~), libfoo2c, libfoo2x\n" in generic
    assert "Conflicts: libfoo2x\n" in generic
    assert "Provides" not in generic
    # The loader would take the variant instead of the libraries of libfoo2x.
    assert "Conflicts: libfoo2x\n" in stanza(made, "libfoo2-avx2")


def test_profiles_and_priority() -> None:
    text = CONTROL.replace("same\n", "same\nBuild-Profiles: <!a> <b c>\n", 1)
    result = converted(packaging(text.replace("Priority: optional", "Priority: required")))
    assert "Build-Profiles: <!a> <b c>\n" in stanza(result, "libfoo2-generic")
    variant = stanza(result, "libfoo2-avx512")
    assert "Build-Profiles: <!a !pkg.foo.nohwcaps> <b c !pkg.foo.nohwcaps>\n" in variant
    assert "Priority: optional\n" in variant


def test_a_synopsis_stays_within_80_characters() -> None:
    for long in ("x" * 60, "words " * 12 + "end", "x" * 45 + " (shared library)",
                 "words " * 11 + "(shared lib)"):
        result = converted(packaging(CONTROL.replace("foo - runtime", long)))
        for name in ("libfoo2-generic", "libfoo2-avx2"):
            first = stanza(result, name).partition("Description: ")[2].partition("\n")[0]
            assert len(first) <= 80
            assert first.endswith(")")
            assert first.count("(") == first.count(")")


@pytest.mark.parametrize(
    ("name", "files", "extra", "taken"),
    [
        ("libfoo2", {"libfoo2.install": "usr/lib/*/libfoo.so.*\n"}, "", True),
        ("libfoo2", {"libfoo2.install": "usr/lib/${DEB_HOST_MULTIARCH}/*.so.2*\n"}, "", True),
        ("libfoo2", {"libfoo2.install": "build/libfoo.so.2 usr/lib\n"}, "", True),
        ("libfoo2", {"libfoo2.symbols.in": "libfoo.so.2 libfoo2 #MINVER#\n"}, "", True),
        ("libfoo2", {"libfoo2.install": "usr/lib/*/foo/*.so\n"}, "", False),
        ("zfoo1g", {"zfoo1g.symbols": "libz.so.1 zfoo1g #MINVER#\n"}, "", True),
        ("libfoo2", {}, "", True),
        ("libfoo2", {}, "Section: utils\n", False),
        ("libfoo2", {"libfoo2.symbols": "x"}, "Package-Type: udeb\n", False),
        ("lib32z1", {"lib32z1.symbols": "x"}, "", False),
        ("libfoo2-i386", {"libfoo2-i386.symbols": "x"}, "", False),
        ("libfoo2-dbg", {}, "", False),
        ("libfoo-tools1", {"libfoo-tools1.install": "debian/tmp/usr/lib/*/*.so.*\n"}, "", True),
        ("libfoo-tools1", {"libfoo-tools1.install": "usr/lib/*/foo/a.so\n"}, "", False),
        ("libfoo-2-dev", {"libfoo-2-dev.install": "usr/lib/*/libfoo.so\n"}, "", False),
        ("libfoo2-plugins", {"libfoo2-plugins.install": "usr/lib/*/foo\n"}, "", False),
        ("python3-foo", {}, "", False),
        ("libnss-foo", {"libnss-foo.install": "usr/lib/*/libnss_foo*.so.*\n"}, "", False),
        ("foo", {"foo.shlibs.local": "libfoo 2 foo\n"}, "", False),
    ],
)
def test_library_packages_are_known_by_what_they_install(
    name: str, files: dict[str, str], extra: str, taken: bool
) -> None:
    text = (
        "Source: foo\nSection: libs\n\nPackage: first\nArchitecture: any\n\n"
        f"Package: {name}\nArchitecture: any\n{extra}Depends: ${{shlibs:Depends}}\n"
    )
    given = Packaging(files={"control": text, **files})
    assert candidates.judge(given, name, {}).taken is taken


@pytest.mark.parametrize(("section", "taken"), [("libs", True), ("misc", False)])
def test_a_program_in_place_of_an_install_file_is_not_read(section: str, taken: bool) -> None:
    text = (
        f"Source: foo\nSection: {section}\n\nPackage: libfoo2\nArchitecture: any\n"
        "Depends: ${shlibs:Depends}\n"
    )
    install = "#! /usr/bin/dh-exec\nusr/lib/*/libfoo.so.*\n"
    given = Packaging(files={"control": text, "libfoo2.install": install},
                      programs=frozenset({"libfoo2.install"}))
    verdict = candidates.judge(given, "libfoo2", {})
    assert verdict.taken is taken
    assert not taken or verdict.reason.endswith("debian/libfoo2.install is a program")


def test_programs_are_known_by_their_mode(tmp_path: Path) -> None:
    for name in ("control", "changelog", "libfoo2.install"):
        (tmp_path / name).write_text("Source: foo\n")
    (tmp_path / "libfoo2.install").chmod(0o755)
    assert command.read(tmp_path).programs == {"libfoo2.install"}


def test_every_package_has_a_verdict_with_its_reason() -> None:
    said = {v.package: (v.taken, v.reason) for v in chosen(packaging()).verdicts}
    assert said == {
        "libfoo2": (True, "installs usr/lib/*/lib*.so.*"),
        "libfoo-dev": (False, "development files"),
    }
    needed = {"libfoo2": Need(root="dpkg", source="foo")}
    forced = chosen(packaging(), needed=needed, force=True).verdicts[0]
    assert forced.taken
    assert "dpkg needs it" in forced.reason


def test_without_a_library_every_package_is_named_with_its_reason() -> None:
    given = packaging(libfoo2__install="usr/bin\n")
    with pytest.raises(HwcapsError, match="holds public shared libraries") as caught:
        chosen(given)
    assert "libfoo2: debian/ tells of no public shared library\n" in caught.value.advice
    assert "libfoo-dev: development files\n" in caught.value.advice


def test_libraries_of_dpkg_and_alternatives_need_force() -> None:
    needed = {"libfoo1": Need(root="dpkg", source="foo")}
    with pytest.raises(ControlError, match="dpkg needs it"):
        chosen(packaging(), needed=needed)
    with pytest.raises(ControlError, match="dpkg needs it"):
        chosen(packaging(), "libfoo2", needed=needed)
    assert chosen(packaging(), needed=needed, force=True).splits
    script = "update-alternatives --install /usr/lib/x/libfoo.so.2 libfoo.so.2 /x 1\n"
    with pytest.raises(ControlError, match="administrator"):
        chosen(packaging(libfoo2__postinst=script))


@pytest.mark.parametrize(("call", "line"), [
    ("dh_gencontrol -plibfoo2 -- -v1.02", 5),
    ("dh_gencontrol $(addprefix -p,$(foo)) -- -Vx:y=z -v$(V)", 5),
    ("dh_gencontrol -Nlibbar -- -v1.02", 5),
    ("dpkg-gencontrol -plibfoo2 -v1.02", 5),
    ("dh_gencontrol -plibbar -- -v1.02", 0),
    ("dh_gencontrol -Nlibfoo2 -- -v1.02", 0),
    ("dh_gencontrol -v -- -Vfoo:Version=1", 0),
    ("dh_gencontrol -plibfoo2 -- -Vfoo:Version=1-v2", 0),
])
def test_packages_with_a_version_of_their_own_need_force(call: str, line: int) -> None:
    given = packaging(rules=f"{RULES}override_dh_gencontrol:\n\t{call}\n")
    if not line:
        assert chosen(given).splits
        return
    with pytest.raises(ControlError, match=f"debian/rules:{line} may give it a version"):
        chosen(given)
    forced = chosen(given, force=True).splits
    left = dict(rewrite(given, forced, {}, DATE).left)
    assert left[f"debian/rules:{line}"].startswith("may give libfoo2 a version of its own")


def test_the_closure_follows_dependencies_alternatives_and_providers() -> None:
    listing = (
        "dpkg\tdpkg\tyes\tlibc6, libbz2-1.0 (>= 1)\t\napt\tapt\tno\t, libapt6 | x, virtual\t\n"
        "libapt6\tapt\tno\tliblz4-1\t\nliblz4-1\tlz4\tno\t, \t\nlibbz2-1.0\tbzip2\tno\t, \t\n"
        "real\treal\tno\t, \tvirtual (= 1)\nother\tother\tno\tlibodd\t\n"
    )
    found = closure.needed(listing)
    assert set(found) == {"dpkg", "apt", "libbz2-1.0", "libapt6", "liblz4-1", "real"}
    assert found["liblz4-1"] == Need(root="apt", source="lz4")
    assert candidates.needed_by("libapt7t64", "apt", found) == "apt"
    assert candidates.needed_by("libapt7t64", "other", found) == ""


@pytest.mark.parametrize(
    ("error", "arguments", "text"),
    [
        (UsageError, {"names": ("libfoo3",)}, "Did you mean libfoo2"),
        (UsageError, {"levels": ("avx3",)}, "Did you mean avx2"),
        (ControlError, {"names": ("libfoo2",), "arch": "all"}, "Architecture: all"),
        (ControlError, {"names": ("libfoo2",), "arch": "arm64"}, "exist on amd64 only"),
        (HwcapsError, {"arch": "all"}, "no package"),
    ],
)
def test_what_cannot_be_done_is_refused(
    error: type[HwcapsError], arguments: dict[str, object], text: str
) -> None:
    given = packaging(CONTROL.replace("any", str(arguments.pop("arch", "any"))))
    names = arguments.pop("names", ())
    with pytest.raises(error) as caught:
        chosen(given, *names, **arguments)  # type: ignore[arg-type, misc]
    assert text in str(caught.value)


def test_a_generated_control_file_is_refused() -> None:
    with pytest.raises(ControlError, match="generated: debian/rules:4 makes it"):
        chosen(packaging(rules=RULES + "debian/control: debian/x\n\tsed\n"))


def test_a_template_is_edited_like_the_control_file() -> None:
    template = CONTROL.replace("A <a@example.org>", "@TEAM@")
    made = "# Made of debian/control.in.\n\n" + CONTROL
    rules = RULES + "debian/control: debian/control.in\n\tsed\n"
    result = converted(packaging(made, control__in=template, rules=rules))
    text = result.files["control"] or ""
    assert result.files["control.in"] == text.partition("\n\n")[2].replace(
        "Maintainer: A <a@example.org>", "Maintainer: @TEAM@"
    )
    assert ("debian/control.in", "the same") in result.summary


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("Source: foo\n\n@PACKAGES@\n", "control.in has no stanza libfoo2"),
        (CONTROL.replace("libfoo-dev", "libfoo@N@-dev"), None),
        (CONTROL.replace("Depends: libfoo2 (= ${binary:Version})", "Depends: @DEV@"),
         "is another one"),
    ],
)
def test_a_template_that_is_more_than_words_is_refused(template: str, reason: str | None) -> None:
    given = packaging(control__in=template)
    if reason is None:
        assert "@N@-dev" in (converted(given).files["control.in"] or "")
        return
    with pytest.raises(ControlError, match=reason):
        converted(given)
    result = rewrite(given, chosen(given).splits, {}, DATE, force=True)
    assert "control.in" not in result.files
    assert result.left[0][0] == "debian/control.in"


def test_late_hooks_that_look_for_the_libraries_are_left_to_the_maintainer() -> None:
    rules = RULES + (
        "lib := libfoo2\noverride_dh_makeshlibs:\n\tfind debian/libfoo2/usr/lib\n"
        "execute_after_dh_shlibdeps:\n\tchrpath -d debian/$(lib)/usr/lib/x/libfoo.so.2\n"
        "override_dh_gencontrol:\n\tdh_gencontrol -plibfoo2 -- -Vx=y\n"
    )
    result = converted(packaging(rules=rules))
    assert [place for place, _what in result.left] == ["debian/rules:8"]
    assert "execute_after_dh_shlibdeps" in result.left[0][1]


def test_late_hooks_that_edit_the_libraries_are_left_to_the_maintainer() -> None:
    hook = "override_dh_fixperms:\n\tdh_fixperms\n\tpatchelf debian/libfoo2/usr/lib/*/libfoo.so\n"
    left = dict(converted(packaging(rules=RULES + hook)).left)
    said = "override_dh_fixperms changes the generic libraries only"
    assert left["debian/rules:6"].startswith(said)


@pytest.mark.parametrize(("words", "told"), [
    ("ln -s ../../../../$(DEB_HOST_MULTIARCH)/libfoo.so.2 \\\n"
     "\t\tdebian/tmp/usr/lib/python3/dist-packages/foo/lib/libfoo.so", True),
    ("cd x && ln -sf /usr/lib/libFoo.so.2 debian/foo/usr/lib/foo/plugin.so", True),
    ("ln -s libfoo.so.2 debian/libfoo-dev/usr/lib/$(DEB_HOST_MULTIARCH)/libfoo.so", False),
    ("ln -s libfoo.so.2 debian/tmp/usr/lib/libfoo.so", False),
    ("ln -s libfoo.so.1 debian/foo/usr/lib/foo/plugin.so", False),
    ("ln -s libfoo.so.2 libfoo.so", False),
    ("xln -s libfoo.so.2 a/b", False),
])
def test_links_to_the_libraries_are_left_to_the_maintainer(words: str, told: bool) -> None:
    left = dict(converted(packaging(rules=f"{RULES}override_dh_install:\n\t{words}\n")).left)
    assert ("a link to a library that is moved" in left.get("debian/rules:5", "")) is told
    assert not told or left["debian/rules:5"].endswith("libfoo2-generic (= ${binary:Version})")


def test_flags_of_their_own_are_left_to_the_maintainer() -> None:
    flags = "override_dh_auto_configure:\n\tdh_auto_configure -- -DCMAKE_C_FLAGS=-fcommon\n"
    left = dict(converted(packaging(rules=RULES + flags)).left)
    assert left["debian/rules:5"].startswith("sets CMAKE_C_FLAGS without the flags of dpkg")


def test_rules_without_dh_and_rules_that_name_the_addon() -> None:
    by_hand = converted(packaging(rules=BY_HAND))
    assert "13), dh-hwcaps, cmake" in (by_hand.files["control"] or "")
    assert "\tdh_hwcaps_split\n\tdh_shlibdeps" in (by_hand.files["rules"] or "")
    assert [place for place, _what in by_hand.left] == ["debian/rules:1", "debian/rules:12"]
    assert (by_hand.files["rules"] or "").splitlines()[12 - 1].startswith("\tchrpath")
    assert "--inject=environment" in by_hand.left[0][1]
    assert "libraries of libfoo2: they are in -generic" in by_hand.left[1][1]
    named = converted(packaging(rules="%:\n\tX=1 dh $@ --with hwcaps\n"))
    assert "13), dh-hwcaps, cmake" in (named.files["control"] or "")
    assert named.left == []


def test_rules_that_are_not_clear_are_refused_unless_forced() -> None:
    given = packaging(rules="binary:\n\tdh_builddeb\n")
    with pytest.raises(ControlError, match="is not clear: dh_shlibdeps is called 0 times"):
        converted(given)
    result = rewrite(given, chosen(given).splits, {}, DATE, force=True)
    assert "rules" not in result.files
    assert "is not clear" in result.left[0][1]


def test_rules_that_call_the_steps_stay() -> None:
    made = converted(packaging(rules=BY_HAND)).files["rules"] or ""
    assert "rules" not in converted(packaging(rules=made)).files


def test_a_single_package_keeps_its_install_destination() -> None:
    alone = CONTROL.partition("\n# for developers")[0]
    result = converted(packaging(alone))
    assert (result.files["rules"] or "").endswith(
        "\noverride_dh_auto_install:\n\tdh_auto_install --destdir=debian/libfoo2\n"
    )
    hook = RULES + "override_dh_auto_install:\n\tdh_auto_install\n"
    result = converted(packaging(alone, rules=hook))
    assert "rules" not in result.files
    assert "--destdir=debian/libfoo2" in result.left[0][1]
    assert "rules" not in converted(packaging(alone.replace("(= 13)", "(= 14)"))).files


def test_lintian_overrides_follow_the_libraries() -> None:
    theirs = (
        "# past mixup\nlibfoo2: package-name-doesnt-match-sonames libfoo0\n\n# data\n"
        "libfoo2: odd-data [usr/share/x]\n"
        "libfoo2: exit-in-shared-library [usr/lib/*/libfoo.so.2.0]\n"
        "libfoo2: spelling-error-in-binary iff if [usr/lib/libfoo.so.2.0]\n"
        "libfoo2: spelling-error-in-binary * tEH the\n"
        "libfoo2: spelling-error-in-binary uner under [usr/lib/x/y/p.so]\n"
        "libfoo2: library-not-linked-against-libc usr/lib/x86_64-linux-gnu/libbar.so.2.0\n"
        "libfoo2: plugin-thing [usr/lib/*/foo/p.so]\n"
    )
    stay, moved = overrides.moving(theirs)
    assert "exit-in" not in stay
    assert "sonames" not in stay
    assert stay.endswith("under [usr/lib/x/y/p.so]\nlibfoo2: plugin-thing [usr/lib/*/foo/p.so]\n")
    assert stay.count("\n") == 5
    assert moved.startswith("# past mixup\npackage-name-doesnt-match-sonames libfoo0\n")
    result = converted(packaging(libfoo2__symbols="x", **{"libfoo2__lintian-overrides": theirs}))
    generic = result.files["libfoo2-generic.lintian-overrides"] or ""
    assert generic.count("package-name-doesnt-match-sonames") == 1
    assert "symbols-declares-dependency-on-other-package\n" in generic
    variant = result.files["libfoo2-avx2.lintian-overrides"] or ""
    assert variant.endswith(
        "\nexit-in-shared-library [*/glibc-hwcaps/*/libfoo.so*]\n"
        "spelling-error-in-binary iff if [*/glibc-hwcaps/*/libfoo.so*]\n"
        "spelling-error-in-binary * tEH the\n"
        "library-not-linked-against-libc [*/glibc-hwcaps/*/libbar.so*]\n"
    )
    alone = converted(packaging(**{"libfoo2__lintian-overrides": "no-symbols-control-file x\n"}))
    assert alone.files["libfoo2.lintian-overrides"] is None


def test_an_override_about_another_package_does_not_stand_for_ours() -> None:
    tag = "symbols-declares-dependency-on-other-package"
    theirs = {"libfoo2__lintian-overrides": f"{tag} libfoo2-private (libfoo.so.2) [symbols]\n"}
    result = converted(packaging(libfoo2__symbols="x", **theirs))
    generic = result.files["libfoo2-generic.lintian-overrides"] or ""
    assert generic.endswith(f"{tag} libfoo2 *\n")
    theirs = {"libfoo2__lintian-overrides": f"{tag}\n"}
    result = converted(packaging(libfoo2__symbols="x", **theirs))
    assert (result.files["libfoo2-generic.lintian-overrides"] or "").count(tag) == 1


def test_what_a_source_overrides_for_a_stanza_is_overridden_for_its_copies() -> None:
    tag = "debhelper-but-no-misc-depends"
    lines = f"# compat 14\nfoo source: {tag} libfoo2\n{tag} [libfoo2-doc]\nother libfoo2\n{tag} *"
    for name in ("source/lintian-overrides", "source.lintian-overrides"):
        result = converted(packaging(**{name: lines}))
        made = result.files[name] or ""
        first, rest = lines.split(f"{tag} [", 1)
        added = "".join(f"foo source: {tag} libfoo2-{suffix}\n"
                        for suffix in ("generic", "avx2", "avx512"))
        assert made.startswith(f"{first}{added}{tag} [{rest}")
        assert (f"debian/{name}", "what it says of a stanza, for its copies") in result.summary


def test_a_source_without_other_tests_has_superficial_ones_only() -> None:
    added = converted(packaging()).files["source/lintian-overrides"]
    assert added == overrides.for_source("")
    assert added.splitlines()[1] == "superficial-tests"
    theirs = {"source__lintian-overrides".replace("__", "/"): "foo source: odd-thing"}
    result = converted(packaging(**theirs))
    assert result.files["source/lintian-overrides"] == "foo source: odd-thing\n" + added
    for known in ("superficial-tests\n", "foo source: superficial-tests\n"):
        assert overrides.for_source(known) == known
    tested = packaging(**{"tests/control": "Tests: a\n"})
    assert "source/lintian-overrides" not in converted(tested).files


@pytest.mark.parametrize(
    ("version", "following"),
    [("2.0-1", "2.0-2"), ("1:2.0-9", "1:2.0-10"), ("1.0-2+deb13u2", "1.0-2+deb13u3"),
     ("1.5-0.1", "1.5-0.2"), ("3", "4"), ("1.0-1~exp", "1.0-2~exp")],
)
def test_the_next_version_is_dchs(version: str, following: str) -> None:
    assert changes.next_version(CHANGELOG.replace("2.0-1", version)) == following


def test_the_changelog_gains_an_entry_or_a_bullet() -> None:
    made = changes.add(CHANGELOG, "New.", {"DEBFULLNAME": "B", "DEBEMAIL": "b@example.org"}, DATE)
    assert made == (
        "foo (2.0-2) UNRELEASED; urgency=medium\n\n  * New.\n\n"
        f" -- B <b@example.org>  {DATE}\n\n{CHANGELOG}"
    )
    twice = changes.add(made, "More.", {}, DATE)
    assert twice == made.replace("  * New.\n", "  * New.\n  * More.\n")
    with pytest.raises(ControlError):
        changes.next_version("")


def test_writing_is_all_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "rules").write_text("old\n")
    (tmp_path / "rules").chmod(0o755)
    (tmp_path / "directory").mkdir()
    old = {"rules": "old\n"}
    new = {"rules": "new\n", "fresh": "x\n", "tests/control": "t\n"}
    for files in ({**new, "directory": "y\n"}, {"directory": "y\n", **new}):
        with pytest.raises(ControlError, match="directory"):
            command.write(tmp_path, old, files)
        assert (tmp_path / "rules").read_text() == "old\n"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["directory", "rules"]
    command.write(tmp_path, old, new)
    assert (tmp_path / "tests/control").read_text() == "t\n"
    assert (tmp_path / "rules").stat().st_mode & 0o111
    assert (tmp_path / "fresh").read_text() == "x\n"


def test_files_that_are_removed_come_back_after_an_error(tmp_path: Path) -> None:
    (tmp_path / "gone").write_text("old\n")
    (tmp_path / "directory").mkdir()
    with pytest.raises(ControlError, match="directory"):
        command.write(tmp_path, {"gone": "old\n"}, {"gone": None, "directory": "y\n"})
    assert (tmp_path / "gone").read_text() == "old\n"
    command.write(tmp_path, {"gone": "old\n"}, {"gone": None})
    assert not (tmp_path / "gone").exists()


def test_a_link_to_a_file_that_would_differ_is_refused(tmp_path: Path) -> None:
    (tmp_path / "symbols.a").write_text("old\n")
    (tmp_path / "symbols.b").symlink_to("symbols.a")
    with pytest.raises(ControlError, match="is a link to a file"):
        command.write(tmp_path, {}, {"symbols.a": "1\n", "symbols.b": "2\n"})
    assert (tmp_path / "symbols.a").read_text() == "old\n"
    command.write(tmp_path, {}, {"symbols.a": "1\n", "symbols.b": "1\n"})
    assert (tmp_path / "symbols.b").is_symlink()


def test_the_report_says_what_changed_and_what_is_left() -> None:
    given = packaging()
    splits = chosen(given).splits
    result = rewrite(given, splits, {}, DATE)
    result.left.append(("debian/rules:3", "look"))
    assert command.report(splits, result).splitlines() == [
        "libfoo2: + -generic, -avx2 (x86-64-v3), -avx512 (x86-64-v4)",
        "  debian/control              3 stanzas added, 1 changed,"
        " libfoo-dev now needs the -generic package",
        "  debian/*.lintian-overrides  3 files",
        "  debian/tests/control        a test by hwcaps verify",
        "  debian/changelog            2.0-2 UNRELEASED",
        "Left to you:",
        "  debian/rules:3  look",
    ]


def test_the_difference_is_a_patch() -> None:
    made = command.difference({"a": "1\n"}, {"a": "2\n", "b": "3\n"})
    assert made.splitlines()[:2] == ["--- a/debian/a", "+++ b/debian/a"]
    assert "--- /dev/null\n+++ b/debian/b" in made


def test_what_is_no_source_has_no_source_stanza() -> None:
    assert Packaging(files={"control": "Package: a\n"}).source == ""


def test_the_c_library_is_of_one_piece_with_the_loader() -> None:
    with pytest.raises(ControlError, match="the C library"):
        chosen(packaging(CONTROL.replace("Source: foo", "Source: glibc")), "libfoo2")


def test_an_unreleased_entry_without_an_end_gets_one_above_it() -> None:
    open_entry = "foo (2.0-1) UNRELEASED; urgency=low\n\n  * Old.\n"
    made = changes.add(open_entry, "New.", {"DEBFULLNAME": "B", "DEBEMAIL": "b@c"}, DATE)
    assert made.endswith(f"  * New.\n\n -- B <b@c>  {DATE}\n\n{open_entry}")


def test_a_changelog_whose_version_is_none() -> None:
    with pytest.raises(ControlError, match="debian/changelog: "):
        changes.next_version("foo (2:) unstable; urgency=low\n\n  * Old.\n")


def test_a_control_file_that_would_lack_a_package_is_not_written() -> None:
    splits = chosen(packaging()).splits
    with pytest.raises(ControlError, match=r"would lack libfoo2-avx2 libfoo2-avx512"):
        conversion.check(CONTROL, splits)


def test_a_package_that_no_level_is_for() -> None:
    arm = packaging(CONTROL.replace("Multi-Arch: same", "Multi-Arch: same", 1).replace(
        "Package: libfoo2\nArchitecture: any", "Package: libfoo2\nArchitecture: armhf arm64"))
    reason = "libfoo2 cannot be split: Architecture: armhf arm64, but avx2, avx512 exist on amd64"
    with pytest.raises(ControlError, match=reason):
        chosen(arm, "libfoo2")
    with pytest.raises(HwcapsError, match="no package of debian/control holds") as caught:
        chosen(arm)
    assert "libfoo2: Architecture: armhf arm64, but avx2" in str(caught.value)
    done = f"{arm.files['control']}\nPackage: libfoo2-generic\nArchitecture: armhf\n"
    assert chosen(packaging(done)).splits == ()


def test_an_override_that_is_none_stays() -> None:
    assert overrides.moving("libfoo2: [\n") == ("libfoo2: [\n", "")


def test_scripts_that_handle_libraries_are_left() -> None:
    result = converted(packaging(libfoo2__postinst="#!/bin/sh\nln -sf libfoo.so.2 x\n"), "libfoo2")
    assert ("debian/libfoo2.postinst", "handles libraries, which are in libfoo2-generic now") in (
        result.left)


def test_a_family_that_is_tested_gets_no_second_test() -> None:
    tested = packaging(**{"tests/control": converted(packaging()).files["tests/control"] or ""})
    assert "tests/control" not in converted(tested).files


@pytest.mark.parametrize(("text", "level"), [("12\n", 12), ("\n", 13), ("\u00b2\n", 13)])
def test_compat_level_of_its_own_file(text: str, level: int) -> None:
    assert Packaging(files={"control": "Source: foo\n", "compat": text}).compat == level
