"""Times whole processes: from just before posix_spawn to the end of the process."""
import os
import random
import time


def run_once(argv, stdout):
    """Milliseconds, and the exit code."""
    actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
               (os.POSIX_SPAWN_OPEN, 1, stdout, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
               (os.POSIX_SPAWN_OPEN, 2, stdout + ".err", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)]
    started = time.perf_counter_ns()
    pid = os.posix_spawnp(argv[0], argv, os.environ, file_actions=actions)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return (time.perf_counter_ns() - started) / 1e6, code


class Contender:
    """Something that is timed. `tidy` undoes it, outside the time."""

    def __init__(self, name, argv, tidy=None):
        self.name = name
        self.argv = argv
        self.tidy = tidy
        self.times = []
        self.reason = None  # why it cannot run here

    def once(self, scratch):
        path = str(scratch / self.name)
        elapsed, code = run_once(self.argv, path)
        output = open(path, encoding="utf-8", errors="replace").read()
        if code != 0:
            error = open(path + ".err", encoding="utf-8", errors="replace").read().strip().splitlines()
            self.reason = (error or [f"exit {code}"])[0][:160]
            return
        self.times.append(elapsed)
        if self.tidy:
            self.tidy(output)


def interleave(contenders, count, gap, scratch):
    """Each contender so often, in a new order in every round, so that a disturbance of the
    machine meets all of them. One round before the first is not counted."""
    chance = random.Random(1)
    for _ in range(count + 1):
        chance.shuffle(contenders)
        for contender in contenders:
            if contender.reason:
                continue
            time.sleep(gap)
            contender.once(scratch)
        if _ == 0:
            for contender in contenders:
                contender.times.clear()


def percentile(times, share):
    """By nearest rank."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * share // 100) - 1))]


def median(times):
    ordered = sorted(times)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
