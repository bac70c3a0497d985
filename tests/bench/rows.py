"""The rows of the table: each group measures some and yields them. Targets are those of the
design, section 13."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

import clock
import machines
import peers
from clock import Contender, median, percentile

TOOLS = ("build", "change", "copy", "doctor", "exec", "launch", "list", "log", "reap", "run")


class Bench:
    """Where it runs, and how often."""

    def __init__(self, place, source, quick):
        self.place = place
        self.source = source
        self.count = 20 if quick else 100
        self.streamed_mib = 256 if quick else 1024
        self.scratch = place / "scratch"
        self.tree = place / "tree"
        self.stages = {}

    def reap(self, *arguments):
        subprocess.run(["sandbox-reap", "--grace", "0", "-q", *arguments], check=True, stdout=subprocess.DEVNULL)


def row(work, times=None, *, value=None, unit="ms", target=None, at_most=None, at_least=None, reason=None):
    """One row; `value` is the median of times unless it is given."""
    shown = median(times) if times else value
    met = None
    if shown is not None and at_most is not None:
        met = shown <= at_most
    if shown is not None and at_least is not None:
        met = shown >= at_least
    return {"work": work, "value": shown, "unit": unit, "p99": percentile(times, 99) if times else None,
            "target": target, "limit": at_most if at_most is not None else at_least, "met": met, "reason": reason}


def start(bench):
    """launch, exec and run beside the peers, interleaved."""
    for gap, title in ((0, "back to back"), (0.02, "20 ms apart")):
        yield from _start(bench, gap, title)


def _start(bench, gap, title):
    stages = bench.stages.setdefault(title, {})

    def end(output):
        record = json.loads(output)
        for stage, ms in record["timings_ms"].items():
            stages.setdefault(stage, []).append(ms)
        bench.reap(record["id"])

    kept = subprocess.run(["sandbox-launch", "-q", "python-3.11"], check=True, capture_output=True,
                          text=True).stdout.strip()
    ours = [Contender("launch", ["sandbox-launch", "python-3.11"], end),
            Contender("exec", ["sandbox-exec", kept, "--", "/bin/true"]),
            Contender("run", ["sandbox-run", "python-3.11", "--", "/bin/true"])]
    others = peers.all_of(bench.tree, bench.place)
    try:
        clock.interleave([*ours, *others], bench.count, gap, bench.scratch)
    finally:
        bench.reap(kept)
    medians = {c.name: median(c.times) for c in [*ours, *others] if c.times}
    targets = {"launch": [("bwrap", 1.0)], "exec": [("bwrap", 0.5)], "run": [("bwrap", 1.2), ("runc", 0.35)]}
    for contender in [*ours, *others]:
        name = f"{contender.name}, {title}"
        if not contender.times:
            yield row(name, reason=contender.reason)
            continue
        yield row(name, contender.times)
        for peer, factor in targets.get(contender.name, []):
            if peer in medians:
                yield row(f"  / {peer}", value=medians[contender.name] / medians[peer], unit="x",
                          target=f"{factor} x", at_most=factor)
        if contender in ours:
            yield row("  p99 / median", unit="x", target="2 x", at_most=2.0,
                      value=percentile(contender.times, 99) / medians[contender.name])


def version(bench):
    """How long a process of ours takes to say its version."""
    contenders = [Contender(tool, [f"sandbox-{tool}", "--version"]) for tool in TOOLS]
    contenders.append(Contender("sandbox", ["sandbox", "--version"]))
    true = Contender("true", ["/bin/true"])
    clock.interleave([*contenders, true], bench.count, 0, bench.scratch)
    yield row("/bin/true, for comparison", true.times)
    for contender in sorted(contenders, key=lambda c: c.name):
        limit = 1.0 if contender.name in ("launch", "exec", "run") else 3.0
        name = "sandbox" if contender.name == "sandbox" else f"sandbox-{contender.name}"
        yield row(f"{name} --version", contender.times or None, target=f"{limit:.0f} ms", at_most=limit,
                  reason=contender.reason)


def many(bench):
    """A hundred launches at once, and their end."""
    number, each, reaps = 100, [], []
    for _ in range(3):
        started = time.perf_counter()
        launches = [subprocess.Popen(["sandbox-launch", "-q", "--memory", "64M", "--disk", "16M", "python-3.11"],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(number)]
        codes = [launch.wait() for launch in launches]
        each.append((time.perf_counter() - started) * 1000 / number)
        for launch in launches:
            launch.stderr.close()
        failed = sum(code != 0 for code in codes)
        if failed:
            bench.reap("--all")
            yield row("100 launches at once, each", reason=f"{failed} failed")
            return
        started = time.perf_counter()
        bench.reap("--all")
        reaps.append((time.perf_counter() - started) * 1000)
    yield row("100 launches at once, each", each, target="4 ms", at_most=4.0)
    yield row("sandbox-reap of 100", reaps, target="1000 ms", at_most=1000.0)


def memory(bench):
    """Proportional set size of an idle sandbox: what it costs to keep."""
    launched = subprocess.run(["sandbox-launch", "python-3.11"], check=True, capture_output=True, text=True).stdout
    record = json.loads(launched)
    try:
        total = 0.0
        for owner in ("supervisor", "agent"):
            try:
                rollup = pathlib.Path(f"/proc/{record[owner]['pid']}/smaps_rollup").read_text()
            except PermissionError:  # the agent is not dumpable: only root may look
                yield row("idle sandbox: supervisor + agent", reason="only root may look at the agent")
                return
            total += int(next(line for line in rollup.splitlines() if line.startswith("Pss:")).split()[1])
        yield row("idle sandbox: supervisor + agent", value=total / 1024, unit="MiB", target="1.5 MiB", at_most=1.5)
    finally:
        bench.reap(record["id"])


def build(bench):
    """A build of what is built already."""
    contenders = [Contender(recipe, ["sandbox-build", str(bench.source / "recipes" / recipe)])
                  for recipe in ("busybox", "python-3.11")]
    clock.interleave(contenders, bench.count, 0, bench.scratch)
    for contender in sorted(contenders, key=lambda c: c.name):
        yield row(f"sandbox-build {contender.name}, unchanged", contender.times or None, target="10 ms", at_most=10.0,
                  reason=contender.reason)


def streams(bench):
    """Streamed output, against the same two programs with nothing between them."""
    launched = subprocess.run(["sandbox-launch", "-q", "python-3.11"], check=True, capture_output=True, text=True)
    kept = launched.stdout.strip()
    write = ["head", "-c", str(bench.streamed_mib << 20), "/dev/zero"]
    ways = {"plain pipe": write, "pass-through": ["sandbox-exec", kept, "--", *write],
            "in a record": ["sandbox-exec", "--json", kept, "--", *write]}
    speeds = {name: [] for name in ways}
    try:
        for _ in range(5):
            for name, argv in ways.items():
                speeds[name].append(_stream(argv, bench.streamed_mib))
    finally:
        bench.reap(kept)
    plain = median(speeds["plain pipe"])
    yield row("plain pipe", value=plain, unit="MiB/s")
    for name, factor in (("pass-through", 0.95), ("in a record", 0.5)):
        yield row(f"streamed output, {name}", value=median(speeds[name]), unit="MiB/s")
        yield row("  / plain pipe", value=median(speeds[name]) / plain, unit="x", target=f"{factor} x", at_least=factor)


def _stream(argv, mib):
    started = time.perf_counter()
    writer = subprocess.Popen(argv, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    reader = subprocess.Popen(["cat"], stdin=writer.stdout, stdout=subprocess.DEVNULL)
    writer.stdout.close()
    if writer.wait() != 0 or reader.wait() != 0:
        raise RuntimeError(f"{argv[0]} ended with {writer.returncode}")
    return mib / (time.perf_counter() - started)


def audit(bench):
    """An entry of the audit log, written in a loop within one process, and the tools that read a log of that size."""
    number = bench.count * 20
    with tempfile.TemporaryDirectory(dir=bench.scratch) as store:
        os.mkdir(f"{store}/log", 0o700)
        times = json.loads(subprocess.run(["audit-entry", f"{store}/log", str(number)], check=True, capture_output=True,
                                          text=True).stdout)
        yield row("an audit entry", times, target="0.05 ms", at_most=0.05)
        reader = Contender("verify", ["env", f"SANDBOX_STORE={store}", "sandbox-log", "--verify"])
        clock.interleave([reader], 5, 0, bench.scratch)
        yield row(f"sandbox-log --verify, {number} entries", reader.times or None, reason=reader.reason)


CLIENT = """
import socket, sys, time
host, port, what = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if what == "bytes":
    with socket.create_connection((host, port)) as c:
        buffer, got, start = bytearray(1 << 20), 0, time.perf_counter()
        while got < int(sys.argv[4]):
            got += c.recv_into(buffer)
        print(got / (time.perf_counter() - start) / 2**20)
