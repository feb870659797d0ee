# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Trees in odd places, with odd things in them, or without room or rights to write."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import support
import trees
from trees import Sums, sums

NOBODY = 65534 if os.geteuid() == 0 else None
SAME = {"200 characters": 20 * "0123456789", "an option's name": "-rf"}
WORKS = {"letters that are not ASCII": "größe"}
"""dpkg-buildflags maps no paths there, so debug information differs."""
REFUSED = {
    "blanks": "a b  c", "quotes": "it's \"so\"", "a line end": "a\nb",
    "words for a shell": "$HOME `id` * ; &",
}
FILL = """
size=$(du -s --apparent-size {origin} | cut -f1)
size=$((size + 200))
mount -t tmpfs -o size=${{size}}k tmpfs {where}
cp -a {origin}/. {where}
while [ $size -lt 20000 ]; do
	if (cd {tree} && dpkg-buildpackage -b -d -us -uc) >{logs}/$size 2>&1; then
		cp {where}/*.deb {logs}
		exit
	fi
	size=$((size * 6 / 5))
	mount -o remount,size=${{size}}k {where}
done
exit 1
"""
"""Builds with ever more room until there is enough."""


@pytest.mark.parametrize("place", [*SAME, *WORKS])
def test_path_with(
    tmp_path: Path, place: str, undisturbed: Sums, said: Callable[[str], None]
) -> None:
    where = tmp_path / (SAME | WORKS)[place]
    where.mkdir()
    built = support.build(trees.make(where))
    assert built.debs.keys() == undisturbed.keys()
    if place in SAME:
        assert sums(built) == undisturbed
    said("the same packages")


@pytest.mark.parametrize("place", REFUSED)
def test_refused_is_a_path_with(
    tmp_path: Path, place: str, fails: Callable[..., str], said: Callable[[str], None]
) -> None:
    where = tmp_path / REFUSED[place]
    where.mkdir()
    message = fails(trees.make(where))
    assert message.startswith("dh_hwcaps_prepare: error: the source lies in ")
    said(message)


def test_odd_things_in_the_tree(
    tree: Path, undisturbed: Sums, said: Callable[[str], None]
) -> None:
    (tree / "outside").symlink_to("/")
    (tree / "above").symlink_to("..")
    (tree / "loop").symlink_to("loop")
    (tree / "dangling").symlink_to("no-such-file")
    os.mkfifo(tree / "fifo")
    (tree / "name\nwith end").write_text("")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tree / "socket"))
    before = {*Path("/").iterdir()}
    assert sums(support.build(tree)) == undisturbed
    assert {*Path("/").iterdir()} == before
    said("links out of the tree, a fifo and a socket do not matter")


def test_disk_full(
    tree: Path, tmp_path: Path, undisturbed: Sums, said: Callable[[str], None]
) -> None:
    logs, where = tmp_path / "logs", tmp_path / "small"
    for path in (logs, where):
        path.mkdir()
    origin = tmp_path / "origin"
    origin.mkdir()
    tree.rename(origin / tree.name)
    script = FILL.format(where=where, origin=origin, tree=where / tree.name, logs=logs)
    tree.mkdir()
    done = subprocess.run(
        ["unshare", "--mount", "--map-root-user", "sh", "-ec", script],
        env=support.environment(tree, {}), capture_output=True, text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    texts = [path.read_text() for path in logs.iterdir() if path.suffix != ".deb"]
    assert not [text for text in texts if "Traceback" in text]
    ours = {error for text in texts for error in support.errors(text).splitlines()[:1]}
    assert any("No space left on device" in text for text in texts)
    assert ours, texts
    assert sums(support.Built(logs / "x", "")) == undisturbed
    said(f"stopped {len(texts) - 1} times, then the same packages: {sorted(ours)[0]}")


@pytest.fixture
def handed_over(undisturbed: Sums) -> Iterator[Path]:
    """A source tree of an ordinary user's, for whom permissions mean something."""
    with tempfile.TemporaryDirectory() as where:
        tree = trees.make(Path(where))
        (tree / "data/deep").mkdir(parents=True)
        (tree / "data/deep/file").write_text("x")
        if NOBODY:
            support.hand_over(Path(where), NOBODY)
        yield tree


def test_read_only_debian(
    handed_over: Path, undisturbed: Sums, said: Callable[[str], None]
) -> None:
    debian = handed_over / "debian"
    debian.chmod(0o555)
    with pytest.raises(support.BuildError) as caught:
        support.build(handed_over, user=NOBODY)
    debian.chmod(0o755)
    log = str(caught.value)
    assert "Traceback" not in log
    said(re.findall(r"^.*Permission denied.*$", log, re.MULTILINE)[0])
    assert sums(support.build(handed_over, user=NOBODY)) == undisturbed


def test_directories_without_write_permission(
    handed_over: Path, undisturbed: Sums, said: Callable[[str], None]
) -> None:
    for path in ("data/deep", "data"):
        (handed_over / path).chmod(0o555)
    # The second time there are copies to be removed.
    for _ in range(2):
        assert sums(support.build(handed_over, user=NOBODY)) == undisturbed
    said("copied, and removed again")


def test_clock_set_back(
    tree: Path, undisturbed: Sums, said: Callable[[str], None]
) -> None:
    tomorrow = time.time() + 86400
    for path in tree.rglob("*"):
        os.utime(path, (tomorrow, tomorrow))
    assert sums(support.build(tree)) == undisturbed
    said("files of tomorrow give the same packages")


def test_two_builds_at_once(
    tmp_path: Path, undisturbed: Sums, said: Callable[[str], None]
) -> None:
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made.append(trees.make(tmp_path / name))
    processes = [support.start(tree) for tree in made]
    assert [process.wait(support.BUILD_TIMEOUT) for process in processes] == [0, 0]
    for tree in made:
        assert sums(support.Built(tree, "")) == undisturbed
    said("both give the same packages")
