"""What a case left behind: processes, mounts, cgroups, store entries, temporary files.

Everything is attributed to one case, so that cases can run side by side and beside other
users of the host. Processes: the worker is the subreaper of its case, so even a daemonised
descendant becomes its child. Mounts and files: they name the case's directory. Cgroups: they
name a sandbox id that the case's store knows. Ports need no look of their own: a port is held
by a process."""
import os
import pathlib
import re
import signal
import time

SANDBOX_ID = re.compile(r"sb-[a-z2-7]{10}")
CGROUPS = pathlib.Path("/sys/fs/cgroup")
GRACE = 10  # seconds for what is about to end; only a case that leaves something waits so long


def children_of(parent):
    """Every descendant of a process, as {pid: command line}."""
    parents, names = {}, {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            stat = pathlib.Path("/proc", entry, "stat").read_text()
            words = pathlib.Path("/proc", entry, "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        # The name in parentheses may hold anything, spaces and parentheses too.
        name, fields = stat[stat.index("(") + 1:stat.rindex(")")], stat[stat.rindex(")") + 2:].split()
        parents[int(entry)] = int(fields[1])
        shown = b" ".join(words).strip().decode(errors="replace") or f"[{name}]"
        names[int(entry)] = shown if fields[0] != "Z" else f"{shown} (zombie)"
    found, grew = {parent}, True
    while grew:
        more = {pid for pid, above in parents.items() if above in found} - found
        found, grew = found | more, bool(more)
    return {pid: names[pid] for pid in found - {parent}}


def has_children():
    """Collects children that have ended, ours are adopted orphans; whether any is left. The
    kernel's word, where a look through /proc could miss one that is just being made: who has
    no child has no descendant either, as orphans become children."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
        return True
    except ChildProcessError:
        return False


def processes(grace=GRACE):
    """Descendants that are still there after the grace; they are killed."""
    deadline = time.monotonic() + grace
    while has_children() and time.monotonic() < deadline:
        time.sleep(0.01)
    left = children_of(os.getpid()) if has_children() else {}
    reported = [f"process {pid}: {name[:120]}" for pid, name in left.items()]
    while has_children():
        for pid in children_of(os.getpid()):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.01)
    return reported


def mounts(directory):
    """Mounts at, below or made of something below the directory."""
    lines = pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
    return [f"mount {line.split()[4]}" for line in lines if str(directory) in line]


def stores(directory):
    """Every store below a case's directory: wherever there is a run/sandboxes."""
    return [path.parent.parent for path in directory.glob("*/run/sandboxes")]


def ids_of(store):
    names = [path.name for part in ("sandboxes", "ended") for path in (store / "run" / part).glob("sb-*")]
    return {match.group() for match in map(SANDBOX_ID.match, names) if match}


def cgroup_directories():
    """Every cgroup directory that is named after a sandbox, with its id."""
    found = {}
    for top, directories, _ in os.walk(CGROUPS):
        for name in directories:
            match = SANDBOX_ID.search(name)
            if match:
                found[os.path.join(top, name)] = match.group()
    return found


def cgroups(ids):
    return [f"cgroup {path}" for path, owner in cgroup_directories().items() if owner in ids]


def store_entries(store):
    left = [f"sandbox {path.name} in the store" for path in (store / "run/sandboxes").glob("*")]
    left += [f"disk {path.name} in the store" for path in (store / "disks").glob("*") if path.name != "lost+found"]
    return left + [f"unfinished {path.name} in the store" for path in (store / "temporary").glob("*")]


def temporary_files(directory):
    return [f"temporary file {path.name}" for path in directory.iterdir()]


def of_case(directory):
    """All that the case in this directory left; processes are ended on the way."""
    left = processes()
    ids = set()
    for store in stores(directory):
        ids |= ids_of(store)
        left += store_entries(store)
    return left + mounts(directory) + cgroups(ids) + temporary_files(directory / "tmp")
