#!/usr/bin/python3
"""Runs the compiled seccomp filter over every system call, in a simulator of classic BPF, and
compares its answers with a table that people have read.

  simulate_filter.py FILTER.inc TABLE   prints the differences; exit 1 if there are any

A line of the table is NUMBER NAME [ARGUMENTS] ANSWER. Two answers, "allow|ENOSYS", are for a
call that older versions of libseccomp cannot name. Numbers that the table lacks must answer
ENOSYS."""
import errno
import re
import struct
import sys

X86_64, I386 = 0xC000003E, 0x40000003
X32 = 0x40000000
LAST = 520  # past every number that a kernel has today
ACTIONS = {0x7FFF0000: "allow", 0x80000000: "kill-process", 0x00000000: "kill-thread", 0x00030000: "trap"}

LOAD_WORD, JUMP, RETURN = 0x20, 0x05, 0x06
AND = 0x54
COMPARISONS = {0x15: int.__eq__, 0x25: int.__gt__, 0x35: int.__ge__, 0x45: lambda a, k: bool(a & k)}


def answer(program, number, arguments=(), arch=X86_64):
    """What the filter says to one call. An instruction that is not known stops everything."""
    padded = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("<IIQ6Q", number & 0xFFFFFFFF, arch, 0, *padded)
    accumulator, at = 0, 0
    while True:
        code, if_true, if_false, value = program[at]
        at += 1
        if code == LOAD_WORD:
            accumulator = struct.unpack_from("<I", data, value)[0]
        elif code == AND:
            accumulator &= value
        elif code == JUMP:
            at += value
        elif code in COMPARISONS:
            at += if_true if COMPARISONS[code](accumulator, value) else if_false
        elif code == RETURN:
            if value & 0xFFFF0000 == 0x00050000:
                return errno.errorcode[value & 0xFFFF]
            return ACTIONS[value & 0xFFFF0000]
        else:
            raise ValueError(f"unknown instruction {code:#x}")


def read_program(path):
    numbers = re.compile(r"\{(\d+), (\d+), (\d+), (\d+)u\}")
    return [tuple(map(int, found)) for found in numbers.findall(open(path, encoding="ascii").read())]


def read_table(path):
    """(number, name, arguments, answers) of each line."""
    for line in open(path, encoding="ascii"):
        words = line.split("#")[0].split()
        if words:
            arguments = [int(word, 0) for word in words[2:-1]]
            yield int(words[0], 0), words[1], arguments, words[-1].split("|")


def differences(program, table):
    named = set()
    for number, name, arguments, answers in table:
        named.add(number)
        got = answer(program, number, arguments)
        if got not in answers:
            yield f"{number} {name} {arguments}: {got}, the table says {'|'.join(answers)}"
    for number in set(range(LAST)) - named:
        if (got := answer(program, number)) != "ENOSYS":
            yield f"{number} is not in the table: {got}"
    for number in range(LAST):
        if (got := answer(program, number, arch=I386)) != "kill-process":
            yield f"{number} of i386: {got}"
        if (got := answer(program, X32 + number)) != "kill-process":
            yield f"{number} of x32: {got}"


def main(filter_path, table_path):
    found = list(differences(read_program(filter_path), read_table(table_path)))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
