#!/usr/bin/python3
"""Writes a few well-formed inputs for each target below a directory: without them a fuzzer
spends its first hour finding out what a header looks like."""
import io
import pathlib
import struct
import sys
import tarfile


def name(text):
    return b"".join(bytes([len(part)]) + part for part in text.encode().split(b".")) + b"\0"


def query(host, kind=1, edns=b""):
    return struct.pack(">6H", 7, 0x0100, 1, 0, 0, 1 if edns else 0) + name(host) + struct.pack(">2H", kind, 1) + edns


def sized(data, count):
    return len(data).to_bytes(count, "big") + data


def extension(kind, data):
    return struct.pack(">H", kind) + sized(data, 2)


def hello(*extensions):
    body = (b"\3\3" + b"r" * 32 + sized(b"s" * 32, 1) + sized(b"\x13\1", 2) + sized(b"\0", 1)
            + sized(b"".join(extensions), 2))
    return b"\1" + sized(body, 3)


def record(data):
    return b"\x16\3\1" + sized(data, 2)


def field(tag, data):
    """As wire::FieldWriter lays them out."""
    return struct.pack("<HHI", tag, 0, len(data)) + data


def packet(channel, kind, payload=b""):
    """As wire::Packet."""
    return struct.pack("<IIB3x", len(payload), channel, kind) + payload


def streams(*opened):
    """Of the one client's conversation, each as (channel, kind)."""
    return packet(2, 2, b"".join(struct.pack("<IB3x", *stream) for stream in opened))


def item(kind, name=b"", text=b"", data=b"", flags=0, offset=0, size=0):
    """As wire::ItemHeader is laid out."""
    return struct.pack("<BBHIIIqQQ", kind, flags, len(name), len(text), 0o644, 0, 7, size or len(data), offset) + name + text + data


def datagram(kind, payload, descriptors):
    frame = struct.pack("<IHH", len(payload), kind, 0) + payload
    return bytes([descriptors]) + struct.pack("<H", len(frame)) + frame


