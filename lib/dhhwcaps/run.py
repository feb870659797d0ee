# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The one place that starts processes; prints what it runs as a line that a shell understands."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from plumbum import CommandNotFound, local

from dhhwcaps.errors import CommandError

PARSED = {"LC_ALL": "C.UTF-8", "LANGUAGE": ""}
"""What we read is not to be translated; gettext heeds LANGUAGE in C.UTF-8, though not in C."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """How commands are run: debhelper's `-v` and `--no-act`."""

    verbose: bool = False
    no_act: bool = False

    def __call__(
        self, *argv: str | Path, cwd: Path | None = None, ok: Sequence[int] = (0,),
        env: Mapping[str, str | None] | None = None,
    ) -> None:
        """Run a command that changes files; shown with -v, only shown with --no-act.

        Raises CommandError with the command's own last words unless it exits with one of `ok`.
        """
        if self.verbose or self.no_act:
            say("\t" + line(argv, cwd=cwd, env=env))
        if not self.no_act:
            output(*argv, cwd=cwd, ok=ok, env=env)

    def write(self, path: Path, text: str) -> None:
        """Write a small file whole, making its directory."""
        def written() -> None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", "surrogateescape")

        self.act(f"printf %s {shlex.quote(text)} > {shlex.quote(str(path))}", written)

    def act(self, shown: str, action: Callable[[], object]) -> None:
        """Do in Python what the command that is shown would do."""
        if self.verbose or self.no_act:
            say("\t" + shown)
        if not self.no_act:
            action()


def say(text: str) -> None:
    """Print a line to the build log, in step with what child processes print."""
    print(text, flush=True)


def warn(text: str) -> None:
    """Print a warning to the build log's error stream."""
    sys.stdout.flush()
    print(f"{Path(sys.argv[0]).name}: warning: {text}", file=sys.stderr, flush=True)


def line(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str | None] | None = None,
) -> str:
    """Return the command as it can be pasted into a shell; None in `env` unsets a variable."""
    words = [*_unset(env or {}), *map(str, argv)]
    values = [f"{name}={shlex.quote(v)}" for name, v in (env or {}).items() if v is not None]
    directory = f"cd {shlex.quote(str(cwd))} && " if cwd else ""
    return directory + " ".join([*values, *map(shlex.quote, words)])


def output(
    *argv: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str | None] | None = None,
    ok: Sequence[int] = (0,),
) -> str:
    """Return a command's standard output; raise CommandError unless it exits with one of `ok`."""
    code, out, err = attempt(*argv, cwd=cwd, env=env)
    if code not in ok:
        raise failed(argv, code, err or out, cwd)
    return out


def attempt(
    *argv: str | Path, cwd: Path | None = None, env: Mapping[str, str | None] | None = None
) -> tuple[int, str, str]:
    """Run a command without input; return its exit code, standard output and standard error."""
    process = _popen(argv, cwd, {**PARSED, **(env or {})}, stdin=subprocess.DEVNULL)
    out, err = process.communicate()
    return process.returncode, _text(out), _text(err)


def lines(*argv: str | Path) -> Iterator[str]:
    """Yield the lines that a command prints while it runs, so that memory does not grow with them.

    Raises CommandError when the command fails or, as binutils do with exit code 0, reports an
    error on standard error.  Warnings are nothing that our reader could not live with.
    """
    with tempfile.TemporaryFile() as complaints:
        process = _popen(argv, None, PARSED, stdin=subprocess.DEVNULL, stderr=complaints)
        for raw in process.stdout:
            yield _text(raw).rstrip("\n")
        code = process.wait()
        complaints.seek(0)
        text = _text(complaints.read())
    if code or "Error:" in text:
        raise failed(argv, code, text, None)


def start(
    argv: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str | None],
    log: IO[bytes],
) -> Any:
    """Start a command in a session of its own, so that it can be ended with all it started.

    `env` holds the changes to our own environment.  Returns a Popen.
    """
    return _popen(
        argv, cwd, env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
    )


def attached(
    *argv: str | Path,
    env: Mapping[str, str | None],
    cwd: Path | None = None,
    output: int | IO[bytes] | None = None,
    errors: int | IO[bytes] | None = None,
) -> int:
    """Run a user's command with our own input; return its exit code, 128 + n after signal n.

    It keeps the user's language.  `output` and `errors` are for Popen; None means our own.
    """
    process = _popen(argv, cwd, env, stdin=None, stdout=output, stderr=errors)
    code: int = process.wait()
    return code if code >= 0 else 128 - code


def failed(argv: Sequence[str | Path], code: int, text: str, cwd: Path | None) -> CommandError:
    """Return the error for a command that failed, with its last lines as advice."""
    said = "\n".join(text.strip().splitlines()[-5:])
    return CommandError(f"{line(argv, cwd=cwd)} returned exit code {code}", said)


def _popen(
    argv: Sequence[str | Path], cwd: Path | None, env: Mapping[str, str | None], **pipes: Any
) -> Any:
    words = [*_unset(env), *map(str, argv)]
    if cwd and "/" in words[0]:
        # plumbum would look from where we are, so that the outer tree's debian/rules would run.
        words = ["env", *words]
    if "PATH" not in local.env:
        # As execvp(3) and shells do.
        local.env["PATH"] = os.defpath
    try:
        command = local[words[0]][words[1:]]
    except CommandNotFound:
        raise CommandError(f"{words[0]}: command not found") from None
    values = {name: value for name, value in env.items() if value is not None}
    return command.popen(cwd=str(cwd) if cwd else None, env=values, **pipes)


def _unset(env: Mapping[str, str | None]) -> list[str]:
    # plumbum can only add to the environment, hence env(1).
    gone = [word for name, value in env.items() if value is None for word in ("-u", name)]
    return ["env", *gone] if gone else []


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
