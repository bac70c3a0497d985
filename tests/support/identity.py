"""As whom cases run: as ourselves, and, when that is root, again as a user without any
privilege. That user exists only for the runner: files in a private mount namespace give it a
name and subordinate ids, and cgroups are delegated to it the way a login session's would be."""
import os
import pathlib
import shutil
import subprocess

USER = 65533
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


def remove_stale_cgroups():
    """Those of runners that were killed before they could take theirs back."""
    for root in cgroup_roots():
        for path in root.glob(f"{NAME}-*"):
            if not os.path.exists(f"/proc/{path.name.rsplit('-')[-1]}"):
                for top, _, _ in os.walk(path, topdown=False):
                    os.rmdir(top)


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
    uid = USER

    def __init__(self, directory):
        self.cgroups = []
        if INSIDE not in os.environ:
            self.reason = "root may not make a mount namespace here"
            return
        directory.mkdir(parents=True, exist_ok=True)
        self._give_name(directory)
        self._delegate_cgroups()

    def _give_name(self, directory):
        home = directory / "home"
        home.mkdir(exist_ok=True)
        self.give(home)
        lines = {
            "passwd": f"{NAME}:x:{USER}:{USER}::{home}:/bin/sh\n",
            "group": f"{NAME}:x:{USER}:\n",
            "subuid": f"{NAME}:3000000000:65536\n",
            "subgid": f"{NAME}:3000000000:65536\n",
        }
        for file, line in lines.items():
            etc = pathlib.Path("/etc", file)
            if not etc.exists():
                continue  # no uidmap package: a single id is all there is
            copy = directory / file
            copy.write_text(etc.read_text().rstrip("\n") + "\n" + line)
            copy.chmod(0o644)
            subprocess.run(["mount", "--bind", copy, etc], check=True)

    def _delegate_cgroups(self):
        remove_stale_cgroups()
        for root in cgroup_roots():
            path = root / f"{NAME}-{os.getpid()}"
            try:
                path.mkdir(exist_ok=True)
                if (root / "cgroup.subtree_control").exists():
                    for controller in (root / "cgroup.controllers").read_text().split():
                        (root / "cgroup.subtree_control").write_text(f"+{controller}")
                for file in (path, *(path / name for name in ("cgroup.procs", "tasks", "cgroup.threads",
                                                              "cgroup.subtree_control"))):
                    if file.exists():
                        os.chown(file, USER, USER)
                if (path / "cpuset.cpus").exists():  # v1: without both, no process may enter
                    for file in ("cpuset.cpus", "cpuset.mems"):
                        (path / file).write_text((root / file).read_text())
            except OSError:
                if path.exists():
                    path.rmdir()
                continue
            self.cgroups.append(path)

    def wrap(self, argv):
        """Enters the delegated cgroups while still root, then drops everything."""
        enter = 'while [ "$1" != -- ]; do echo 0 >"$1/cgroup.procs" || exit 125; shift; done; shift; exec "$@"'
        drop = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--inh-caps=-all"]
        return ["sh", "-c", enter, "enter", *map(str, self.cgroups), "--", *drop, "--", *argv]

    def give(self, path):
        os.chown(path, USER, USER)

    def close(self):
        """Takes the cgroups back; what still sits in them is reported."""
        left = []
        for path in self.cgroups:
            for top, directories, _ in os.walk(path, topdown=False):
                left += [f"cgroup {top}/{name}" for name in directories]
            for directory in [*left, str(path)]:
                try:
                    os.rmdir(directory.removeprefix("cgroup "))
                except OSError:
                    pass
        return left


def remove_tree(path):
    """Removes a tree that may hold files of subordinate ids."""
    shutil.rmtree(path, ignore_errors=True)
    if path.exists() and os.geteuid() != 0:
        subprocess.run(["unshare", "--map-root-user", "--map-auto", "rm", "-rf", "--", path],
                       capture_output=True)
    if path.exists():
        subprocess.run(["rm", "-rf", "--one-file-system", "--", path], check=True)
