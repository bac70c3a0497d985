#!/usr/bin/python3
"""Runs the cases of one part (cases, escape, crash, ci, recipes, v2host, and the examples of man): as whoever we are and, when that is
root, again as a user without privileges. One line per case that fails or is skipped, with its
output; one summary line."""
import argparse
import concurrent.futures
import multiprocessing
import os
import pathlib
import sys
import time

import leaks
from case import Case, Result, Setting, become_subreaper, words
from identity import Identity, InSession, Unprivileged, enter_private_mounts, remove_tree
from images import Images, recipes_exist
from needs import PROGRAMS, Host, allowed_skips, images_for, images_of

SOURCE = pathlib.Path(__file__).resolve().parents[2]
WORKERS = 2
PARTS = {"man": SOURCE / "build/test/pages",
         **{part: SOURCE / "tests" / part for part in ("cases", "escape", "crash", "ci", "recipes", "v2host")},
         "vm": SOURCE / "tests/vm/selection"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=list(PARTS))
    parser.add_argument("--only", action="append", default=[], metavar="TOOL[/PROMISE]")
    parser.add_argument("--as", dest="identity", choices=["root", "user", "session"])
    parser.add_argument("--images", metavar="STORE", type=pathlib.Path,
                        help="a store that has the images: nothing is built")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--verbose", action="store_true", help="a line for each case that passes, too")
    parser.add_argument("--preset", default="release")
    return parser.parse_args()


def found(part, only):
    """The directories of a part that hold a cmd, by name."""
    top = PARTS[part]
    if part == "vm":
        return chosen(selected(top), only)
    paths = sorted(path.parent for path in top.rglob("cmd"))
    return chosen({str(path.relative_to(top)): path for path in paths}, only)


def chosen(names, only):
    if not only:
        return names
    return {name: path for name, path in names.items()
            if any(name == wanted or name.startswith(wanted + "/") for wanted in only)}


def selected(file):
    """Of the other parts, the cases that hold for virtual machines as well, by their names there."""
    names = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    cases = {name: SOURCE / "tests" / name for name in names}
    for name, path in cases.items():
        if not (path / "cmd").exists():
            sys.exit(f"vm: no case '{name}': mend {file.relative_to(SOURCE)}")
    return cases


def environment(preset):
    programs = SOURCE / "build" / preset / "bin"
    path = f"{programs}:{PROGRAMS}"
    return {"PATH": path, "LANG": "C.UTF-8", "TZ": "UTC", "SOURCE": str(SOURCE)}


def prepare_images(images, cases, engine):
    """Reports an image that cannot be built as a failure of its own."""
    recipes = set(images_for(engine, [])) if recipes_exist(SOURCE) else set()
    for path in cases.values():
        recipes.update(images_of(words(path / "needs")))
    for recipe in sorted(recipes):
        reason = images.build(recipe)
        if reason:
            yield Result(f"image {recipe} ({images.identity.name})", "failed", reason)


def run_one(path, name, setting):
    try:
        return Case(path, setting).result(name)
    except Exception as error:  # a broken case must not take the others with it
        return Result(name, "failed", f"the runner failed: {error!r}")


def lacking(host, path, engine):
    """(word, reason) of the first need that is not met; None when the case can run."""
    if host.identity.reason:
        return host.identity.name, host.identity.reason
    for word in [*(["vm"] if engine == "vm" else []), *words(path / "needs")]:
        reason = host.reason(word)
        if reason:
            return word, reason
    return None


def is_for(identity, needs):
    """False when the case's turn is as the other identity."""
    other = {"root": "user"}.get(identity.name, "root")
    return other not in needs or (os.geteuid() != 0 and other != "user")


def run_as(identity, cases, setting, host):
    """Results, as they come."""
    ready, alone = [], []
    for name, path in cases.items():
        shown = f"{name} ({identity.name})"
        needs = words(path / "needs")
        lack = lacking(host, path, setting.engine)
        if lack:
            yield Result(shown, "skipped", f"needs {lack[0]}: {lack[1]}")
        else:
            (alone if "alone" in needs else ready).append((path, shown, setting))
    for some, workers in ((ready, WORKERS), (alone, 1)):
        with concurrent.futures.ProcessPoolExecutor(
                workers, multiprocessing.get_context("fork"), become_subreaper) as pool:
            yield from (done.result() for done in concurrent.futures.as_completed(
                [pool.submit(run_one, *case) for case in some]))


