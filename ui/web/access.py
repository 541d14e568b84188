"""Who is asking: sessions in a signed cookie, and a brake on guessing passwords.

A session is `name|expiry` under HMAC-SHA256 with a key that lies in the app's folder, so it outlives a restart and
needs no table. Taking a user out of the file ends it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pipeline.jobs.home import LOCAL_OWNER
from pipeline.users import user_names, verify

COOKIE: Final = "lineproof-session"
SESSION_SECONDS: Final = 12 * 3600

FREE_TRIES: Final = 5
"""Wrong passwords for one name before each further try has to wait."""

LONGEST_WAIT: Final = 60.0


class Throttle:
    """Seconds to wait before the next try for a name: none at first, then doubling up to `LONGEST_WAIT`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: dict[str, tuple[int, float]] = {}

    def wait(self, name: str) -> float:
        """How long this name has to wait from now on."""
        with self._lock:
            count, last = self._failed.get(name, (0, 0.0))
        if count < FREE_TRIES:
            return 0.0
        return max(0.0, last + min(LONGEST_WAIT, 2.0 ** (count - FREE_TRIES)) - self._clock())

    def failed(self, name: str) -> None:
        """A wrong password was given."""
        with self._lock:
            if len(self._failed) > 10_000:  # names are the attacker's to choose
                self._failed.clear()
            self._failed[name] = (self._failed.get(name, (0, 0.0))[0] + 1, self._clock())

    def succeeded(self, name: str) -> None:
        """The right password was given."""
        with self._lock:
            self._failed.pop(name, None)


class Access:
    """Tells a request's owner: the user of its session, or `LOCAL_OWNER` where the app has no login."""

    def __init__(self, secret: bytes, users: Path | None = None) -> None:
        self.users = users
        self.throttle = Throttle()
        self._secret = secret
        if users is not None:
            user_names(users)  # a file that cannot be read must stop the start, not each login

    @property
    def login_needed(self) -> bool:
        """Whether there is a user file."""
        return self.users is not None

    def owner(self, cookie: str | None) -> str | None:
        """The owner that a session cookie stands for; None where a login is needed."""
        if self.users is None:
            return LOCAL_OWNER
        name = self._read(cookie or "")
        return name if name is not None and name in user_names(self.users) else None

    def log_in(self, name: str, password: str) -> str | None:
        """A new session's cookie, or None where the password is wrong; takes a third of a second either way."""
        if self.users is None:
            return None
        if not verify(self.users, name, password):
            self.throttle.failed(name)
            return None
        self.throttle.succeeded(name)
        return self.session(name)

    def session(self, name: str) -> str:
        """A signed session of `name`, good for `SESSION_SECONDS`."""
        content = f"{name}|{int(time.time()) + SESSION_SECONDS}".encode()
        return f"{_text(content)}.{_text(self._sign(content))}"

    def _read(self, cookie: str) -> str | None:
        content, _, signature = cookie.partition(".")
        try:
            told, signed = _bytes(content), _bytes(signature)
            if not hmac.compare_digest(signed, self._sign(told)):
                return None
            name, _, expiry = told.decode().rpartition("|")
            return name if int(expiry) > time.time() else None
        except (binascii.Error, ValueError):
            return None

    def _sign(self, content: bytes) -> bytes:
        return hmac.new(self._secret, content, hashlib.sha256).digest()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
