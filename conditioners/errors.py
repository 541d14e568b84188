"""The errors a user can meet, in one small hierarchy.

LineproofError            the run failed                                exit status 1
├── InputError            the input or the call is wrong                exit status 2
│   ├── InputErrors           several things are wrong at once           exit status 2
│   └── MissingWeightsError   a model's weights are not on this machine  exit status 2
├── GenerationError       a model gave nothing usable                   exit status 1
└── StoreError            a run's database or folder cannot be used      exit status 1

Each message is one line that says what is wrong, which rule it breaks and which value was given.
"""

from collections.abc import Iterable
from typing import ClassVar, Final

MAX_LINES: Final = 20
"""Faults that are shown one by one; the others are counted."""


class LineproofError(Exception):
    """A failure that is told to the user in one line; white space in `message` is folded.

    >>> str(LineproofError("first\\n  second"))
    'first second'
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


class InputError(LineproofError):
    """The input or the call is wrong; nothing was written."""

    exit_status: ClassVar[int] = 2


class InputErrors(InputError):
    """Several things are wrong at once, each in a line of its own; `lines` holds all of them, at least one.

    >>> InputErrors(["no prompt", "no wireframe"]).shown()
    ['no prompt', 'no wireframe']
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(" ".join(line.split()) for line in lines)
        super().__init__("; ".join(self.shown()))

    def shown(self) -> list[str]:
        """Return the first `MAX_LINES` faults, and how many more there are."""
        more = len(self.lines) - MAX_LINES
        return [*self.lines[:MAX_LINES], *([f"and {more} more faults like these"] if more > 0 else [])]


class MissingWeightsError(InputError):
    """A model's weights are not on this machine; the message names the command or folder that provides them."""


class GenerationError(LineproofError):
    """A model ran and gave nothing usable, such as non-finite pixels."""


class StoreError(LineproofError):
    """A run's database or its folder of images cannot be read or written: locked, full, gone, of a newer version."""
