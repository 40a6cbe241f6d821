"""Becomes another program, for which the kernel has no io_uring: as in a container whose filter forbids it (seccomp)."""

import ctypes
import errno
import os
import struct
import sys

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO = 0x7FFF0000, 0x00050000
BPF_LD_W_ABS, BPF_JMP_JEQ_K, BPF_RET_K = 0x20, 0x15, 0x06
IO_URING_SETUP = 425  # the same number on every architecture


def instruction(code, if_true, if_false, value):
    return struct.pack("HBBI", code, if_true, if_false, value)


program = b"".join(
    [
        instruction(BPF_LD_W_ABS, 0, 0, 0),
        instruction(BPF_JMP_JEQ_K, 0, 1, IO_URING_SETUP),
        instruction(BPF_RET_K, 0, 0, SECCOMP_RET_ERRNO | errno.ENOSYS),
        instruction(BPF_RET_K, 0, 0, SECCOMP_RET_ALLOW),
    ]
)
buffer = ctypes.create_string_buffer(program, len(program))


class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


libc = ctypes.CDLL(None, use_errno=True)
fprog = Filter(len(program) // 8, ctypes.addressof(buffer))
if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
    PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(fprog), 0, 0
):
    raise OSError(ctypes.get_errno(), "cannot filter system calls")
os.execv(sys.argv[1], sys.argv[1:])
