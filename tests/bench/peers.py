"""The peers: what each one does with the same tree and /bin/true."""
import json
import os
import shutil
import subprocess

from clock import Contender


def bwrap(tree):
    return ["bwrap", "--unshare-all", "--bind", str(tree), "/", "--proc", "/proc", "--dev", "/dev", "/bin/true"]


def unshare(tree):
    return ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--net", "--ipc", "--uts", "--cgroup",
            "--fork", f"--root={tree}", "/bin/true"]


def bundle(tree, place):
    """An OCI bundle whose command is /bin/true."""
    place.mkdir(parents=True, exist_ok=True)
    (place / "config.json").unlink(missing_ok=True)
    spec = ["runc", "spec"] + (["--rootless"] if os.geteuid() != 0 else [])
    subprocess.run(spec, cwd=place, check=True)
    config = json.loads((place / "config.json").read_text())
    config["root"]["path"] = str(tree)
    config["process"]["terminal"] = False
    config["process"]["args"] = ["/bin/true"]
    (place / "config.json").write_text(json.dumps(config))
    return place


def all_of(tree, place):
    found = [Contender("bwrap", bwrap(tree)), Contender("unshare", unshare(tree))]
    for runtime in ("runc", "crun"):
        if shutil.which("runc") and shutil.which(runtime):
            state = place / f"{runtime}-state"
            found.append(Contender(runtime, [runtime, "--root", str(state), "run", "--bundle",
                                             str(bundle(tree, place / "bundle")), f"bench-{os.getpid()}"]))
    for contender in found:
        if not shutil.which(contender.argv[0]):
            contender.reason = "not installed"
    return found