else:
    address = socket.gethostbyname(host)
    for _ in range(int(sys.argv[4])):
        start = time.perf_counter()
        with socket.create_connection((address, port)) as c:
            c.recv(9)
        print((time.perf_counter() - start) * 1000)
        time.sleep(0.01)
"""


def _server(bench, kind, *arguments):
    place = bench.scratch / kind
    place.unlink(missing_ok=True)
    script = "name_server.py" if kind == "names" else "servers.py"
    named = arguments if kind == "names" else (kind, *arguments)
    process = subprocess.Popen(["python3", str(bench.source / "tests/support" / script), str(place), *named])
    while not place.exists():
        time.sleep(0.01)
    return process, place.read_text()


def doors(bench):
    """Through a door, beside the same client and server on plain loopback; and what doors cost a launch."""
    servers = [_server(bench, "flood"), _server(bench, "hello"), _server(bench, "names", "web.example.org=127.0.0.1")]
    flood, hello = servers[0][1], servers[1][1]
    config = bench.scratch / "doors.json"
    config.write_text(json.dumps({"doors": {"resolvers": [servers[2][1]], "per_second": 100000}}))
    before, os.environ["SANDBOX_CONFIG"] = os.environ["SANDBOX_CONFIG"], str(config)
    allow = ["--allow", f"web.example.org:{flood},{hello}", "--allow-cidr", "127.0.0.1"]
    kept = subprocess.run(["sandbox-launch", "-q", *allow, "python-3.11"], check=True, capture_output=True,
                          text=True).stdout.strip()
    ways = {"loopback": (["python3"], "127.0.0.1"), "door": (["sandbox-exec", kept, "--", "python3"], "web.example.org")}
    try:
        speeds, times = {}, {}
        for _ in range(3):
            for name, (argv, host) in ways.items():
                for kind, port, amount, into in (("bytes", flood, bench.streamed_mib << 20, speeds), ("connections", hello, bench.count, times)):
                    said = subprocess.run([*argv, "-c", CLIENT, host, port, kind, str(amount)], check=True,
                                          capture_output=True, text=True).stdout
                    into.setdefault(name, []).extend(map(float, said.split()))
        for name in ways:
            yield row(f"bytes through {name}", value=median(speeds[name]), unit="MiB/s")
        yield row("  door / loopback", value=median(speeds["door"]) / median(speeds["loopback"]), unit="x", target="0.7 x",
                  at_least=0.7)
        for name in ways:
            yield row(f"connection through {name}", times[name])
        pair = [Contender("without doors", ["sandbox-launch", "busybox"], lambda out: bench.reap(json.loads(out)["id"])),
                Contender("with doors", ["sandbox-launch", *allow, "busybox"], lambda out: bench.reap(json.loads(out)["id"]))]
        clock.interleave(pair, bench.count, 0.02, bench.scratch)
        for contender in pair:
            yield row(f"launch {contender.name}", contender.times)
        yield row("  dearer by", value=median(pair[1].times) - median(pair[0].times), target="1 ms", at_most=1.0)
    finally:
        bench.reap(kept)
        os.environ["SANDBOX_CONFIG"] = before
        for process, _ in servers:
            process.kill()
            process.wait()


def copies(bench):
    """100 MB into a sandbox and out of it, beside cp."""
    source = bench.scratch / "hundred"
    source.write_bytes(os.urandom(1 << 20) * 100)
    kept = subprocess.run(["sandbox-launch", "-q", "busybox"], check=True, capture_output=True, text=True).stdout.strip()
    into, out = ["sandbox-copy", "-q", str(source), f"{kept}:/tmp/"], bench.scratch / "out"
    plain = Contender("cp", ["cp", str(source), str(bench.scratch / "copied")])
    ours = [Contender("in", into), Contender("out", ["sandbox-copy", "-q", f"{kept}:/tmp/hundred", str(out)])]
    try:
        subprocess.run(into, check=True, stdout=subprocess.DEVNULL)
        clock.interleave([plain, *ours], max(bench.count // 5, 10), 0.02, bench.scratch)
        yield row("cp of 100 MB", plain.times or None, reason=plain.reason)
        for contender in sorted(ours, key=lambda c: c.name):
            yield row(f"sandbox-copy of 100 MB {contender.name}", contender.times or None, reason=contender.reason)
            if contender.times and plain.times:
                yield row("  / cp", value=median(contender.times) / median(plain.times), unit="x", target="1.2 x", at_most=1.2)
    finally:
        bench.reap(kept)
        for path in (source, out, bench.scratch / "copied"):
            path.unlink(missing_ok=True)


GROUPS = {"audit": audit, "copies": copies, "doors": doors, "start": start, "version": version, "many": many, "memory": memory, "build": build,
          "streams": streams, "vm": lambda bench: machines.machines(bench, row)}


def measured(name, bench):
    """The rows of one group; a group that fails is a row that says why."""
    try:
        yield from GROUPS[name](bench)
    except (OSError, RuntimeError, ValueError, subprocess.CalledProcessError) as error:
        text = getattr(error, "stderr", None) or str(error)
        yield row(name, reason=text.strip().splitlines()[0][:160] if text.strip() else repr(error))


def prepare(bench):
    """The image in a store of its own, and its tree for the peers. Built once."""
    os.umask(0o022)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    bench.scratch.mkdir(parents=True, exist_ok=True)
    subprocess.run(["sandbox-build", "-q", *(str(bench.source / "recipes" / name) for name in ("busybox", "python-3.11"))],
                   check=True, stdout=subprocess.DEVNULL)
    images = subprocess.run(["sandbox-list", "--images", "--json"], check=True, capture_output=True, text=True).stdout
    image = next(record for record in map(json.loads, images.splitlines()) if record["name"] == "python-3.11")
    stamp = bench.place / "tree.digest"
    if stamp.exists() and stamp.read_text() == image["digest"]:
        return
    subprocess.run(["rm", "-rf", "--", bench.tree], check=True)
    bench.tree.mkdir()
    for layer in image["layers"]:
        tree = pathlib.Path(os.environ["SANDBOX_STORE"], "layers", layer["digest"].removeprefix("sha256:"), "tree")
        subprocess.run(["cp", "-a", "--remove-destination", f"{tree}/.", bench.tree], check=True)
    stamp.write_text(image["digest"])
