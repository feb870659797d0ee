# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a program that is compiled against a library depends on."""

from __future__ import annotations

import re

from real.chroot import Chroot


def depends(system: Chroot, library: str, function: str) -> list[str]:
    """Compile a program that uses a function of -l`library`; return its ${shlibs:Depends}."""
    system.path("/tmp/client.c").write_text(
        f"extern char {function}[]; char *used = {function}; int main(void) {{ return !used; }}\n"
    )
    said = system.shell(
        "mkdir -p /tmp/client/debian; cd /tmp/client; echo Source: client >debian/control;"
        f"cc -o client ../client.c -l{library}; dpkg-shlibdeps -O ./client"
    )
    return re.findall(r"^shlibs:Depends=(.*)", said, re.MULTILINE)[0].split(", ")
