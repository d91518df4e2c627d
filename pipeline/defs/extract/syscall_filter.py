"""The kernel's filter of system calls (seccomp-bpf): no socket but a local one, no look into other processes.

Written by hand, because the library for it (libseccomp) is not on every machine and the filter is thirty instructions.
Source: Linux seccomp(2), `Documentation/userspace-api/seccomp_filter.rst`; numbers from the kernel's unistd.h.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
from dataclasses import dataclass

_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_SET_MODE_FILTER, _FILTER_FLAG_TSYNC = 1, 1
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_LOAD_WORD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
#: Where `struct seccomp_data` holds number, architecture and the low half of the first argument (little endian).
_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_EPERM, _EACCES = 1, 13
#: On x86-64 the same kernel answers a second set of numbers beginning here (x32).
_X32_FROM = 0x40000000


@dataclass(frozen=True, slots=True)
class _Machine:
    """One architecture: its number in the kernel, `seccomp`, `socket`, and the calls refused altogether."""

    audit_number: int
    seccomp: int
    socket: int
    refused: tuple[int, ...]
    is_x86: bool = False


# Refused altogether: io_uring (does what sockets do past this filter), ptrace and the memory of other processes, new
# name spaces and mounts, kernel modules, BPF, the key ring, performance counters, userfaultfd: no reader needs one.
_MACHINES = {
    "x86_64": _Machine(
        0xC000003E,
        317,
        41,
        (425, 426, 427, 101, 310, 311, 272, 308, 165, 166, 155, 161, 175, 313, 246, 321, 248, 249, 250, 298, 323),
        is_x86=True,
    ),
    "aarch64": _Machine(
        0xC00000B7,
        277,
        198,
        (425, 426, 427, 117, 270, 271, 97, 268, 40, 39, 41, 51, 105, 273, 104, 280, 217, 218, 219, 241, 282),
    ),
}


class NotFiltered(Exception):
    """The filter cannot be set on this system; the message says why."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def filter_program(machine: str) -> bytes:
    """Returns the instructions for a machine, eight bytes each.

    Raises:
        NotFiltered: The machine's numbers are not known.
    """
    known = _MACHINES.get(machine)
    if known is None:
        raise NotFiltered(f"no filter is written for {machine}")
    program = [(_LOAD_WORD, 0, 0, _MACHINE_AT), (_JUMP_EQUAL, 1, 0, known.audit_number), _refuse(_EPERM)]
    program += [(_LOAD_WORD, 0, 0, _NUMBER_AT)]
    if known.is_x86:
        program += [(_JUMP_AT_LEAST, 0, 1, _X32_FROM), _refuse(_EPERM)]
    for number in known.refused:
        program += [(_JUMP_EQUAL, 0, 1, number), _refuse(_EPERM)]
    program += [
        (_JUMP_EQUAL, 1, 0, known.socket),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD_WORD, 0, 0, _FIRST_ARGUMENT_AT),
        (_JUMP_EQUAL, 0, 1, int(socket.AF_UNIX)),
        (_RETURN, 0, 0, _ALLOW),
        _refuse(_EACCES),
    ]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


def _refuse(with_error: int) -> tuple[int, int, int, int]:
    return _RETURN, 0, 0, _REFUSE | with_error


def install_filter(machine: str) -> None:
    """Puts the filter on all threads of this process, and so on every process it will start.

    Raises:
        NotFiltered: Not Linux, an unknown machine, or the kernel refuses.
    """
    if not sys.platform.startswith("linux"):
        raise NotFiltered(f"{sys.platform} has no seccomp")
    code = filter_program(machine)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise NotFiltered(f"prctl: {os.strerror(ctypes.get_errno())}")
    number = _MACHINES[machine].seccomp
    # libraries may have started threads while they were imported: TSYNC puts the filter on them too
    failed = libc.syscall(number, _SECCOMP_SET_MODE_FILTER, _FILTER_FLAG_TSYNC, ctypes.byref(program))
    if failed:
        raise NotFiltered(f"seccomp: {os.strerror(ctypes.get_errno()) if failed < 0 else 'a thread keeps its own'}")
