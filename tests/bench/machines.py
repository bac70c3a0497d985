"""The rows of virtual machines."""
import json
import pathlib
import subprocess
import time

import clock
from clock import Contender, median

SHAPES = {"256 MiB, 1 cpu": ["--memory", "256M", "--cpus", "1"], "4 GiB, 2 cpus": ["--memory", "4G", "--cpus", "2"]}
TOGETHER = 10


def machines(bench, row):
    """Starts of both kinds, a command, ten at once, and what one more costs to keep."""
    subprocess.run(["sandbox-build", "-q", str(bench.source / "recipes/vm-kernel")], check=True, stdout=subprocess.DEVNULL)
    try:
        for shape, size in SHAPES.items():
            yield from _starts(bench, row, shape, ["sandbox-launch", "--engine", "vm", *size, "busybox"])
        yield from _together(bench, row, "copies", "a copy", ["sandbox-launch", "--engine", "vm", *SHAPES["256 MiB, 1 cpu"], "busybox"])
        yield from _together(bench, row, "forks", "a fork", ["sandbox-launch", _snapshot_name("256 MiB, 1 cpu")])
    finally:
        bench.reap("--all")


def _starts(bench, row, shape, launch):
    first = json.loads(subprocess.run(launch, check=True, capture_output=True, text=True).stdout)  # it makes the template
    kvm = first["machine"]["processor"] == "kvm"
    copies = Contender("copy", launch, lambda output: bench.reap(json.loads(output)["id"]))
    execs = Contender("exec", ["sandbox-exec", first["id"], "--", "/bin/true"])
    cold = Contender("cold", [*launch, "--no-template"], copies.tidy)
    clock.interleave([copies, execs], max(bench.count // 2, 10), 0.02, bench.scratch)
    clock.interleave([cold], 5, 0.02, bench.scratch)
    forks = _forks(bench, first["id"], shape)
    bench.reap(first["id"])
    name = f"vm, {shape}, {first['machine']['processor']}"
    limit = 60.0 if kvm else 100.0
    yield row(f"{name}: from a template", copies.times or None, target=f"{limit:.0f} ms", at_most=limit, reason=copies.reason)
    yield row(f"{name}: from nothing", cold.times or None, target="2500 ms", at_most=2500.0, reason=cold.reason)
    yield row(f"{name}: exec", execs.times or None, target="5 ms", at_most=5.0, reason=execs.reason)
    yield row(f"{name}: fork of a snapshot", forks.times or None, target="120 ms", at_most=120.0, reason=forks.reason)


def _forks(bench, machine, shape):
    """Of a machine that ran a command. The first one's keeper reads the snapshot, and does not count."""
    name = _snapshot_name(shape)
    subprocess.run(["sandbox-snapshot", "-q", machine, "--name", name], check=True, stdout=subprocess.DEVNULL)
    forks = Contender("fork", ["sandbox-launch", name], lambda output: bench.reap(json.loads(output)["id"]))
    bench.reap(subprocess.run(["sandbox-launch", "-q", name], check=True, capture_output=True, text=True).stdout.strip())
    clock.interleave([forks], max(bench.count // 2, 10), 0.02, bench.scratch)
    return forks


def _snapshot_name(shape):
    return "bench-" + shape.split(" ")[0]


def _together(bench, row, many, one, launch):
    started = time.perf_counter()
    launches = [subprocess.Popen(launch, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) for _ in range(TOGETHER)]
    outputs = [process.communicate()[0] for process in launches]
    took = (time.perf_counter() - started) * 1000
    failed = sum(process.returncode != 0 for process in launches)
    yield row(f"{TOGETHER} {many} at once, all of them", value=took, reason=f"{failed} failed" if failed else None)
    sizes = [_proportional_mib(json.loads(output)["id"]) for output in outputs if output]
    for output in outputs:
        if output:
            bench.reap(json.loads(output)["id"])
    yield row(f"{one} more, idle, 256 MiB", value=median(sizes), unit="MiB", target="30 MiB", at_most=30.0)


def _proportional_mib(sandbox):
    """Of QEMU, by the name that it was given."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            if words[0].endswith(b"qemu-system-x86_64") and sandbox.encode() in words:
                rollup = (process / "smaps_rollup").read_text()
                return int(next(line for line in rollup.splitlines() if line.startswith("Pss:")).split()[1]) / 1024
        except (FileNotFoundError, ProcessLookupError):
            continue
    raise RuntimeError(f"no machine is called {sandbox}")
