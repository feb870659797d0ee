# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What `dh_hwcaps convert` makes of packages with plugins and extension modules."""

from __future__ import annotations

import pytest
from dhhwcaps import control
from dhhwcaps.convert import conversion, modules
from dhhwcaps.convert.candidates import Packaging
from dhhwcaps.convert.conversion import Request
from dhhwcaps.convert.result import Result
from dhhwcaps.convert.rewrite import rewrite
from dhhwcaps.errors import UsageError

CONTROL = """\
Source: foo
Section: libs
Build-Depends: debhelper-compat (= 13)

Package: libfoo2
Architecture: any
Multi-Arch: same
Depends: ${shlibs:Depends}, ${misc:Depends}
Description: foo - runtime
 Foo does it.

Package: foo-plugins
Architecture: any
Depends: ${shlibs:Depends}, ${misc:Depends}
Description: foo - plugins
 Foo does it.

Package: python3-foo
Section: python
Architecture: any
Depends: ${shlibs:Depends}, ${misc:Depends}, ${python3:Depends}
Description: foo - Python
 Foo does it.

Package: python3-foo-examples
Architecture: all
Description: foo - more
 Foo does it.
"""
CHANGELOG = """\
foo (2-1) unstable; urgency=low

  * Old.

 -- A <a@example.org>  Thu, 01 Jan 2026 00:00:00 +0000
"""
EXTENSIONS = "usr/lib/python3/dist-packages/**/*.so"
PLUGINS = "usr/lib/*/foo/*.so"


def converted(
    *names: str, patterns: tuple[str, ...] = (), levels: tuple[str, ...] = (), **files: str
) -> Result:
    given = Packaging(files={
        "control": CONTROL, "changelog": CHANGELOG, "rules": "%:\n\tdh $@\n",
        "libfoo2.install": "usr/lib/*/lib*.so.*\n", **files,
    })
    request = Request(packages=names, modules=patterns, suffixes=levels)
    splits = conversion.choose(given, request, {}, lambda arch, w: w in (arch, "any")).splits
    result = rewrite(given, splits, {}, "Fri, 02 Jan 2026 00:00:00 +0000")
    conversion.check(result.files["control"] or "", splits)
    return result


def stanza(result: Result, name: str) -> str:
    return Packaging(files={"control": result.files["control"] or ""}).stanzas[name]


def text(result: Result, name: str) -> str:
    """Return a stanza's description in one line."""
    return " ".join(stanza(result, name).partition("Description:")[2].split())


def test_extension_modules() -> None:
    result = converted("python3-foo")
    source = control.parse(result.files["control"] or "")
    family = source.package("python3-foo")
    assert family
    assert family.modules == (EXTENSIONS,)
    assert "The extension modules themselves are in python3-foo-generic" in text(
        result, "python3-foo")
    assert text(result, "python3-foo").endswith("leads to those that fit the CPU.")
    assert "contains the extension modules of python3-foo" in text(result, "python3-foo-avx2")
    assert "X-Hwcaps-Modules" not in stanza(result, "python3-foo-generic")
    assert "to ship the extension modules also" in " ".join(
        (result.files["changelog"] or "").split())
    # No library, so no tag about libraries.
    assert {name for name in result.files if name.endswith("overrides")} == {
        "python3-foo.lintian-overrides", "source/lintian-overrides"}


def test_stubs_have_overrides() -> None:
    name = "python3-foo.lintian-overrides"
    result = converted("python3-foo", **{name: "some-tag\n"})
    assert result.files[name] == (
        "some-tag\n"
        "# Stubs: their RUNPATH leads to the modules of python3-foo-generic and its siblings.\n"
        "custom-library-search-path RUNPATH /usr/lib/*/hwcaps/python3-foo"
        " [usr/lib/python3/dist-packages/*.so]\n"
        "library-not-linked-against-libc [usr/lib/python3/dist-packages/*.so]\n"
    )


@pytest.mark.parametrize(("package", "contents"), [
    ("foo-plugins", "plugins"), ("libfoo2", "shared libraries and plugins"),
    ("python3-foo", "extension modules"),
])
def test_plugins_that_are_asked_for(package: str, contents: str) -> None:
    result = converted(package, patterns=(PLUGINS, "usr/lib/bar/*.so"))
    source = control.parse(result.files["control"] or "")
    family = source.package(package)
    assert family
    assert family.modules == (PLUGINS, "usr/lib/bar/*.so")
    assert f"contains the {contents} of {package}" in text(result, f"{package}-generic")
    assert (f"{package}-avx2.lintian-overrides" in result.files) is ("libraries" in contents)


