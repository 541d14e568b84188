"""Who holds an item: a batch in a process, named so that a later one on the same machine can tell if it lives."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

_here: set[str] = set()
"""The owners of this process that have not ended."""


def this_process() -> str:
    """Return `host:process:start`; the start tells the process from a later one of the same number."""
    return f"{socket.gethostname()}:{os.getpid()}:{psutil.Process().create_time():.2f}"


@contextmanager
def owning() -> Iterator[str]:
    """Be an owner for a while, one of several perhaps in this process: `host:process:start:name`."""
    owner = f"{this_process()}:{secrets.token_hex(4)}"
    _here.add(owner)
    try:
        yield owner
    finally:
        _here.discard(owner)


def is_dead(owner: str) -> bool:
    """Tell whether `owner` has ended on this machine, with its process or before; False if that cannot be known here.

    >>> with owning() as me:
    ...     is_dead(me), is_dead("elsewhere:1:0.00:a")
    (False, False)
    >>> is_dead(me)
    True
    """
    host, _, process = owner.partition(":")
    number, _, rest = process.partition(":")
    start, _, name = rest.partition(":")
    if host != socket.gethostname() or not number.isdigit():
        return False
    if name and owner.startswith(this_process()):
        return owner not in _here
    try:
        found = psutil.Process(int(number))
        return found.status() == psutil.STATUS_ZOMBIE or f"{found.create_time():.2f}" != start
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False
