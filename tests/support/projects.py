"""Prints every project that the file system of a directory knows anything of, one a line:
number, bytes and inodes used, limits on bytes and inodes."""
import ctypes
import errno
import os
import struct
import sys

QUOTACTL_FD, GET_NEXT_QUOTA, PROJECT = 443, 0x800009, 2
QUOTA = struct.Struct("=8Q2I")  # if_nextdqblk of linux/quota.h


def next_project(directory, first):
    """(number, fields) of the first project from there on; None when there is none."""
    answer = ctypes.create_string_buffer(QUOTA.size)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(QUOTACTL_FD, directory, GET_NEXT_QUOTA << 8 | PROJECT, first, answer) < 0:
        if ctypes.get_errno() == errno.ENOENT:
            return None
        sys.exit(f"projects: {os.strerror(ctypes.get_errno())}")
    fields = QUOTA.unpack(answer.raw)
    return fields[-1], fields


def main():
    directory = os.open(sys.argv[1], os.O_RDONLY | os.O_DIRECTORY)
    at = 1  # 0 is everything that belongs to none
    while (found := next_project(directory, at)) is not None:
        number, (block_limit, _, used, inode_limit, _, inodes, *_) = found
        if used or inodes or block_limit or inode_limit:
            print(number, used, inodes, block_limit * 1024, inode_limit)
        at = number + 1


main()
