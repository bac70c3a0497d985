#!/usr/bin/python3
"""Stops a program of ours at one system call after the other, and looks at what is left.

  sweep.py TARGET FAULT [--limit N] [--only CALL,CALL...] -- COMMAND...

TARGET is who is hit: `client`, the COMMAND itself; `supervisor`, the process that owns the
sandbox which the COMMAND launches; `inside`, the processes below it. FAULT is `kill` or the
name of an error (ENOSPC). Every call of a recorded run is a point; of more than N points,
every so-manieth is tried, the same ones in each run.

A {} in the COMMAND is a sandbox that runs already; it must survive, and be empty afterwards.

After each point: the command has ended, with one line on stderr if it failed; when it is
reaped and swept nothing lives on, no cgroup, no directory; the log is whole; and the next
sandbox-run works."""
import argparse
import collections
import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

import leaks

PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 30 * int(os.environ["CASE_PATIENCE"])  # seconds for one command
OUR_CODES = {0, 1, 2, 3, 75, 125}
STRACE = ["strace", "-qq", "-e", "signal=none"]


class Sweep:
    def __init__(self, options):
        self.options = options
        self.store = pathlib.Path(os.environ["SANDBOX_STORE"])
        self.place = pathlib.Path.cwd() / "programs"
        self.log = pathlib.Path.cwd() / "trace"
        self.problems = []
        self.sandbox = None  # one that ran before the command
        self.felt = 0  # runs that ended otherwise than an undisturbed one

    def install(self):
        """The programs, with a place where the supervisor can be replaced by a traced one."""
        programs = pathlib.Path(os.environ["PATH"].split(":")[0])
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(programs, self.place / "bin")
        shutil.copytree(programs.parent / "libexec", self.place / "libexec")
        supervisor = self.place / "libexec/sandbox-tools/sandbox-supervise"
        self.supervisor = supervisor.rename(supervisor.with_name("sandbox-supervise.real"))
        self.wrapper = supervisor
        os.environ["PATH"] = f"{self.place}/bin:{os.environ['PATH']}"

    def command(self, *strace):
        """The command line, traced where it should be."""
        follow = ["-f"] if self.options.target == "inside" else []
        traced = [*STRACE, *follow, "-o", str(self.log), *strace]
        if self.options.target == "client":
            self._wrap([])
            return [*traced, *self._argv()]
        argv = self._argv()
        self._wrap([shutil.which("strace"), *traced[1:]])
        return argv

    def _argv(self):
        if "{}" not in self.options.command:
            return self.options.command
        self._wrap([])
        _, out, _ = self.run(["sandbox-launch", "-q", "busybox"])
        self.sandbox = out.strip()
        return [self.sandbox if word == "{}" else word for word in self.options.command]

    def _wrap(self, before):
        # A new file each time: one that runs cannot be written to.
        words = " ".join(f"'{word}'" for word in [*before, str(self.supervisor)])
        fresh = self.wrapper.with_suffix(".new")
        fresh.write_text(f"#!/bin/sh\nexec {words}\n")
        fresh.chmod(0o755)
        fresh.rename(self.wrapper)

    def points(self):
        """(call, number among the calls of this name), as `when=` counts them: per process."""
        self.run(self.command())
        recorded = self.log.read_text(errors="replace")
        list(self.tidy())
        calls, seen = [], collections.Counter()
        wanted = self.options.only.split(",") if self.options.only else None
        for line in recorded.splitlines():
            found = re.match(r"(?:(\d+)\s+)?(\w+)\(", line)
            if not found or found[2] in ("execve", "exit_group", "exit", "restart_syscall"):
                continue
            seen[found[1], found[2]] += 1
            if wanted is None or found[2] in wanted:
                calls.append((found[2], seen[found[1], found[2]]))
        calls = list(dict.fromkeys(calls))
        step = max(1, -(-len(calls) // self.options.limit))
        return calls[::step]

    def run(self, argv):
        """The code (None: no end), and what it wrote."""
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, errors="replace")
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            return None, out, err
        return process.returncode, out, err

    def hit(self, call, number):
        fault = "signal=SIGKILL" if self.options.fault == "kill" else f"error={self.options.fault}"
        ids = leaks.ids_of(self.store)
        code, _, err = self.run(self.command(f"--inject={call}:{fault}:when={number}"))
        where = f"{self.options.fault} at {call} number {number}"
        self.felt += code != 0
        if code is None:
            self.problems.append(f"{where}: no end")
        elif not (self.options.fault == "kill" and self.options.target == "client") and code not in self.codes():
            self.problems.append(f"{where}: exit {code}: {err}")
        lines = [line for line in err.splitlines() if ": hint: " not in line]
        if code and code > 0 and len(lines) != 1:
            self.problems.append(f"{where}: exit {code} with {len(lines)} lines: {err}")
        for what in self.survivor():
            self.problems.append(f"{where}: {what}")
        for what in self.tidy(ids):
            self.problems.append(f"{where}: {what}")
        if self.run(["sandbox-log", "--verify", "-q"])[0] != 0:
            self.problems.append(f"{where}: the log is not what was written")
        again = self.next_one()
        if again:
            self.problems.append(f"{where}: the next run fails: {again}")

    def codes(self):
        return OUR_CODES | ({126, 127, 137} if "sandbox-launch" not in self.options.command[0] else set())

    def survivor(self):
        """What is wrong with the sandbox that ran already."""
        if not self.sandbox:
            return
        code, _, err = self.run(["sandbox-exec", self.sandbox, "--", "true"])
        if code != 0:
            yield f"its sandbox is damaged: exit {code}: {err}"
            return
        deadline = time.monotonic() + PATIENCE
        while (inside := self.processes_inside()) not in (1, None):
            if time.monotonic() > deadline:
                yield f"{inside} processes in its sandbox"
                return
            time.sleep(0.02)

    def processes_inside(self):
        _, out, _ = self.run(["sandbox-list", "--json", self.sandbox])
        return json.loads(out)["usage"]["processes"]

    def next_one(self):
        self._wrap([])
        code, out, err = self.run(["sandbox-run", "busybox", "--", "echo", "works"])
        return None if (code, out) == (0, "works\n") else f"exit {code}: {out}{err}"

    def tidy(self, before=frozenset()):
        """Reaps and sweeps; what is left then."""
        self._wrap([])
        for arguments in (["--all", "--grace", "0"], ["--orphans"]):
            if arguments[0] == "--orphans":
                self.age()
            code, out, err = self.run(["sandbox-reap", "-q", *arguments])
            if code != 0:
                yield f"sandbox-reap {arguments[0]} exits {code}: {err}"
        yield from (f"it lives on: {what}" for what in leaks.processes(grace=PATIENCE) if "(zombie)" not in what)
        yield from leaks.store_entries(self.store)
        yield from leaks.cgroups(leaks.ids_of(self.store) - before)
        listed, out, err = self.run(["sandbox-list", "-q"])
        if listed != 0 or out:
            yield f"sandbox-list: exit {listed}: {out}{err}"

    def age(self):
        """Half-made directories count as abandoned after a minute: here it has passed."""
        past = time.time() - 3600
        for parent in (self.store / "run/sandboxes", self.store / "temporary"):
            for path in parent.glob(".tmp-*"):
                os.utime(path, (past, past))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=["client", "supervisor", "inside"])
    parser.add_argument("fault")
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--only")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def main():
    # What loses its parent becomes ours, so that nothing can hide.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sweep = Sweep(arguments())
    sweep.install()
    points = sweep.points()
    if len(points) < 3:
        sys.exit(f"sweep: only {len(points)} points: nothing is tested")
    for point in points:
        sweep.hit(*point)
    print(json.dumps({"points": len(points), "felt": sweep.felt, "problems": len(sweep.problems)}))
    if sweep.felt == 0 and sweep.options.fault != "EINTR":
        sweep.problems.append("no fault was felt: nothing is tested")
    print("\n".join(sweep.problems), end="\n" if sweep.problems else "")
    return 1 if sweep.problems else 0


if __name__ == "__main__":
    sys.exit(main())