def leftovers(before, identities):
    """Cgroups of our sandboxes that nobody lives in any more and that were not there before."""
    parents = {"sandbox" if identity.uid == 0 else f"sandbox-{identity.uid}" for identity in identities}

    def is_empty(path):
        try:
            return not pathlib.Path(path, "cgroup.procs").read_text().strip()
        except OSError:  # it vanished while we looked: somebody else's, and well
            return False

    def empty():
        return {path for path in leaks.cgroup_directories()
                if path not in before and pathlib.Path(path).parent.name in parents and is_empty(path)}

    deadline = time.monotonic() + leaks.GRACE
    left = empty()
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left &= empty()
    return [f"cgroup {path}" for path in sorted(left)]


def absent_walls(host):
    """Walls without which this identity has to run its cases; said aloud."""
    absent = [wall for wall in ("memory", "pids") if host.reason(f"cgroup-{wall}")]
    if absent:
        print(f"NOTE    as {host.identity.name}, cases run without the walls {' and '.join(absent)}: "
              f"{host.reason(f'cgroup-{absent[0]}')}")
    return absent


def remove_stale(directory):
    """Places of workers that were killed: each is named by its worker's process number."""
    for path in directory.iterdir():
        if path.name.isdigit() and not pathlib.Path("/proc", path.name).exists():
            remove_tree(path)


def results(options, cases):
    directory = SOURCE / "build/test"
    directory.mkdir(parents=True, exist_ok=True)
    remove_stale(directory)
    identities = [Identity()]
    if identities[0].name == "root":
        identities.append(InSession() if options.identity == "session" else Unprivileged(directory))
    engine = "vm" if options.part == "vm" else "container"
    before = leaks.cgroup_directories()
    left = []
    for identity in identities:
        try:
            if options.identity in (None, identity.name):
                images = Images(identity, SOURCE, directory, environment(options.preset), options.images)
                meant = {name: path for name, path in cases.items() if is_for(identity, words(path / "needs"))}
                if not identity.reason:
                    yield from prepare_images(images, meant, engine)
                host = Host(identity, images)
                setting = Setting(SOURCE, directory, environment(options.preset), identity, images,
                                  absent_walls(host), engine)
                yield from run_as(identity, meant, setting, host)
        finally:
            left += identity.close()
    left += leftovers(before, identities)
    if left:
        yield Result("the whole run", "failed", "left behind: " + "; ".join(left))


def show(part, result, verbose):
    if result.status != "passed" or verbose:
        print(f"{result.status.upper():7} {part}/{result.name}{': ' if result.reason else ''}{result.reason}")
    for line in result.output.splitlines()[-40:]:
        line = line if len(line) < 400 else f"{line[:200]} [...] {line[-200:]}"
        print("        | " + "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in line))
    sys.stdout.flush()


def counted(result, allowed):
    """In CI a skip is a failure, unless this class of host can never have what it needs."""
    if result.status == "skipped" and os.environ.get("CI") == "true":
        word = result.reason.removeprefix("needs ").split(":")[0]
        return "skipped" if word in allowed else "failed"
    return result.status


def main():
    options = arguments()
    cases = found(options.part, options.only)
    if options.list:
        print("\n".join(f"{options.part}/{name}" for name in cases))
        return 0
    if not cases:
        return 0
    enter_private_mounts([sys.executable, *sys.argv])
    os.umask(0o022)
    started = time.monotonic()
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    allowed = allowed_skips()
    with open(os.environ.get("SANDBOX_TALLY", os.devnull), "a") as tally:
        for result in results(options, cases):
            show(options.part, result, options.verbose)
            status = counted(result, allowed)
            counts[status] += 1
            tally.write(f"{status} {options.part}/{result.name}\n")
    print(f"{options.part}: {counts['passed']} passed, {counts['failed']} failed, "
          f"{counts['skipped']} skipped ({time.monotonic() - started:.1f} s)")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