def archive(form, *members):
    """Each member as (name, type, target, size)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for path, kind, target, size in members:
            info = tarfile.TarInfo(path)
            info.type, info.linkname, info.size = kind, target, size
            if form == tarfile.PAX_FORMAT:
                info.pax_headers = {"SCHILY.xattr.user.x": "y", "comment": "z"}
            tar.addfile(info, io.BytesIO(b"x" * size))
    return out.getvalue().rstrip(b"\0") + bytes(1024)


FOLDER = pathlib.Path(__file__).resolve().parents[1] / "unit/results/samples"
SAMPLES = sorted(path.name for path in FOLDER.iterdir())


def sample(name):
    return (FOLDER / name).read_bytes()


SERVER = extension(0, sized(b"\0" + sized(b"www.example.org", 2), 2))
MESSAGE = hello(extension(43, b"xx"), SERVER)
OPT = b"\0" + struct.pack(">HHIH", 41, 4096, 0, 0)
SEEDS = {
    "dns": [query("www.example.org"), query("www.example.org", 28, OPT), query("x.test", 16)],
    "client_hello": [record(MESSAGE), record(MESSAGE[:9]) + record(MESSAGE[9:]),
                     record(hello(SERVER, extension(0xFE0D, b"inner"))), record(hello())],
    "http_head": [b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n",
                  b"GET http://example.org:8080/a?b HTTP/1.1\r\nHost: c\r\nAccept: */*\r\n\r\n",
                  b"POST / HTTP/1.1\r\nHost: example.org\r\nContent-Length: 5\r\n\r\nabcde"],
    "http_requests": [b"\3GET / HTTP/1.1\r\nHost: example.org\r\n\r\nPOST / HTTP/1.1\r\nHost: example.org:80\r\nContent-Length: 2\r\n\r\nab",
                      b"\7PUT / HTTP/1.1\r\nHost: example.org\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nab\r\n0\r\nX: y\r\n\r\n"],
    "markdown": [b"/merge\n```\n````\n@all `x` \x1b[31mred\x1b[0m\x1b]0;t\x07", "\u202ea\u2066\u200b\U000e0041\ufeff".encode(), b"https://example.org:3000/a?b=c"],
    "rule": [b"example.org", b"*.example.org:80,443", b"example.org:443/raw", b"example.org/ech", b"open", b"192.0.2.1:80"],
    "tar_archive": [archive(form, ("a", tarfile.DIRTYPE, "", 0), ("a/" + "b" * 120, tarfile.REGTYPE, "", 9),
                            ("c", tarfile.LNKTYPE, "a/" + "b" * 120, 0), ("d", tarfile.SYMTYPE, "c" * 150, 0),
                            ("e/.wh.f", tarfile.REGTYPE, "", 0), ("e/.wh..wh..opq", tarfile.REGTYPE, "", 0))
                    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)] + [archive(tarfile.USTAR_FORMAT, ("x/y", tarfile.REGTYPE, "", 1))],
    "bridge_packets": [streams((1, 4), (3, 5), (5, 5)) + packet(2, 3, b"frame") + packet(3, 3, b"out") + packet(1, 4, bytes(4))
                       + packet(3, 5) + packet(1, 6) + packet(2, 5) + packet(2, 6),
                       streams((1, 6), (3, 7)) + packet(0, 3, struct.pack("<IIIHH", 8, 0, 0, 21, 0)) + packet(2, 3, b"x")],
    "tree_stream": [b"\0" + item(1, b"d") + item(2, b"f", flags=2) + item(3, data=b"bytes", offset=9) + item(4, size=20)
                    + item(6, b"g", b"d/f") + item(4) + item(5, b"l", b"../outside") + item(8),
                    b"\4" + item(2, b"f") + item(4) + item(7, b"f") + item(8), b"\2" + item(2, b"f") + item(3, data=b"x" * 40000) + item(4) + item(8),
                    b"\x08" + item(2, b"f") + item(3, data=b"bytes") + item(4) + item(9, text=b"d/f"),
                    b"\1" + bytes([1, 0, 0, 0, 2, 2, 0, 1, 3, 0, 9, 9, 4, 0, 0, 40, 6, 0, 1, 2, 4, 0, 0, 0, 5, 0, 3, 2, 8, 0, 0, 0])],
    "control_frames": [datagram(13, field(1, b"/bin/cat") + field(1, b"-"), 1) + datagram(13, b"", 1) + datagram(11, field(14, b""), 2),
                       datagram(10, field(2, b"A=b"), 0) + datagram(12, b"", 0)],
    "junit_report": [sample(name) for name in SAMPLES if name.endswith(".xml")] + [
        b"<coverage><packages><package><classes><class><lines><line hits='1'/></lines></class></classes></package></packages></coverage>"],
    "text_report": [b"\0" + sample("node20.tap"), b"\1" + sample("cargo-test-1.95.txt"), b"\4" + sample("jest30.json"),
                    b"\4" + sample("vitest3.json"), b"\5" + sample("mocha11.json"), b"\2a: test\nok a\n",
                    b"\3" + b"".join(b'{"Action":"%s","Package":"p","Test":"A"}\n' % action for action in (b"run", b"output", b"pass")),
                    b'\6{"begin":{"suite":"s","name":"n"}}\n{"suite":"s","name":"n","status":"passed"}\n{"end":1}\n',
                    b"\x071/1 Test #1: a ....***Timeout  1.00 sec\n", b"\1mode: set\na.go:1.1,2.2 3 1\n"],
    "scanned_file": [b"\0\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
                     + struct.pack("<IIQQQQQQ", 1, 6, 120, 120, 120, 200, 200, 8)
                     + b"\xff Go buildinf:\x08\x02" + bytes(16) + b"\6go1.21\x30" + b"f" * 16 + b"dep\tm.org/a\tv1\n" + b"f" * 16,
                     b"\1dep\ta\tv1\th1:x\n=>\tb\tv2\n", b'\2{"name":"@a/b","version":"1.0.0"}', b"\3Name: a\nVersion: 1\n",
                     b'\4[[package]]\nname = "a"\nversion = "1"\nsource = "x"\n'],
    "agent_frames": [bytes([30]) + field(tag, b"/bin/true") for tag in range(1, 16)],
}

for target, inputs in SEEDS.items():
    folder = pathlib.Path(sys.argv[1]) / target
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(inputs):
        (folder / f"seed-{number}").write_bytes(data)
