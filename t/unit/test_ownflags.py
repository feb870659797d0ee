# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Flags that take the place of dpkg's are seen in debian/rules."""

from __future__ import annotations

import pytest
from dhhwcaps.ownflags import Setting, settings


@pytest.mark.parametrize(("line", "name"), [
    ("\t-DCMAKE_C_FLAGS=-fcommon", "CMAKE_C_FLAGS"),
    ("\tcmake -DCMAKE_CXX_FLAGS:STRING=\"-O3 -Wall\" .", "CMAKE_CXX_FLAGS"),
    ("CFLAGS = -O3", "CFLAGS"),
    ("export CXXFLAGS:=-O2 -g", "CXXFLAGS"),
    ("\t$(MAKE) CFLAGS='-O2 -fPIC' lib", "CFLAGS"),
    ("\tFFLAGS=-O3 ./configure", "FFLAGS"),
])
def test_values_without_dpkgs(line: str, name: str) -> None:
    assert settings(f"#!/usr/bin/make -f\n{line}\n") == (Setting(number=2, name=name),)


@pytest.mark.parametrize("line", [
    "CFLAGS = $(shell dpkg-buildflags --get CFLAGS)",
    "CFLAGS = `dpkg-buildflags --get CFLAGS` -Wall",
    "CFLAGS += -O3",
    "CFLAGS = -O3 \\",
    "CFLAGS =",
    "export DEB_CFLAGS_MAINT_APPEND = -O3",
    "HOSTCFLAGS = -O2",
    "\t-DCMAKE_C_FLAGS=\"$(CFLAGS) -fcommon\"",
    "\t'-DCMAKE_C_FLAGS=$(CFLAGS) -fcommon'",
    "\t-DCMAKE_C_FLAGS_RELEASE=-O3",
    "\t-DCMAKE_EXE_LINKER_FLAGS=-lm",
    "# CFLAGS = -O2",
    "\ttrue # CFLAGS=-O2",
    "ifeq ($(CFLAGS),-O2)",
])
def test_values_that_may_have_dpkgs(line: str) -> None:
    assert settings(f"{line}\n") == ()
