#!/usr/bin/python3
"""Runs the cases that the file `selection` names in a virtual machine whose kernel has cgroup
version 2 and nothing older, under systemd: as root, as a user to whom a cgroup is delegated,
and as one who has only his session's systemd (guest/job). No KVM is needed, only patience.

A case that gives no result in there has failed. What the guest said is in
build/test/v2host/report, its console in build/test/v2host/console."""
import argparse
import collections
import os
import pathlib
import platform
import shutil
import sys
import time

from machine import Machine, NotHere

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SELECTION = pathlib.Path(__file__).with_name("selection")
PATIENCE = 900  # seconds for the guest's whole life, on a busy host


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], metavar="PART/TOOL[/PROMISE]")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--preset", default="release")
    parser.add_argument("--verbose", action="store_true", help="show the guest's whole report")
    return parser.parse_args()


def selected(only):
    """{(part, identity): [name, ...]}, in the order of the file."""
    chosen = collections.defaultdict(list)
    for line in SELECTION.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        identities, part, name = line.split()
        if not (SOURCE / "tests" / part / name / "cmd").exists():
            sys.exit(f"v2host: no case '{part}/{name}': mend {SELECTION.relative_to(SOURCE)}")
        path = f"{part}/{name}"
        if not only or any(path == wanted or path.startswith(wanted + "/") for wanted in only):
            for identity in identities.split(","):
                chosen[part, identity].append(name)
    return chosen


def lack():
    """Why this host cannot run a guest at all, as (word, reason)."""
    if os.geteuid() != 0:
        return "root", "not root"
    if platform.machine() != "x86_64":
        return "x86_64", f"the guest is one, this is {platform.machine()}"
    for program in ("qemu-system-x86_64", "mke2fs"):
        if not shutil.which(program):
            return program, f"no program '{program}'"
    return None


def outcomes(expected, tally):
    """(name, status) of each expected case; one that is not in the tally did not run."""
    said = dict(reversed(line.split(" ", 1)) for line in tally.splitlines() if " " in line)
    for name in expected:
        status = said.pop(name, None)
        yield name, "passed" if status == "passed" else "failed", status or "it did not run"
    for name, status in said.items():
        yield name, status, status  # "the whole run": something was left behind


def main():
    options = arguments()
    chosen = selected(options.only)
    names = [f"{part}/{name} ({identity})" for (part, identity), cases in chosen.items() for name in cases]
    if options.list:
        print("\n".join(f"v2host/{path}" for path in dict.fromkeys(name.split(" ")[0] for name in names)))
        return 0
    if not names:
        return 0
    started = time.monotonic()
    counts = collections.Counter()
    with open(os.environ.get("SANDBOX_TALLY", os.devnull), "a") as tally:
        if (lacking := lack()) is not None:
            print(f"SKIPPED v2host: needs {lacking[0]}: {lacking[1]}")
            status = "failed" if os.environ.get("CI") == "true" and lacking[0] != "root" else "skipped"
            tally.write(f"{status} v2host\n")
            return 1 if status == "failed" else 0
        machine = Machine(SOURCE, options.preset)
        try:
            results, report = machine.run(chosen, PATIENCE)
        except NotHere as error:
            results, report = "", f"v2host: {error}\n"
        for name, status, reason in outcomes(names, results):
            counts[status] += 1
            tally.write(f"{status} v2host/{name}\n")
            if status != "passed":
                print(f"{status.upper():7} v2host/{name}: {reason}")
    if options.verbose or counts["failed"]:
        print("".join(f"        | {line}\n" for line in report.splitlines()), end="")
    print(f"v2host: {counts['passed']} passed, {counts['failed']} failed, "
          f"{counts['skipped']} skipped ({time.monotonic() - started:.1f} s)")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
