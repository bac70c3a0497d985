"""One case: a directory with `cmd` and only what matters beside it. See sandbox-hacking(7)."""
import ctypes
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import leaks
from identity import remove_tree
from needs import images_for

SHOWN = 3000  # bytes of output shown of a failed case
PATIENCE = 5  # so much slower than an idle machine may a loaded one be; only failures wait so long
PR_SET_CHILD_SUBREAPER = 36


@dataclasses.dataclass
class Result:
    name: str
    status: str  # passed, failed, skipped
    reason: str = ""
    output: str = ""


@dataclasses.dataclass
class Setting:
    """What all cases of one identity share."""
    source: pathlib.Path
    directory: pathlib.Path
    environment: dict
    identity: object
    images: object
    absent: list = dataclasses.field(default_factory=list)  # walls that cannot be raised here
    engine: str = "container"

    def isolation(self):
        """What every sandbox of these cases is launched with, as the configuration has it."""
        missing = {"allow_missing": self.absent} if self.absent else {}
        # A template's keeper would be left behind.
        return missing | ({"engine": self.engine, "template": False} if self.engine != "container" else {})


def read(path, default=None):
    return path.read_bytes() if path.exists() else default


def words(path):
    return (read(path, b"").decode()).split()


def become_subreaper():
    """Daemonised descendants become children of this process, so that none can hide."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it would stay ignored in the tools, too


def wait(process, seconds):
    """The exit code of our child, or None when its time is up. Adopted orphans are collected
    meanwhile: a case that looks for a process must not find its zombie."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        signal.sigtimedwait({signal.SIGCHLD}, min(left, 0.5))
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return None
            if pid == process.pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                return process.returncode
            if pid == 0:
                break
    return None


class Case:
    def __init__(self, path, setting):
        self.path = path
        self.setting = setting
        self.place = setting.directory / str(os.getpid())
        self.seconds = int(read(path / "timeout", b"60")) * PATIENCE

    def _prepare(self):
        remove_tree(self.place)
        for name in (".", "work", "tmp", "home"):
            (self.place / name).mkdir(parents=True)
            self.setting.identity.give(self.place / name)
        if isolation := self.setting.isolation():
            self._configure(self.place / "home", isolation)
        self.setting.images.lend(self.place / "store", images_for(self.setting.engine, words(self.path / "needs")))

    def _configure(self, home, isolation):
        """As the user's own configuration: a case that is about walls brings another."""
        for directory in (home / ".config", home / ".config/sandbox"):
            directory.mkdir()
            self.setting.identity.give(directory)
        file = home / ".config/sandbox/config.json"
        file.write_text(json.dumps({"isolation": isolation}))
        self.setting.identity.give(file)

    def _run(self, script):
        """Exit code (None: time was up), and what it wrote."""
        place = self.place
        environment = {
            **self.setting.environment, "HOME": str(place / "home"), "TMPDIR": str(place / "tmp"),
            "SANDBOX_STORE": str(place / "store"), "CASE": str(self.path),
            "CASE_SUPPORT": str(self.setting.source / "tests/support"), "CASE_PATIENCE": str(PATIENCE),
        }
        shell = 'set -euo pipefail; source "$CASE_SUPPORT/case.sh"; source "$1"'
        argv = self.setting.identity.wrap(["bash", "-c", shell, "case", str(script)])
        with open(place / "stdout", "wb") as out, open(place / "stderr", "wb") as err:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                       cwd=place / "work", env=environment, start_new_session=True)
            code = wait(process, self.seconds)
        return code, read(place / "stdout"), read(place / "stderr")

    def _complaints(self, code, out, err):
        expected = int(read(self.path / "exit", b"0"))
        if code is None:
            yield f"no end after {self.seconds} s"
        elif code != expected:
            yield f"exit {code}, expected {expected}"
        for name, got in (("stdout", out), ("stderr", err)):
            wanted = read(self.path / name)
            if wanted is not None and wanted != got:
                yield f"{name} differs from the case's {name} file"

    def _attempt(self, script):
        """(complaints, output) of one script in a fresh place."""
        self._prepare()
        code, out, err = self._run(script)
        left = [f"left behind: {what}" for what in leaks.of_case(self.place)]
        if script.name == "control":
            complaints = [] if code == 0 else [f"the control exits {code}: this case has no teeth"]
        else:
            complaints = list(self._complaints(code, out, err))
        tail = (b"[...] " + out[-SHOWN:] if len(out) > SHOWN else out) + err[-SHOWN:]
        return complaints + left, tail.decode(errors="backslashreplace")

    def result(self, name):
        scripts = [self.path / "cmd"]
        if (self.path / "control").exists():
            scripts.append(self.path / "control")
        elif "escape" in self.path.parts:
            return Result(name, "failed", "no control beside it: who says that the wall stopped it?")
        try:
            for script in scripts:
                complaints, output = self._attempt(script)
                if complaints:
                    return Result(name, "failed", "; ".join(complaints), output)
            return Result(name, "passed")
        finally:
            shutil.rmtree(self.place, ignore_errors=True)
            remove_tree(self.place)