def test_libraries_stay_without_modules() -> None:
    result = converted("libfoo2")
    assert "X-Hwcaps-Modules" not in (result.files["control"] or "")
    assert "libfoo2.lintian-overrides" not in result.files


@pytest.mark.parametrize("names", [(), ("libfoo2",)])
def test_extension_modules_are_offered(names: tuple[str, ...]) -> None:
    left = [what for _place, what in converted(*names).left]
    assert ("python3-foo may hold extension modules: dh_hwcaps convert python3-foo would have"
            " them dispatched, too") in left
    assert not any("python3-foo-examples" in what for what in left)


def test_nothing_is_offered_twice() -> None:
    assert not any("may hold" in what for _place, what in converted("python3-foo").left)


def test_plugins_belong_to_a_package() -> None:
    with pytest.raises(UsageError, match="--modules wants a PACKAGE"):
        converted(patterns=(PLUGINS,))


def test_second_run_changes_nothing() -> None:
    first = converted("python3-foo")
    files = {name: made for name, made in first.files.items() if made is not None}
    given = Packaging(files={"rules": "%:\n\tdh $@\n", **files})
    request = Request(packages=("python3-foo",))
    assert not conversion.choose(given, request, {}, lambda arch, w: w in (arch, "any")).splits


@pytest.mark.parametrize(("package", "missing"), [
    ("python3-foo", False), ("foo-plugins", False), ("libfoo2", True),
])
def test_nothing_is_linked_with_modules(package: str, missing: bool) -> None:
    development = "\nPackage: libfoo-dev\nArchitecture: any\nDescription: foo\n"
    left = converted(package, patterns=(PLUGINS,), control=CONTROL + development).left
    assert any("no -dev package depends on" in what for _place, what in left) is missing


def test_what_overrides_say_of_modules_follows_them() -> None:
    name = "foo-plugins.lintian-overrides"
    own = ("foo-plugins: library-not-linked-against-libc [usr/lib/*/foo/*]\n"
           "# They need nothing.\n"
           "shared-library-lacks-prerequisites [usr/lib/*/foo/a.so]\n"
           "shared-library-lacks-prerequisites [usr/lib/*/foo/b.so]\n"
           "no-manual-page [usr/bin/foo]\nsome-tag\n")
    result = converted("foo-plugins", patterns=(PLUGINS,), **{name: own})
    assert (result.files[name] or "").startswith(own)
    for member in ("generic", "avx2", "avx512"):
        assert result.files[f"foo-plugins-{member}.lintian-overrides"] == (
            "library-not-linked-against-libc [usr/lib/*/hwcaps/foo-plugins/*]\n"
            "shared-library-lacks-prerequisites [usr/lib/*/hwcaps/foo-plugins/*]\n"
        )
    without = converted("libfoo2", **{"libfoo2.lintian-overrides": own})
    assert "hwcaps/libfoo2" not in (without.files["libfoo2-avx2.lintian-overrides"] or "")


@pytest.mark.parametrize(("build", "needed"), [
    ("dh-sequence-numpy3", True), ("python3-numpy (>= 1)", True), ("python3-numexpr", False),
])
def test_members_say_which_numpy_they_need(build: str, needed: bool) -> None:
    text = CONTROL.replace("debhelper-compat (= 13)", f"debhelper-compat (= 13), {build}")
    result = converted("python3-foo", control=text)
    for member in ("generic", "avx2", "avx512"):
        line = stanza(result, f"python3-foo-{member}")
        assert ("${python3:Depends}" in line) is needed
    plugins = converted("foo-plugins", patterns=(PLUGINS,), control=text)
    assert "${python3:Depends}" not in stanza(plugins, "foo-plugins-generic")


def test_levels_that_are_added_later() -> None:
    first = converted("foo-plugins", patterns=(PLUGINS,))
    files = {name: made for name, made in first.files.items() if made is not None}
    later = converted("foo-plugins", levels=("power9",), **files)
    source = control.parse(later.files["control"] or "")
    assert source.package("foo-plugins-power9")
    assert (later.files["control"] or "").count("X-Hwcaps-Modules") == 1
    assert "contains the plugins of foo-plugins" in text(later, "foo-plugins-power9")
    assert "foo-plugins-power9.lintian-overrides" not in later.files


def test_patterns_of_overrides() -> None:
    assert modules.overrides("a", ()) == ""
    assert "[usr/lib/a/*.so]" in modules.overrides("a", ("/usr/lib/a/**/*.so",))
