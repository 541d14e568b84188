"""Who holds an item: a process, named so that a later one on the same machine can tell whether it still lives."""

from __future__ import annotations

import os
import socket

import psutil


def this_process() -> str:
    """Return `host:process:start`; the start tells the process from a later one of the same number."""
    return f"{socket.gethostname()}:{os.getpid()}:{psutil.Process().create_time():.2f}"


def is_dead(owner: str) -> bool:
    """Tell whether `owner` is a process of this machine that has ended; False where that cannot be known from here.

    >>> is_dead(this_process()), is_dead("elsewhere:1:0.00")
    (False, False)
    """
    host, _, process = owner.partition(":")
    number, _, start = process.partition(":")
    if host != socket.gethostname() or not number.isdigit():
        return False
    try:
        found = psutil.Process(int(number))
        return found.status() == psutil.STATUS_ZOMBIE or f"{found.create_time():.2f}" != start
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False
