"""As whom cases run: as ourselves, and, when that is root, again as a user without any
privilege. That user exists only for the runner: files in a private mount namespace give it a
name and subordinate ids, and cgroups are delegated to it the way a login session's would be."""
import fcntl
import os
import pathlib
import shutil
import subprocess

FIRST_USER = 65400
NAME = "sandbox-tests"
CGROUPS = pathlib.Path("/sys/fs/cgroup")
INSIDE = "SANDBOX_TESTS_PRIVATE_MOUNTS"


def enter_private_mounts(argv):
    """Starts the runner again in a mount namespace of its own; returns where that cannot be."""
    if os.geteuid() != 0 or INSIDE in os.environ:
        return
    unshare = ["unshare", "--mount", "--propagation", "private", "--"]
    if subprocess.run([*unshare, "true"], capture_output=True).returncode == 0:
        os.execvpe(unshare[0], [*unshare, *argv], {**os.environ, INSIDE: "1"})


def cgroup_roots():
    """The root directory of each hierarchy: one on v2, one per controller on v1."""
    if (CGROUPS / "cgroup.controllers").exists():
        return [CGROUPS]
    return sorted({path.resolve() for path in CGROUPS.iterdir() if path.is_dir()})


def take_slot(directory):
    """A number that no other runner on this checkout has, held by a lock as long as we live."""
    for slot in range(64):
        lock = os.open(directory / f"slot-{slot}.lock", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return slot, lock
        except BlockingIOError:
            os.close(lock)
    raise RuntimeError("64 runners at once?")


class Identity:
    """Root, or whoever called us."""
    name = "root" if os.geteuid() == 0 else "user"
    uid = os.geteuid()
    reason = None  # why nothing can run as this identity

    def wrap(self, argv):
        return argv

    def give(self, path):
        """Hands a directory that we made to this identity."""

    def close(self):
        return []


class Unprivileged(Identity):
    """The user without privileges, made by root."""
    name = "user"

    def __init__(self, directory):
        self.cgroups = []
        self.slot, self.lock = take_slot(directory)
        self.uid = FIRST_USER + self.slot
        if INSIDE not in os.environ:
            self.reason = "root may not make a mount namespace here"
            return
        self._give_name(directory / f"user-{self.slot}")
        self._delegate_cgroups()

    def _give_name(self, directory):
        home = directory / "home"
        home.mkdir(parents=True, exist_ok=True)
        self.give(home)
        lines = {
            "passwd": f"{NAME}:x:{self.uid}:{self.uid}::{home}:/bin/sh\n",
            "group": f"{NAME}:x:{self.uid}:\n",
            "subuid": f"{NAME}:{3_000_000_000 + 65536 * self.slot}:65536\n",
            "subgid": f"{NAME}:{3_000_000_000 + 65536 * self.slot}:65536\n",
        }
        for file, line in lines.items():
            etc = pathlib.Path("/etc", file)
            if not etc.exists():
                continue  # no uidmap package: a single id is all there is
            copy = directory / file
            copy.write_text("".join([*etc.read_text().splitlines(keepends=True), line]))
            copy.chmod(0o644)
            subprocess.run(["mount", "--bind", copy, etc], check=True)

    def _delegate_cgroups(self):
        for root in cgroup_roots():
            path = root / f"sandbox-{self.uid}"  # where the tools look for it
            try:
                path.mkdir(exist_ok=True)
                if (root / "cgroup.subtree_control").exists():
                    for controller in (root / "cgroup.controllers").read_text().split():
                        (root / "cgroup.subtree_control").write_text(f"+{controller}")
                for file in (path, *(path / name for name in ("cgroup.procs", "tasks", "cgroup.threads",
                                                              "cgroup.subtree_control"))):
                    if file.exists():
                        os.chown(file, self.uid, self.uid)
                if (path / "cgroup.subtree_control").exists():
                    (path / "cases").mkdir(exist_ok=True)  # v2: processes live in leaves only
                elif (path / "cpuset.cpus").exists():  # v1: without both, no process may enter
                    for file in ("cpuset.cpus", "cpuset.mems"):
                        (path / file).write_text((root / file).read_text())
            except OSError:
                if path.exists():
                    path.rmdir()
                continue
            self.cgroups.append(path)

    def wrap(self, argv):
        """Enters the delegated cgroups while still root, then drops everything."""
        enter_all = [str(path / "cases" if (path / "cases").exists() else path) for path in self.cgroups]
        enter = 'while [ "$1" != -- ]; do echo 0 >"$1/cgroup.procs" || exit 125; shift; done; shift; exec "$@"'
        drop = ["setpriv", f"--reuid={self.uid}", f"--regid={self.uid}", "--clear-groups", "--inh-caps=-all"]
        return ["sh", "-c", enter, "enter", *enter_all, "--", *drop, "--", *argv]

    def give(self, path):
        os.chown(path, self.uid, self.uid)

    def close(self):
        """Takes the cgroups back; what still sits in them is reported."""
        left = []
        for path in self.cgroups:
            for top, directories, _ in os.walk(path, topdown=False):
                left += [f"cgroup {top}/{name}" for name in directories if name not in ("cases", "supervisors")]
            for directory in [*left, str(path / "cases"), str(path / "supervisors"), str(path)]:
                try:
                    os.rmdir(directory.removeprefix("cgroup "))
                except OSError:
                    pass
        return left


class InSession(Identity):
    """A user who is logged in: his systemd runs, and nobody has delegated a cgroup to him. The
    cgroup that he is in is root's, as that of a session is. Whoever runs the cases has made him."""
    name = "session"
    uid = 1500

    def __init__(self):
        if not pathlib.Path(f"/run/user/{self.uid}/systemd/private").exists():
            self.reason = f"no systemd of user {self.uid} runs here"

    def wrap(self, argv):
        drop = ["setpriv", f"--reuid={self.uid}", f"--regid={self.uid}", "--clear-groups", "--inh-caps=-all"]
        return [*drop, "--", *argv]

    def give(self, path):
        os.chown(path, self.uid, self.uid)


def remove_tree(path):
    """Removes a tree that may hold files of subordinate ids."""
    shutil.rmtree(path, ignore_errors=True)
    if path.exists() and os.geteuid() != 0:
        subprocess.run(["unshare", "--map-root-user", "--map-auto", "rm", "-rf", "--", path],
                       capture_output=True)
    if path.exists():
        subprocess.run(["rm", "-rf", "--one-file-system", "--", path], check=True)
