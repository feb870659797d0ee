# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The packages, pinned, with a program that uses each."""

from __future__ import annotations

from dataclasses import dataclass, replace

from real.cases import CASES, Case, sound
from real.sources import Source

from corpus import inputs

SUITE = "trixie"
FORCE = ("--force",)
KNOWN = {case.source.name: case for case in CASES}


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A package, and what is special about it."""

    case: Case
    options: tuple[str, ...] = ()
    """Of dh_hwcaps convert."""
    once: bool = False
    """Whether its build is so long that one converted build, without tests, has to do."""
    stops: str = ""
    """Why its build stops without the lines that `source.rules` adds; "" without such lines."""
    refused: str = ""
    """A part of the reason that convert has to give for refusing it; "" if it must not."""

    @property
    def source(self) -> Source:
        """The source package."""
        return self.case.source

    @property
    def name(self) -> str:
        """The source's name."""
        return self.source.name


def known(name: str) -> Pin:
    """Return the pin of a package that the system tests use as well."""
    return Pin(case=replace(KNOWN[name], source=replace(KNOWN[name].source, rules="")))


PINS = (
    known("libmodplug"),
    known("libvorbis"),
    known("lcms2"),
    Pin(options=FORCE, case=Case(
        source=Source("lz4", SUITE, "1.10.0-4",
                      "394c635aa75a21cd5896680e48821c05336645072ae866b2717d53f36b9ba851"),
        packages=("lz4",),
        command="lz4 -q -c /tmp/input | lz4 -q -d -c | cmp - /tmp/input",
        sonames=("liblz4.so.1",),
        client=("liblz4-dev", "lz4", "LZ4_compress_default"),
        prepare=inputs.text,
    )),
    Pin(case=Case(
        source=Source("libwebp", SUITE, "1.5.0-0.1",
                      "2e7be6f202ebfaac738278bebc10b151768aef60857e63734018ced4d59b9c9a"),
        packages=("webp",),
        command="cwebp -quiet /tmp/input -o /tmp/output && dwebp -quiet /tmp/output -o /tmp/back"
                " && webpmux -info /tmp/output",
        sonames=("libwebp.so.7", "libwebpdemux.so.2", "libwebpmux.so.3", "libsharpyuv.so.0"),
        client=("libwebp-dev", "webp", "WebPGetEncoderVersion"),
        prepare=inputs.picture,
    )),
    Pin(case=Case(
        source=Source("libpng1.6", SUITE, "1.6.48-1+deb13u5",
                      "746ec351ac044becb16725b903aee2c53815da9f89630767b6edbb317a50f98e"),
        packages=("optipng",),
        command="optipng -quiet -force -clobber -out /tmp/output /tmp/input",
        sonames=("libpng16.so.16",),
        client=("libpng-dev", "png16", "png_create_read_struct"),
        prepare=inputs.picture,
    )),
    Pin(options=FORCE, case=Case(
        source=Source("bzip2", SUITE, "1.0.8-6",
                      "cd3bfd77254a6b5ef1be144bdc90a0dd374bc8206afd98ba4abf828741b79820"),
        packages=("bzip2",),
        command="bzip2 -c /tmp/input | bzip2 -d -c | cmp - /tmp/input",
        sonames=("libbz2.so.1.0",),
        client=("libbz2-dev", "bz2", "BZ2_bzCompressInit"),
        prepare=inputs.text,
    )),
    known("libfann"),
    Pin(case=Case(
        source=Source("libsecp256k1", SUITE, "0.5.0-2",
                      "50abef1ccf4f1614bcebd4a01539cb35674111d40266f280a10e3135d2bb6f36"),
        packages=("python3-electrum",),
        command="python3 -c 'from electrum.ecc import ECPrivkey;"
                " assert ECPrivkey(bytes(31) + bytes([7])).get_public_key_bytes()'",
        sonames=("libsecp256k1.so.2",),
        client=("libsecp256k1-dev", "secp256k1", "secp256k1_context_create"),
    )),
    Pin(case=Case(
        source=Source("babl", SUITE, "1:0.1.114-2",
                      "f1ded4d78b3ee9cfcb611d9c312e796b09362daad8a28a45aa625c4ae428c77a"),
        packages=("gegl",),
        command="gegl /tmp/input -o /tmp/output.png -- invert && test -s /tmp/output.png",
        sonames=("libbabl-0.1.so.0",),
        client=("libbabl-dev", "babl-0.1", "babl_init"),
        prepare=inputs.picture,
    )),
    known("lame"),
    Pin(stops=(
        "its build runs tests of its own, all of whose code is compiled with -fPIC, so the machine"
        " must have the level"
    ), case=Case(
        source=Source("aubio", SUITE, "0.4.9-4.7",
                      "7727b06498631c1f71f6f9292f155abadd25ebea65e9d4df158b00fceaf76da2",
                      "\nifdef DH_HWCAPS_LEVEL\nWAF_OPTIONS += --notests\nendif\n"),
        packages=("aubio-tools",),
        command="aubioonset -i /tmp/input",
        sonames=("libaubio.so.5",),
        client=("libaubio-dev", "aubio", "new_fvec"),
        prepare=sound,
    )),
    Pin(options=FORCE, case=Case(
        source=Source("zlib", SUITE, "1:1.3.dfsg+really1.3.1-1",
                      "ede2791e29c1d3b422f9208bdd7edf040c20445ea1e7453a72037576e64fa197"),
        packages=("minizip", "pigz"),
        command="rm -f /tmp/output.zip && minizip /tmp/output.zip /tmp/input"
                " && pigz -c /tmp/input | pigz -d -c | cmp - /tmp/input",
        sonames=("libz.so.1", "libminizip.so.1"),
        client=("zlib1g-dev", "z", "deflate"),
        prepare=inputs.text,
    )),
    Pin(options=FORCE, case=Case(
        source=Source("gmp", SUITE, "2:6.3.0+dfsg-3",
                      "f7b64af28f52b7346bb8581e01d3c19daf769639345f234f8ae1e29c42171443"),
        packages=("coreutils",),
        command="factor 1000000000000000000000000000057",
        sonames=("libgmp.so.10",),
        client=("libgmp-dev", "gmp", "__gmpz_init"),
    )),
    Pin(once=True, stops="the flags did not reach the compiler", case=Case(
        source=Source("fftw3", SUITE, "3.3.10-2",
                      "58bdea9754119c591f95e373c1c85ff2b6861383b20bf3bb1e81af9c76a51d71",
                      # Its configure puts flags of its own in the place of dpkg's.
                      "\noverride_dh_hwcaps_build:\n"
                      "\tdh_hwcaps_build --inject=environment\n"),
        packages=("libfftw3-bin",),
        command="for program in fftw fftwf fftwl fftwq; do"
                " $program-wisdom -n -t 0.01 -o /tmp/output c64 || exit 1; done",
        sonames=("libfftw3.so.3", "libfftw3f.so.3", "libfftw3l.so.3", "libfftw3q.so.3"),
        client=("libfftw3-dev", "fftw3", "fftw_plan_dft_1d"),
    )),
    Pin(options=FORCE, case=Case(
        source=Source("libzstd", SUITE, "1.5.7+dfsg-1",
                      "8f6ab97fa772d921334e50fa5756a0951e23c718dc913e43a228f28c1a23adf9"),
        # zstd has its own copy of the code.
        packages=("dpkg",),
        command="dpkg-deb -Zzstd --build /tmp/input /tmp/output.deb"
                " && dpkg-deb --fsys-tarfile /tmp/output.deb",
        sonames=("libzstd.so.1",),
        client=("libzstd-dev", "zstd", "ZSTD_compress"),
        prepare=inputs.package,
    )),
    Pin(refused="update-alternatives", case=Case(
        source=Source("openblas", SUITE, "0.3.29+ds-3",
                      "b5ee492da8dd40f0ce693635a6a9259c3634d2ff1a569d5baf18a53d62e2629c"),
        packages=(), command="", sonames=(), client=("", "", ""),
    )),
    Pin(once=True, stops="the levels' flags did not arrive", case=Case(
        source=Source("sundials", SUITE, "7.1.1+dfsg1-10",
                      "c0a377aa32811f3aa9f68afc8f4ce25702736b0eaaae7a48c6487d6a4a875a2c",
                      # Its own -DCMAKE_C_FLAGS=-fcommon takes the place of dpkg's flags.
                      "\nextra_flags += '-DCMAKE_C_FLAGS=$(CFLAGS) $(CPPFLAGS) -fcommon'\n"),
        packages=("libsundials-dev", "libopenmpi-dev"),
        command="test -x /tmp/decay || mpicc -x c /tmp/input -o /tmp/decay -lsundials_cvode"
                " -lsundials_nvecserial -lsundials_sunmatrixdense -lsundials_sunlinsoldense"
                " -lsundials_core -lm; /tmp/decay",
        sonames=("libsundials_cvode.so.7", "libsundials_nvecserial.so.7",
                 "libsundials_core.so.7"),
        client=("libsundials-dev", "sundials_cvode", "CVodeCreate"),
        prepare=inputs.equation,
    )),
)
