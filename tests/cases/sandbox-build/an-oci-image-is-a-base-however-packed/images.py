"""Writes the same image in every form below the current directory, and one of several."""
import os
import sys

sys.path.insert(0, os.environ["CASE_SUPPORT"])
import oci_images  # noqa: E402

LAYERS = [oci_images.tar(("./", None), ("bin", None), ("a", "one"), ("bin/tool", "x")),
          oci_images.tar(("b", "two"), ("bin/other", "y"))]
CONFIG = {"Env": ["A=b=c", "EMPTY="], "User": "7:8", "WorkingDir": "/bin/", "Cmd": ["/bin/tool"],
          "Labels": {"org.opencontainers.image.version": "1.2", "org.opencontainers.image.description": "words"}}

for compression in oci_images.COMPRESSIONS:
    layout = oci_images.Layout("layout" + compression)
    layout.add(layout.manifest(LAYERS, CONFIG, compression=compression))
    layout.archive(f"archive{compression}.tar")

lists = oci_images.Layout("list")
foreign = lists.manifest([oci_images.tar(("foreign", ""))], machine="mips")
ours = lists.manifest(LAYERS, CONFIG)
lists.add(lists.index({**foreign, "platform": {"os": "linux", "architecture": "mips"}},
                      {**ours, "platform": {"os": "linux", "architecture": oci_images.MACHINE}}))

several = oci_images.Layout("several")
several.add(several.manifest([oci_images.tar(("other", ""))]), "other:1")
several.add(several.manifest(LAYERS, CONFIG), "mine:1.2")

oci_images.docker_archive("docker.tar", LAYERS, CONFIG)
oci_images.docker_archive("twice.tar", [LAYERS[0], LAYERS[1], LAYERS[0]], CONFIG, linked=True)
