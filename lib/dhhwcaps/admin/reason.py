# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Why the loader takes this copy of a library and no other."""

from __future__ import annotations

from dhhwcaps.admin.cpu import TUNABLES, Cpu
from dhhwcaps.admin.search import Found, Loader, base, subdirectory

BY_PATH = "opened by path"
STUB = f"{BY_PATH}, a stub of"
NOWHERE = "neither in the cache nor in a directory that is searched"


def copies(found: Found, loader: Loader, cpu: Cpu) -> dict[str, str]:
    """Return the copies of a library for levels that the CPU's loader knows: level → path.

    Those beside the library that was found, and those of the cache.
    """
    known = (*cpu.levels, *cpu.masked, *cpu.lacking)
    name = found.path.rpartition("/")[2] if "/" in found.name else found.name
    there = {
        level: path for level in known
        if loader.fits(path := f"{subdirectory(base(found.path), level)}/{name}")
    } if found.path else {}
    cached = {
        entry.level: entry.path for entry in loader.cache.entries.get(name, ())
        if entry.level in known and loader.fits(entry.path)
    }
    return there if found.how in ("path", "RPATH", "RUNPATH", "LD_LIBRARY_PATH") else cached | there


def explain(found: Found, loader: Loader, cpu: Cpu) -> str:
    """Return the reason in a few words."""
    if not found.path:
        stale = f"; the cache names {found.stale}, which is gone: run ldconfig"
        return NOWHERE + (stale if found.stale else "")
    others = copies(found, loader, cpu)
    parts = [_way(found), _choice(found, loader, cpu, others), hidden(found, loader)]
    if found.stale:
        parts.append(f"{found.stale} of the cache is gone: run ldconfig")
    return "; ".join(part for part in parts if part)


def _way(found: Found) -> str:
    if found.how == "path":
        return BY_PATH
    return f"found through {found.how}" if found.how not in ("cache", "default") else ""


def _choice(found: Found, loader: Loader, cpu: Cpu, others: dict[str, str]) -> str:
    better = [level for level in cpu.levels
              if level in others and cpu.rank(level) < cpu.rank(found.level)]
    masked = [level for level in cpu.masked if level in others]
    lacking = [level for level in cpu.lacking if level in others]
    if found.how == "path" and found.level:
        return f"{found.level} whatever the CPU"
    if better and found.how == "path":
        return f"so {better[0]} is not looked for"
    if better:
        known = others[better[0]] in loader.cache.paths
        return f"{better[0]} is " + ("passed over" if known else "not in the cache: run ldconfig")
    if masked:
        return f"{', '.join(masked)} masked by {TUNABLES}"
    if found.level:
        return ("best level of this CPU" if found.level == cpu.best
                else f"no copy for {cpu.best}")
    if lacking:
        return f"this CPU lacks {lacking[-1]}"
    return "no variants"


def hidden(found: Found, loader: Loader) -> str:
    """Return which library an administrator chose that a variant beats; "" for none.

    In the cache a copy for a level comes before any plain one, whatever their directories.
    """
    if not (found.level and found.how == "cache"):
        return ""
    plain = [entry.path for entry in loader.cache.entries.get(found.name, ())
             if not entry.level and loader.fits(entry.path)]
    if plain and loader.disk.real(base(plain[0])) != loader.disk.real(base(found.path)):
        return f"hides {plain[0]}"
    if plain and "/etc/alternatives/" in loader.disk.link(plain[0]):
        return f"hides the alternative {loader.disk.real(plain[0])}"
    return ""
