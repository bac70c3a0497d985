#!/usr/bin/python3
"""usage: name_server.py FILE NAME=ADDRESS[,ADDRESS...][/ADDRESS...]...

A name server for tests on a free port of 127.0.0.1: writes "127.0.0.1:PORT" to FILE, then a
line for each question to FILE.asked. A slash separates the answers of one question from those of
the next: NAME=192.0.2.1/127.0.0.1 is a name that rebinds."""
import ipaddress
import itertools
import pathlib
import socket
import struct
import sys


def question(message):
    labels, at = [], 12
    while message[at]:
        labels.append(message[at + 1:at + 1 + message[at]].decode("ascii", "replace").lower())
        at += 1 + message[at]
    return ".".join(labels), struct.unpack(">H", message[at + 1:at + 3])[0], message[12:at + 5]


def answers(zone, name, kind):
    for address in next(zone[name]) if name in zone else []:
        packed = ipaddress.ip_address(address).packed
        if kind == (1 if len(packed) == 4 else 28):
            yield struct.pack(">HHHIH", 0xC00C, kind, 1, 0, len(packed)) + packed


def main():
    place = pathlib.Path(sys.argv[1])
    zone = {}
    for entry in sys.argv[2:]:
        name, _, values = entry.partition("=")
        turns = [turn.split(",") for turn in values.split("/")]
        # Both families are asked for, so that a turn is two questions.
        zone[name] = itertools.chain.from_iterable(itertools.repeat(turn, 2) for turn in itertools.chain(turns, itertools.repeat(turns[-1])))
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    asked = place.with_name(place.name + ".asked").open("w", buffering=1)
    place.with_name(place.name + ".new").write_text(f"127.0.0.1:{server.getsockname()[1]}")
    place.with_name(place.name + ".new").rename(place)
    while True:
        message, peer = server.recvfrom(4096)
        name, kind, asked_for = question(message)
        print(name, kind, file=asked)
        found = list(answers(zone, name, kind))
        flags = 0x8180 | (0 if name in zone else 3)
        server.sendto(message[:2] + struct.pack(">5H", flags, 1, len(found), 0, 0) + asked_for + b"".join(found), peer)


main()
