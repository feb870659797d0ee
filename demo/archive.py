# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Fetch a source package of the release that this machine runs, and what its build needs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from package import DemoError, say

FORMAT = "$(ORIGIN)|deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)"


def fetch(name: str, work: Path) -> Path:
    """Return the unpacked source of `name`, below `work`.

    apt gets a configuration of its own, made from the system's sources, since few machines have
    `deb-src` lines and those of this one are not ours to change.
    """
    say(f"== Fetching the source of {name}")
    said = subprocess.check_output(
        ["apt-get", "indextargets", "--format", FORMAT, "Created-By: Packages"], text=True
    )
    rows = [line.split("|", 1) for line in said.splitlines()]
    sources = sorted({text for origin, text in rows if origin == "Debian"})
    if not sources:
        raise DemoError("apt-get indextargets names no Debian archive; is apt-get update done?")
    apt = _configured(work / "apt", sources)
    # Fetched by root, but into our own directory, which _apt cannot enter.
    for command in (["update"], ["source", "--only-source", name]):
        argv = ["apt-get", "-q", "-o", "APT::Sandbox::User=root", *command]
        if subprocess.run(argv, cwd=work, env={**os.environ, "APT_CONFIG": str(apt)}).returncode:
            raise DemoError(f"{' '.join(argv)} failed")
    return next(path for path in work.glob("*/") if (path / "debian/control").exists())


def install_build_dependencies(source: Path) -> None:
    """Install what the package build-depends on, by the system's own apt."""
    gain_root = [] if os.geteuid() == 0 else ["sudo"]
    argv = [*gain_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y",
            "--no-install-recommends", "build-dep", str(source)]
    say(f"== {' '.join(argv)}")
    if subprocess.run(argv, check=False).returncode:
        raise DemoError("the build dependencies cannot be installed")


def _configured(directory: Path, sources: list[str]) -> Path:
    for name in ("lists/partial", "cache/archives/partial"):
        (directory / name).mkdir(parents=True)
    (directory / "sources.list").write_text("".join(f"{line}\n" for line in sources))
    configuration = directory / "apt.conf"
    configuration.write_text(
        f'Dir::Etc::SourceList "{directory}/sources.list";\nDir::Etc::SourceParts "/dev/null";\n'
        f'Dir::State::Lists "{directory}/lists";\nDir::Cache "{directory}/cache";\n'
    )
    return configuration
