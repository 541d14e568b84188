"""Who may log in: a file of names and salted scrypt hashes, read at every login so that changes act at once.

Hashes are scrypt (RFC 7914) from the standard library, with the cost that OWASP's password storage cheat sheet names
for it (N = 2^17, r = 8, p = 1: 128 MiB for about a third of a second).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from conditioners.errors import InputError
from pipeline.export import write_atomic
from pipeline.models import describe_validation

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
MIN_PASSWORD: Final = 10
MAX_PASSWORD: Final = 256
_SALT_BYTES: Final = 16
_KEY_BYTES: Final = 32
_MEMORY: Final = 192 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class ScryptCost:
    """scrypt's parameters, stored with each hash so that they can be raised later."""

    n: int = 2**17
    r: int = 8
    p: int = 1


class _User(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    salt: str
    key: str
    n: Annotated[int, Field(ge=2, le=2**20)]
    r: Annotated[int, Field(ge=1, le=32)]
    p: Annotated[int, Field(ge=1, le=16)]


class _UserFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    users: dict[str, _User] = {}


def add_user(path: Path, name: str, password: str, cost: ScryptCost | None = None) -> bool:
    """Add a user to the file, or change an existing one's password; return whether the name is new.

    The file is made where it is missing, and only its owner may read it.

    Raises:
        InputError: the name or password breaks a rule, or the file cannot be read or written.
    """
    if not NAME.fullmatch(name):
        raise InputError(
            f"user name must be 1 to 64 of letters, digits and . _ @ -, starting with one, got {name!r:.80}"
        )
    check_password(password)
    cost = cost or ScryptCost()
    salt = secrets.token_bytes(_SALT_BYTES)
    key = _derive(password, salt, cost.n, cost.r, cost.p)
    users = dict(_read(path).users) if path.exists() else {}
    new = name not in users
    users[name] = _User(salt=_text(salt), key=_text(key), n=cost.n, r=cost.r, p=cost.p)
    _write(path, users)
    return new


def remove_user(path: Path, name: str) -> None:
    """Take a user out of the file. Raises InputError where there is none of that name."""
    users = dict(_read(path).users)
    if name not in users:
        raise InputError(f"user {name!r} must be in {path}, got {', '.join(sorted(users)) or 'no users'}")
    del users[name]
    _write(path, users)


def user_names(path: Path) -> tuple[str, ...]:
    """The names in the file, sorted. Raises InputError where it cannot be read."""
    return tuple(sorted(_read(path).users))


def check_password(password: str) -> None:
    """Raise InputError for a password too short to withstand guessing, or longer than makes sense."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise InputError(f"a password must have {MIN_PASSWORD} to {MAX_PASSWORD} characters, got {len(password)}")


def verify(path: Path, name: str, password: str) -> bool:
    """Whether the password is the user's; takes as long for a name that is not in the file as for one that is.

    Raises:
        InputError: the file cannot be read.
    """
    if len(password) > MAX_PASSWORD:
        return False
    user = _read(path).users.get(name)
    if user is None:
        cost = ScryptCost()
        _derive(password, b"\0" * _SALT_BYTES, cost.n, cost.r, cost.p)
        return False
    try:
        salt, key = _bytes(user.salt), _bytes(user.key)
    except binascii.Error as error:
        raise InputError(f"user file {path}: the hash of {name!r} is damaged ({error})") from None
    return hmac.compare_digest(_derive(password, salt, user.n, user.r, user.p), key)


def _derive(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    try:
        return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=_KEY_BYTES)
    except ValueError as error:
        raise InputError(f"scrypt parameters must be usable, got n={n} r={r} p={p} ({error})") from None


def _read(path: Path) -> _UserFile:
    try:
        text = path.read_text(encoding="utf-8")
        mode = stat.S_IMODE(path.stat().st_mode)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"user file {path} cannot be read ({error})") from None
    if os.name == "posix" and mode & 0o077:
        raise InputError(f"user file {path} must be readable by its owner alone (chmod 600), got mode {mode:o}")
    try:
        return _UserFile.model_validate_json(text)
    except ValidationError as error:
        raise InputError(f"user file {path}: {describe_validation(error)}") from None


def _write(path: Path, users: dict[str, _User]) -> None:
    content = _UserFile(users=users).model_dump(mode="json")
    before = os.umask(0o077)  # the file is never readable by others, not even while it is written
    try:
        write_atomic(path, (json.dumps(content, indent=2, sort_keys=True) + "\n").encode())
    finally:
        os.umask(before)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
