"""The words of a case's `needs` file: each is a question to this host, answered with nothing
or with the reason why not. A word that is no question is a program that must be in PATH, so
that a misspelt word is a loud skip."""
import functools
import os
import pathlib
import shutil
import subprocess

from identity import CGROUPS

UNPACKED = pathlib.Path(__file__).resolve().parents[2] / "build/test/unpacked/usr/bin"
PROGRAMS = f"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:{UNPACKED}"  # where cases find those of the host
IMAGE = "image="  # of which recipe, besides busybox
ALLOWED = pathlib.Path(__file__).with_name("allowed-skips")


def allowed_skips():
    """Words whose lack is no failure in CI: the file says why."""
    lines = ALLOWED.read_text().splitlines()
    return {line.split()[0] for line in lines if line and not line.startswith("#")}


def images_for(engine, needs):
    """The recipes whose images a case has."""
    return ["busybox", *(["vm-kernel"] if engine == "vm" else []), *images_of(needs)]


def images_of(needs):
    return [word.removeprefix(IMAGE) for word in needs if word.startswith(IMAGE)]


class Host:
    """Answers for one identity. `images` says which images could be built."""

    def __init__(self, identity, images):
        self.identity = identity
        self.images = images
        self.questions = {
            "root": self._root, "user": self._user, "alone": lambda: None,
            "userns": self._userns, "subids": self._subids, "range": self._range,
            "cgroup-v1": self._cgroup_v1, "cgroup-v2": self._cgroup_v2, "cgroup-unified": self._cgroup_unified,
            "vm": self._vm,
            "kvm": lambda: None if os.access("/dev/kvm", os.W_OK) else "no /dev/kvm",
        }

    @functools.lru_cache(maxsize=None)
    def reason(self, word):
        if word.startswith("cgroup-") and word not in self.questions:
            return self._controller(word.removeprefix("cgroup-"))
        if word.startswith(IMAGE):
            return self.images.reason(word.removeprefix(IMAGE))
        question = self.questions.get(word, lambda: None if shutil.which(word, path=PROGRAMS) else f"no program '{word}'")
        return question()

    def _vm(self):
        for program in ("qemu-system-x86_64", "mkfs.erofs", "mke2fs"):
            if not shutil.which(program, path=PROGRAMS):
                return f"no program '{program}'"
        return None

    def _root(self):
        return None if self.identity.uid == 0 else "not root"

    def _user(self):
        return None if self.identity.uid != 0 else "root"

    def _try(self, *argv):
        return subprocess.run(self.identity.wrap(list(argv)), capture_output=True, text=True)

    def _userns(self):
        tried = self._try("unshare", "--user", "--map-root-user", "true")
        return None if tried.returncode == 0 else f"no user namespace: {tried.stderr.strip()}"

    def _subids(self):
        tried = self._try("unshare", "--user", "--map-root-user", "--map-auto", "true")
        return None if tried.returncode == 0 else f"no subordinate ids: {tried.stderr.strip()}"

    def _range(self):
        return None if self.identity.uid == 0 else self._subids()

    def _cgroup_v1(self):
        return None if (CGROUPS / "memory").is_dir() else "cgroup v1 is not mounted"

    def _cgroup_v2(self):
        return None if (CGROUPS / "cgroup.controllers").exists() else "the host is not cgroup v2"

    def _cgroup_unified(self):
        there = any((CGROUPS / place / "cgroup.procs").exists() for place in (".", "unified"))
        return None if there else "no hierarchy of version 2 is mounted"

    def _controller(self, name):
        """Where this identity is, may it make a cgroup with this controller? Asked by doing it."""
        if self.identity.name == "session":
            return None  # its systemd gives it one when asked: what the cases are to prove
        probe = """
            line=$(grep -E "^[0-9]+:([^:]*,)?$1(,[^:]*)?:" /proc/self/cgroup || grep '^0::' /proc/self/cgroup)
            top=/sys/fs/cgroup/$1; [ -d "$top" ] || top=/sys/fs/cgroup
            here=$top${line##*:}; [ -d "$here" ] || here=$top
            # Version 2: root goes to the top, others to what was delegated, they in a leaf of it.
            if [ "$top" = /sys/fs/cgroup ] && [ "$(id -u)" = 0 ]; then here=$top; fi
            [ -w "$here" ] || here=${here%/*}
            [ "$top" != /sys/fs/cgroup ] || grep -qw "$1" "$here/cgroup.controllers" || exit 1
            mkdir "$here/sandbox-tests-$$" && rmdir "$here/sandbox-tests-$$" """
        tried = self._try("sh", "-c", probe, "probe", name)
        return None if tried.returncode == 0 else f"no {name} cgroup may be made"
