"""Images in the layout of the Open Container Initiative, written by hand: right ones, and with
`spoil` any other."""
import gzip
import hashlib
import io
import json
import pathlib
import platform
import subprocess
import tarfile

MACHINE = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def tar(*members):
    """Each member as (name, text), (name, None) for a directory, (name, "->", target)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, *rest in members:
            info = tarfile.TarInfo(name)
            info.mode = 0o755
            data = b""
            if rest[0] is None:
                info.type = tarfile.DIRTYPE
            elif rest[0] == "->":
                info.type, info.linkname = tarfile.SYMTYPE, rest[1]
            else:
                data = rest[0].encode()
                info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


COMPRESSIONS = {
    "": lambda data: data,
    "+gzip": lambda data: gzip.compress(data, mtime=0),
    "+zstd": lambda data: subprocess.run(["zstd", "-qc"], input=data, stdout=subprocess.PIPE, check=True).stdout,
}


class Layout:
    def __init__(self, place):
        self.place = pathlib.Path(place)
        (self.place / "blobs/sha256").mkdir(parents=True)
        (self.place / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
        self.manifests = []

    def path(self, name):
        return self.place / "blobs/sha256" / name.removeprefix("sha256:")

    def blob(self, data, kind):
        self.path(digest(data)).write_bytes(data)
        return {"mediaType": kind, "digest": digest(data), "size": len(data)}

    def json(self, value, kind):
        return self.blob(json.dumps(value).encode(), kind)

    def manifest(self, layers, config=None, machine=MACHINE, compression="+gzip", spoil=lambda manifest: None):
        """`layers`: tar archives. Returns the descriptor of the manifest."""
        written = [self.blob(COMPRESSIONS[compression](data), LAYER + compression) for data in layers]
        whole = {"architecture": machine, "os": "linux", "config": config or {},
                 "rootfs": {"type": "layers", "diff_ids": [digest(data) for data in layers]}}
        manifest = {"schemaVersion": 2, "config": self.json(whole, "application/vnd.oci.image.config.v1+json"),
                    "layers": written}
        spoil(manifest)
        return self.json(manifest, MANIFEST)

    def index(self, *manifests):
        """A list for several machines: its own descriptor."""
        return self.json({"schemaVersion": 2, "manifests": list(manifests)}, INDEX)

    def add(self, descriptor, tag=None):
        self.manifests.append({**descriptor, **({"annotations": {"org.opencontainers.image.ref.name": tag}} if tag else {})})
        self.save()

    def save(self):
        (self.place / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": self.manifests}))

    def archive(self, file):
        with tarfile.open(file, "w") as whole:
            whole.add(self.place, arcname=".")


def docker_archive(file, layers, config=None, tags=("mine:1",), linked=False):
    """As `docker save` of old: a later layer that equals an earlier one is a link to it."""
    whole = json.dumps({"architecture": MACHINE, "os": "linux", "config": config or {},
                        "rootfs": {"type": "layers", "diff_ids": [digest(data) for data in layers]}}).encode()
    name = digest(whole).removeprefix("sha256:") + ".json"
    names, seen = [], {}
    with tarfile.open(file, "w") as out:
        def put(path, data, target=None):
            info = tarfile.TarInfo(path)
            info.size = 0 if target else len(data)
            if target:
                info.type, info.linkname = tarfile.SYMTYPE, target
            out.addfile(info, io.BytesIO(data))
        for number, data in enumerate(layers):
            names.append(f"{number:064d}/layer.tar")
            put(names[-1], data, f"../{seen[digest(data)]}" if digest(data) in seen and linked else None)
            seen.setdefault(digest(data), names[-1])
        put(name, whole)
        put("manifest.json", json.dumps([{"Config": name, "RepoTags": list(tags), "Layers": names}]).encode())
