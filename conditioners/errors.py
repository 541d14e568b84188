"""The errors a user can meet, in one small hierarchy.

LineproofError            the run failed                                exit status 1
├── InputError            the input or the call is wrong                exit status 2
│   └── MissingWeightsError   a model's weights are not on this machine  exit status 2
└── GenerationError       a model gave nothing usable                   exit status 1

Each message is one line that says what is wrong, which rule it breaks and which value was given.
"""

from typing import ClassVar


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


class MissingWeightsError(InputError):
    """A model's weights are not on this machine; the message names the command or folder that provides them."""


class GenerationError(LineproofError):
    """A model ran and gave nothing usable, such as non-finite pixels."""
