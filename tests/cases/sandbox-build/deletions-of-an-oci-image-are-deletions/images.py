"""An image whose second layer deletes, replaces, empties and goes through a link."""
import os
import sys

sys.path.insert(0, os.environ["CASE_SUPPORT"])
import oci_images  # noqa: E402

busybox = open(sys.argv[1], "rb").read().decode("latin-1")
below = oci_images.tar(
    ("bin", "->", "usr/bin"), ("usr", None), ("usr/bin", None), ("dev", None), ("proc", None), ("tmp", None), ("etc", None),
    ("gone", "x"), ("gone-directory", None), ("gone-directory/x", "x"), ("emptied", None), ("emptied/old", "x"),
    ("anew", None), ("anew/old", "x"), ("kept", None), ("kept/x", "x"), ("closed", None), ("closed/x", "x"))
above = oci_images.tar(
    (".wh.gone", ""), (".wh.gone-directory", ""), ("emptied", None), ("emptied/new", "y"), ("emptied/.wh..wh..opq", ""),
    (".wh.anew", ""), ("anew", None), ("anew/new", "y"), ("bin/greet", "#!/bin/sh\necho hello\n"), ("closed/.wh.x", ""),
    ("kept/y", "y"), (".wh..wh.plnk", ""), (".wh.never-there", ""))
layout = oci_images.Layout("layout")
layout.add(layout.manifest([below, above]))
emptied = oci_images.Layout("emptied")
emptied.add(emptied.manifest([below, oci_images.tar(("new", "y"), ("usr", None), ("usr/new", "y"), (".wh..wh..opq", ""))]))
