# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The real packages of the tests, and how to use each one's libraries."""

from __future__ import annotations

import math
import struct
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from real.sources import Source

GSL = Source(
    "gsl", "bookworm", "2.7.1+dfsg-5+deb12u1",
    "77bf2b75142d2b19bd0b837dc7a42189704b9451e6f6c8ddeab3d1227a76ed0a",
)
"""A larger one, with debian/rules that do not run dh."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A source package, a program that uses its libraries, and a client to compile."""

    source: Source
    packages: tuple[str, ...]
    """What has the program."""
    command: str
    """A shell command that uses every library of `sonames`; /tmp/input is there."""
    sonames: tuple[str, ...]
    client: tuple[str, str, str]
    """A library's -dev package, its name for -l, a function of it."""
    prepare: Callable[[Path], None] = lambda _path: None
    """Writes /tmp/input."""


def sound(path: Path) -> None:
    """Write a second of two sines as WAV."""
    rate = 44100
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(rate)
        for n in range(rate):
            phase = 2 * math.pi * n / rate
            samples = (int(9000 * math.sin(f * phase)) for f in (440, 662))
            out.writeframes(struct.pack("<hh", *samples))


def tune(path: Path) -> None:
    """Write a ProTracker module: one sample, one pattern with a note now and then."""
    body = bytes((n * 8) % 256 for n in range(1024))
    sample = b"saw".ljust(22, b"\0") + struct.pack(">HBBHH", len(body) // 2, 0, 64, 0, 1)
    silent = bytes(22) + struct.pack(">HBBHH", 0, 0, 0, 0, 1)
    note = struct.pack(">HH", 428, 0x1000)
    rows = b"".join((note if row % 8 == 0 else bytes(4)) + bytes(12) for row in range(64))
    orders = bytes([1, 127]) + bytes(128)
    title = b"tune".ljust(20, b"\0")
    path.write_bytes(title + sample + silent * 30 + orders + b"M.K." + rows + body)


def network(path: Path) -> None:
    """Write a program that trains a neural network."""
    path.write_text(
        "from fann2 import libfann\n"
        "net = libfann.neural_net()\n"
        "net.create_standard_array([2, 8, 1])\n"
        "for a, b in ((0, 0), (0, 1), (1, 0), (1, 1)) * 500:\n"
        "    net.train([a, b], [a ^ b])\n"
        "assert 0 <= net.run([0, 1])[0] <= 1\n"
    )


CASES = (
    Case(
        source=Source("libmodplug", "trixie", "1:0.8.9.0-3",
                      "d230fff1f2ee1be6c77ff4bca828468076487ce4557d754d6424f0e62a1c3ba9"),
        packages=("gstreamer1.0-tools", "gstreamer1.0-plugins-bad"),
        command="gst-launch-1.0 -q filesrc location=/tmp/input ! modplug"
                " ! filesink location=/tmp/output && test -s /tmp/output",
        sonames=("libmodplug.so.1",),
        client=("libmodplug-dev", "modplug", "ModPlug_Load"),
        prepare=tune,
    ),
    Case(
        source=Source("lcms2", "trixie", "2.16-2+deb13u2",
                      "8ff22453843eed5ef7bfb76b4cb2cfe490613337cb197141db658e5195ead9fc"),
        packages=("liblcms2-utils",),
        command="printf '10\\n20\\n30\\nq\\n' | transicc -i'*sRGB' -o'*Lab'",
        sonames=("liblcms2.so.2",),
        client=("liblcms2-dev", "lcms2", "cmsCreateTransform"),
    ),
    Case(
        source=Source("lame", "trixie", "3.100-6",
                      "6a402771625fa80785a2b904697ba9c7e74a1ee4fa536354e9e88f08e2a4073b"),
        packages=("lame",),
        command="lame --quiet /tmp/input /tmp/output && test -s /tmp/output",
        sonames=("libmp3lame.so.0",),
        client=("libmp3lame-dev", "mp3lame", "lame_init"),
        prepare=sound,
    ),
    Case(
        source=Source("libfann", "trixie", "2.2.0+ds-8",
                      "c403839f56c94e8fc5765b22c6b91334bcf57436b4bd97353537278af68970df",
                      # It asks for CMake 2.8, and sid's CMake 4 declines.
                      "\nexport CMAKE_POLICY_VERSION_MINIMUM = 3.5\n"),
        packages=("python3-fann2",),
        command="python3 /tmp/input",
        sonames=("libdoublefann.so.2",),
        client=("libfann-dev", "fann", "fann_create_standard"),
        prepare=network,
    ),
    Case(
        source=Source("libvorbis", "trixie", "1.3.7-3",
                      "14666d60addd93c86bbbf573ef3fbc9f17818235473514c026652073ed1b550b"),
        packages=("vorbis-tools",),
        command="oggenc -Q -o /tmp/output /tmp/input && oggdec -Q -o /dev/null /tmp/output",
        sonames=("libvorbis.so.0", "libvorbisenc.so.2", "libvorbisfile.so.3"),
        client=("libvorbis-dev", "vorbisenc", "vorbis_encode_init"),
        prepare=sound,
    ),
    Case(
        source=Source("libsamplerate", "bookworm", "0.2.2-3",
                      "364aee9f8033c795cecbb3cbc1659f795487f535d3523bc4ec6f3790ba66c74f"),
        packages=("sndfile-tools",),
        command="sndfile-resample -to 48000 /tmp/input /tmp/output.wav",
        sonames=("libsamplerate.so.0",),
        client=("libsamplerate0-dev", "samplerate", "src_new"),
        prepare=sound,
    ),
)
SUITES = {"trixie": ("trixie", "sid"), "bookworm": ("bookworm",)}
"""On which releases a release's source is built."""
