# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run a script on a CPU that this machine lacks: a chroot's files, booted in an emulated PC.

QEMU knows no AVX-512; Bochs does since 3.0, which Debian has from trixie on. A Debian kernel boots
from a CD, mounts an image of the chroot and runs the script; nothing of the chroot changes.
"""

from __future__ import annotations

import re
import shlex
import subprocess

from real import chroot
from real.chroot import Chroot, ChrootError

LEVELS = ("x86-64-v4",)
"""What CPU has, best first."""
CPU = "corei7_skylake_x"
SPEED = 20_000_000
"""Instructions per second of its own clock: few, so that waiting costs little."""
LIMIT = 1200
"""Seconds of CPU time, of which a PC that waits uses no less; a boot takes half a minute."""
SUITE = "trixie"
TOOLS = ("bochs", "bochs-term", "busybox-static", "cpio", "e2fsprogs", "isolinux",
         "linux-image-cloud-amd64", "syslinux-common", "xorriso")
BEGIN, END = "emulated: begins", "emulated: exit code"
"""What stands before and after the script's own words on the serial port."""

# Without ACPI and APIC the boot is shorter. Bochs ends when its CPU is reset by a triple fault,
# and so it does when the kernel panics.
KERNEL = (
    f"console=ttyS0,115200 quiet loglevel=0 panic=-1 reboot=triple tsc_early_khz={SPEED // 1000}"
    " acpi=off noapic nolapic nosmp no_timer_check mitigations=off nokaslr random.trust_cpu=on"
    " edd=off"
)
ISOLINUX = f"""\
DEFAULT kernel
LABEL kernel
  KERNEL /vmlinuz
  INITRD /initrd
  APPEND {KERNEL}
"""
PC = f"""\
config_interface: textconfig
display_library: term
plugin_ctrl: speaker=0, parallel=0, gameport=0
cpu: model={CPU}, ips={SPEED}, reset_on_triple_fault=0
memory: guest=1024, host=1024
romimage: file=/usr/share/bochs/BIOS-bochs-latest, options=fastboot
vgaromimage: file=/usr/share/vgabios/vgabios.bin
ata0-master: type=disk, mode=flat, path=/disk
ata1: enabled=1, ioaddr1=0x170, ioaddr2=0x370, irq=15
ata1-master: type=cdrom, path=/boot.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=/serial
clock: sync=none
log: /log
panic: action=fatal
error: action=ignore
info: action=ignore
"""
# env and sh by their paths: busybox would take its own, and within that its own programs.
INIT = f"""\
#!/bin/busybox sh
for name in $(busybox cat /modules); do busybox insmod "$name"; done
busybox mount -t devtmpfs dev /dev
busybox mount -t ext4 -o noatime /dev/sda /root
busybox mount -o bind /dev /root/dev
busybox ln -s /proc/self/fd /dev/fd
busybox mkdir /dev/shm
busybox mount -t tmpfs shm /root/dev/shm
busybox mount -t proc proc /root/proc
busybox mount -t sysfs sys /root/sys
busybox ifconfig lo up
busybox cp /script /root/tmp/emulated
echo "{BEGIN}"
busybox chroot /root /usr/bin/env -i \\
  {shlex.join(f"{name}={value}" for name, value in chroot.ENVIRONMENT.items())} \\
  /bin/sh -e /tmp/emulated </dev/null
echo "{END} $?"
busybox reboot -f
"""
# Modules without a signature, which would take long to check.
MAKE = """
cd /initrd
mkdir bin dev root
cp /bin/busybox bin
version=$(ls /lib/modules)
modprobe -S "$version" -a --show-depends ata_piix sd_mod | awk '!seen[$2]++ { print $2 }' |
while read -r path; do
  name=$(basename "$path" .xz)
  xz -dc "$path" >"$name"
  strip --strip-debug "$name"
  echo "/$name" >>modules
done
find . | cpio --quiet -o -H newc >/cd/initrd
cp /boot/vmlinuz-"$version" /cd/vmlinuz
cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 /cd/isolinux
xorriso -as mkisofs -quiet -o /boot.iso -b isolinux/isolinux.bin -c isolinux/boot.cat \
  -no-emul-boot -boot-load-size 4 -boot-info-table /cd
truncate -s $(($(du -sk /mnt | cut -f1) * 5 / 4 + 65536))K /disk
mke2fs -q -t ext4 -O ^has_journal -E assume_storage_prezeroed=1 -d /mnt /disk
"""


def run(system: Chroot, script: str, limit: int = LIMIT) -> str:
    """Return what a shell script prints, run as root in a copy of a chroot on that CPU.

    Raises ChrootError with what was printed when the script fails or is not done in time.
    """
    with chroot.fresh(SUITE, *TOOLS) as tools:
        with chroot.mounted("none", system.root, tools.path("/mnt"), "-o", "bind"):
            _make(tools, script)
        pc = tools.entering("bochs", "-f", "/pc", env={"TERM": "vt100"})
        # script(1) gives the screen a terminal. The panic that ends it makes the exit code useless.
        limited = shlex.join(["prlimit", f"--cpu={limit}", *pc])
        subprocess.run(["script", "-qc", limited, "/dev/null"], env=chroot.ENVIRONMENT,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        found = [path.read_text(errors="replace") for path in map(tools.path, ("/log", "/serial"))
                 if path.exists()]
    return answer("".join(found))


def answer(said: str) -> str:
    """Return what the script printed, of all that came out of the PC; raise ChrootError."""
    text = said.replace("\r\n", "\n")
    found = re.search(rf"{BEGIN}\n(.*){END} (\d+)\n", text, re.DOTALL)
    if not found:
        raise ChrootError(f"the emulated PC ended, or its time, before the script did:\n{text}")
    if found[2] != "0":
        raise ChrootError(f"in the emulated PC: exit code {found[2]}\n{found[1]}")
    return found[1]


def _make(tools: Chroot, script: str) -> None:
    # The image of the chroot, which is at /mnt, and what boots it.
    for name, text in {"/pc": PC, "/cd/isolinux/isolinux.cfg": ISOLINUX, "/initrd/init": INIT,
                       "/initrd/script": script}.items():
        path = tools.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    tools.path("/initrd/init").chmod(0o755)
    tools.shell(MAKE)
