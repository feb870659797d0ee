# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Fields of debian/control are found and edited, and nothing beside them."""

from __future__ import annotations

from dhhwcaps.convert import deb822edit as edit


def test_a_new_field_stands_beside_its_usual_neighbour_and_above_that_ones_comment() -> None:
    stanza = "Package: p\nArchitecture: any\n# why\nDepends: a\nDescription: d\n e\n"
    made = edit.place(stanza, "Pre-Depends", "Pre-Depends: b\n")
    assert made == stanza.replace("# why\n", "Pre-Depends: b\n# why\n")
    assert edit.fields(edit.place(stanza, "Recommends", "Recommends: r\n")) == (
        "Package", "Architecture", "Depends", "Recommends", "Description",
    )


def test_chunks_join_to_the_text_whatever_separates_the_stanzas() -> None:
    text = "# head\n\nSource: s\n \n\nPackage: p\n#Package: old\nDescription: d\n .\n e"
    assert "".join(edit.chunks(text)) == text
    names = [edit.value(chunk, "Package") for chunk in edit.chunks(text)]
    assert [name for name in names if name] == ["p"]


def test_a_field_is_written_anew_or_goes() -> None:
    stanza = "Package: p\n# of it\nSection:\n# within\n libs\nX: y\n"
    assert edit.put(stanza, "Section", "Section: oldlibs\n") == (
        "Package: p\n# of it\n# within\nSection: oldlibs\nX: y\n"
    )
    assert edit.put("Package: p\n", "Section", "Section: s\n") == "Package: p\nSection: s\n"
    assert edit.drop(stanza, "Section") == "Package: p\nX: y\n"
    assert edit.comments(stanza, "Section") == "# of it\n# within\n"
    assert edit.above(stanza, "X", "# new\n").endswith(" libs\n# new\nX: y\n")
    assert edit.above(stanza, "Y", "# new\n") == stanza + "# new\n"


def test_nothing_is_placed_or_appended_where_there_is_nothing() -> None:
    stanza = "Package: p\n"
    assert edit.place(stanza, "Depends", "") == stanza
    assert edit.place("X: y", "X-Z", "X-Z: z\n") == "X: y\nX-Z: z\n"
    assert edit.append(stanza, "Description", " more\n") == stanza
