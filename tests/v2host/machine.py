"""The virtual machine: its disks, its start, its end. It is made from images that the tools
under test build themselves, from the packages that this host's own apt knows."""
import ctypes
import json
import os
import pathlib
import shutil
import signal
import subprocess

PR_SET_PDEATHSIG = 1

# The processors are emulated: on a busy host, a clock that is calibrated against them runs
# at twice the speed.
KERNEL_WORDS = ("console=ttyS0 quiet loglevel=4 panic=-1 tsc=unstable clocksource=acpi_pm no_timer_check "
                "i8042.noaux i8042.nokbd cryptomgr.notests random.trust_cpu=on net.ifnames=0 rdinit=/init "
                "systemd.show_status=0 systemd.unit=v2host.service systemd.mask=systemd-udevd.service "
                "systemd.mask=systemd-udev-trigger.service systemd.mask=systemd-timesyncd.service "
                "systemd.mask=systemd-networkd.service systemd.mask=apparmor.service")
MODULES = ("virtio/virtio_ring", "virtio/virtio", "virtio/virtio_pci_legacy_dev", "virtio/virtio_pci_modern_dev",
           "virtio/virtio_pci", "block/virtio_blk", "char/virtio_console")


def die_with_parent():
    """Run in the child: no machine outlives its runner, however that ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


class NotHere(Exception):
    """The machine could not be made."""


def run(*argv, **more):
    """Its output; what it says when it fails becomes the reason."""
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, errors="replace", **more)
    if done.returncode != 0:
        raise NotHere(f"{argv[0]} exits {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stdout


def make_disk(tree, disk, megabytes):
    disk.unlink(missing_ok=True)
    run("mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", tree, disk, f"{megabytes}M")


class Machine:
    def __init__(self, source, preset):
        self.source = source
        self.programs = source / "build" / preset
        self.place = source / "build/test/v2host"

    def run(self, chosen, seconds):
        """(results, report) of the guest; both may end early when it does."""
        self.place.mkdir(parents=True, exist_ok=True)
        tree = self._build_guest()
        disk = self._guest_disk(tree)
        self._remove_stale()
        scratch = self.place / str(os.getpid())
        scratch.mkdir()
        try:
            self._source_disk(scratch, chosen)
            self._initramfs(scratch, tree)
            return self._boot(scratch, tree, disk, seconds)
        finally:
            shutil.rmtree(scratch)

    def _remove_stale(self):
        """Of runners that were killed: each is named by its process."""
        for path in self.place.iterdir():
            if path.name.isdigit() and not pathlib.Path("/proc", path.name).exists():
                shutil.rmtree(path)

    def _build(self, recipe, store):
        """The tree of a recipe's single layer or the whole store of it, built where it is not yet."""
        return run(self.programs / "bin/sandbox-build", "-q", recipe,
                   env={"SANDBOX_STORE": str(store), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})

    def _build_guest(self):
        recipe = self.place / "recipe"
        recipe.mkdir(exist_ok=True)
        release = dict(line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text().splitlines() if "=" in line)
        text = (self.source / "tests/v2host/guest/recipe.yaml").read_text()
        # The programs under test are linked with this release's libraries.
        (recipe / "recipe.yaml").write_text(text.replace("SUITE", release["VERSION_CODENAME"]))
        digest = self._build(recipe, self.place / "store").split()[-1].removeprefix("sha256:")
        record = (self.place / "store/images" / f"{digest}.json").read_text()
        layers = json.loads(record)["layers"]
        return self.place / "store/layers" / layers[0]["digest"].removeprefix("sha256:") / "tree"

    def _guest_disk(self, tree):
        """Made once for each tree; a guest writes to a copy that goes with it."""
        disk = self.place / f"{tree.parent.name[:16]}.ext4"
        if not disk.exists():
            for old in self.place.glob("*.ext4"):
                old.unlink()
            make_disk(tree, disk.with_suffix(".new"), 800)
            disk.with_suffix(".new").rename(disk)
        return disk

    def _source_disk(self, scratch, chosen):
        source = scratch / "source"
        for part in ("tests", "recipes"):
            shutil.copytree(self.source / part, source / part, symlinks=True,
                            ignore=shutil.ignore_patterns("__pycache__", "unit", "bench"))
        for part in ("bin", "libexec"):
            shutil.copytree(self.programs / part, source / "build/release" / part, symlinks=True)
        (source / "build/release/tests").mkdir()
        shutil.copy2(self.programs / "tests/probe", source / "build/release/tests/probe")
        self._build(self.source / "recipes/busybox", source / "images")
        (source / "selection").write_text("".join(
            f"{part} {identity} {' '.join(names)}\n" for (part, identity), names in chosen.items()))
        make_disk(source, scratch / "source.ext4", 400)
        shutil.rmtree(source)

    def _initramfs(self, scratch, tree):
        """Just enough of a kernel's modules to see the disks."""
        small = scratch / "initramfs"
        for directory in ("bin", "dev", "root"):
            (small / directory).mkdir(parents=True)
        shutil.copy2(tree / "bin/busybox", small / "bin/busybox")
        shutil.copy2(self.source / "tests/v2host/guest/init", small / "init")
        [drivers] = tree.glob("lib/modules/*/kernel/drivers")
        for module in MODULES:
            shutil.copy2(drivers / f"{module}.ko", small)
        (small / "modules").write_text("\n".join(pathlib.Path(module).name for module in MODULES))
        names = "\n".join(str(path.relative_to(small)) for path in sorted(small.rglob("*")))
        archive = subprocess.run([tree / "bin/busybox", "cpio", "-o", "-H", "newc"], cwd=small, input=names.encode(),
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
        (scratch / "initramfs.cpio").write_bytes(archive)

    def _boot(self, scratch, tree, disk, seconds):
        [kernel] = tree.glob("boot/vmlinuz-*")
        results, report = scratch / "results", scratch / "report"
        argv = ["nice", "-n", "19", "qemu-system-x86_64", "-M", "q35", "-accel", "tcg,thread=multi", "-cpu", "max",
                "-smp", "2", "-m", "2G", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                "-kernel", kernel, "-initrd", scratch / "initramfs.cpio", "-append", KERNEL_WORDS,
                "-serial", f"file:{self.place / 'console'}", "-device", "virtio-serial-pci",
                "-chardev", f"file,id=report,path={report}", "-device", "virtserialport,chardev=report,nr=1",
                "-chardev", f"file,id=results,path={results}", "-device", "virtserialport,chardev=results,nr=2"]
        for number, file in enumerate((disk, scratch / "source.ext4")):
            argv += ["-drive", f"file={file},format=raw,if=none,id=d{number},snapshot=on",
                     "-device", f"virtio-blk-pci,drive=d{number}"]
        try:
            done = subprocess.run([str(word) for word in argv], stdin=subprocess.DEVNULL, timeout=seconds,
                                  preexec_fn=die_with_parent,
                                  capture_output=True, text=True)
            trouble = done.stderr
        except subprocess.TimeoutExpired:  # run() has killed and collected it
            trouble = f"the guest did not go off within {seconds} s\n"
        said = [file.read_text(errors="replace") if file.exists() else "" for file in (results, report)]
        (self.place / "report").write_text(said[1] + trouble)
        return said[0], said[1] + trouble
