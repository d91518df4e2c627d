"""What workers send back, taken apart without trusting it: records of ours and plain values, nothing that runs.

A pickle may name any function of the machine. A reader taken over by a document could send one; so the parent looks up
only data classes and enums of this program that are loaded already, and the few types their fields have.
"""

from __future__ import annotations

import io
import pickle
import sys
from dataclasses import is_dataclass
from enum import Enum
from multiprocessing.connection import Connection

#: The packages whose records may come; `tests` only holds those of the tests.
_PACKAGES = ("pipeline.", "tests.")
_PLAIN = {
    ("builtins", "set"),
    ("builtins", "frozenset"),
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "timedelta"),
    ("datetime", "timezone"),
    ("decimal", "Decimal"),
}
#: The extract of the largest text that is read (500,000 cells) has 200 MB.
_MOST_BYTES = 1024 * 1024 * 1024


class NotARecord(Exception):
    """A worker has sent what is no record of ours."""


class _Records(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        """Gives a type that is data; anything else is refused."""
        found: object = getattr(sys.modules.get(module), name, None)
        if (module, name) in _PLAIN:
            return found
        if module.startswith(_PACKAGES) and isinstance(found, type) and _is_record(found):
            return found
        raise NotARecord(f"{module}.{name}")


def _is_record(kind: type) -> bool:
    is_named_tuple = issubclass(kind, tuple) and hasattr(kind, "_fields")
    return is_dataclass(kind) or is_named_tuple or issubclass(kind, Enum)


def send(pipe: Connection, message: object) -> None:
    """Sends a message to the parent."""
    pipe.send_bytes(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))


def receive(pipe: Connection) -> object:
    """Takes a message from a worker.

    Raises:
        EOFError, OSError: The worker is gone, or sends more than any document has.
        NotARecord: It is no record of ours.
    """
    data = pipe.recv_bytes(_MOST_BYTES)
    try:
        return _Records(io.BytesIO(data)).load()
    except NotARecord:
        raise
    except Exception as error:  # a broken pickle raises what it likes
        raise NotARecord(type(error).__name__) from error
