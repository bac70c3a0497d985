"""images.py KIND: one image in ./layout that no honest tool writes."""
import json
import os
import sys

sys.path.insert(0, os.environ["CASE_SUPPORT"])
import oci_images  # noqa: E402
from oci_images import tar  # noqa: E402

kind = sys.argv[1]
layout = oci_images.Layout("layout")
good = [tar(("a", "x"))]


def spoilt(change):
    layout.add(layout.manifest(good, spoil=change))


def with_layer(*members):
    layout.add(layout.manifest([tar(*members)]))


def other_blob(manifest):
    layout.path(manifest["layers"][0]["digest"]).write_bytes(b"other")


def other_content(manifest):
    manifest["layers"] = [layout.blob(oci_images.COMPRESSIONS["+gzip"](tar(("b", "y"))), oci_images.LAYER)]


if kind == "digest":
    spoilt(other_blob)
elif kind == "content":
    spoilt(other_content)
elif kind == "manifest":
    descriptor = layout.manifest(good)
    layout.path(descriptor["digest"]).write_bytes(b"{}")
    layout.add(descriptor)
elif kind == "missing":
    spoilt(lambda manifest: layout.path(manifest["layers"][0]["digest"]).unlink())
elif kind == "slash":
    spoilt(lambda manifest: manifest["layers"][0].update(digest="sha256:../../../../etc/passwd"))
elif kind == "algorithm":
    spoilt(lambda manifest: manifest["layers"][0].update(digest="sha512:" + "0" * 128))
elif kind == "link":
    def link(manifest):
        path = layout.path(manifest["layers"][0]["digest"])
        path.unlink()
        path.symlink_to("/etc/passwd")
    spoilt(link)
elif kind == "fifo":
    def fifo(manifest):
        path = layout.path(manifest["layers"][0]["digest"])
        path.unlink()
        os.mkfifo(path)
    spoilt(fifo)
elif kind == "type":
    spoilt(lambda manifest: manifest["layers"][0].update(mediaType="application/octet-stream"))
elif kind == "count":
    spoilt(lambda manifest: manifest["layers"].append(manifest["layers"][0]))
elif kind == "shape":
    spoilt(lambda manifest: manifest.update(layers={"a": 1}, config=[1]))
elif kind == "cycle":
    # An index cannot hold its own digest, but one in another goes on for as long as one likes.
    descriptor = layout.manifest(good)
    for _ in range(30):
        descriptor = layout.index(descriptor)
    layout.add(descriptor)
elif kind == "machine":
    layout.add(layout.manifest(good, machine="mips"))
elif kind == "deep":
    (layout.place / "index.json").write_text("[" * 100000)
elif kind == "large":
    (layout.place / "index.json").write_text(json.dumps({"manifests": [], "x": "y" * (5 << 20)}))
elif kind == "not-json":
    (layout.place / "index.json").write_text("\x00\x01")
elif kind == "user":
    layout.add(layout.manifest(good, {"User": "; rm -rf /"}))
elif kind == "variable":
    layout.add(layout.manifest(good, {"Env": ["\x1b]0;x\x07=1"]}))
elif kind == "bomb":
    layout.add(layout.manifest([bytes(400 << 20)], compression="+zstd"))
elif kind == "docker-path":
    oci_images.docker_archive("layout.tar", good)
    data = open("layout.tar", "rb").read().replace(b'"Layers": ["0000', b'"Layers": ["../0')
    open("layout.tar", "wb").write(data)
elif kind == "whiteout-directory":
    with_layer((".wh.x", None))
elif kind == "whiteout-nothing":
    with_layer(("d/.wh..", ""))
elif kind == "whiteout-parent":
    with_layer((".wh.x/y", ""))
elif kind == "through-link":
    with_layer(("x", "->", "/etc"), ("x/.wh.passwd", ""))
else:
    sys.exit(f"no kind {kind}")
