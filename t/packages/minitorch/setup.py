#!/usr/bin/env python3
# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Like PyTorch's: builds in build/ and installs within the tree first, all by one command."""

import argparse
import os
import shutil
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parent
PACKAGE = TOP / "minitorch"


def generate():
    """Write code into the tree."""
    version = os.environ["MINITORCH_BUILD_VERSION"]
    (PACKAGE / "version.py").write_text(f'__version__ = "{version}"\n')


def build():
    """Call CMake, which takes compilers' flags from the environment."""
    jobs = os.environ.get("MAX_JOBS", "1")
    (TOP / "build").mkdir(exist_ok=True)
    subprocess.run(["cmake", f"-DCMAKE_INSTALL_PREFIX={PACKAGE}", ".."], cwd=TOP / "build",
                   check=True)
    subprocess.run(["cmake", "--build", "build", "-j", jobs], cwd=TOP, check=True)
    subprocess.run(["cmake", "--install", "build"], cwd=TOP, check=True)


def install(root):
    """Copy the Python package, which has libraries and headers in it by now."""
    shutil.copytree(PACKAGE, root / "usr/lib/python3/dist-packages/minitorch", symlinks=True,
                    ignore=shutil.ignore_patterns("csrc"))


parser = argparse.ArgumentParser()
parser.add_argument("command", choices=["install"])
parser.add_argument("--root", type=Path, required=True)
given = parser.parse_args()
generate()
build()
install(given.root)
