"""The user file: names, hashes, permissions."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from conditioners.errors import InputError
from pipeline.users import ScryptCost, add_user, remove_user, user_names, verify

CHEAP = ScryptCost(n=2**10)
PASSWORD = "a long password"


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "users.json"
    assert add_user(path, "ada", PASSWORD, CHEAP)
    return path


def test_the_right_password_and_no_other_opens(users: Path) -> None:
    assert verify(users, "ada", PASSWORD)
    assert not verify(users, "ada", PASSWORD + " ")
    assert not verify(users, "ada", "")
    assert not verify(users, "ada", "x" * 10_000)
    assert not verify(users, "eve", PASSWORD)


def test_the_file_holds_no_password_and_is_its_owner_s_alone(users: Path) -> None:
    assert PASSWORD not in users.read_text()
    assert stat.S_IMODE(users.stat().st_mode) == 0o600
    add_user(users, "bob", PASSWORD, CHEAP)
    stored = json.loads(users.read_text())["users"]
    assert stored["ada"]["key"] != stored["bob"]["key"]


def test_a_password_is_changed_and_a_user_removed(users: Path) -> None:
    assert not add_user(users, "ada", "another password", CHEAP)
    assert not verify(users, "ada", PASSWORD)
    assert verify(users, "ada", "another password")
    add_user(users, "bob", PASSWORD, CHEAP)
    assert user_names(users) == ("ada", "bob")
    remove_user(users, "ada")
    assert not verify(users, "ada", "another password")
    with pytest.raises(InputError, match="user 'ada' must be in"):
        remove_user(users, "ada")


@pytest.mark.parametrize("name", ["", "a b", "../x", "-x", "x" * 65, "é"])
def test_a_name_is_plain(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="user name must be"):
        add_user(tmp_path / "users.json", name, PASSWORD, CHEAP)
    assert not (tmp_path / "users.json").exists()


def test_a_short_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="10 to 256 characters, got 5"):
        add_user(tmp_path / "users.json", "ada", "short", CHEAP)
    assert not (tmp_path / "users.json").exists()


def test_a_file_that_others_may_read_is_refused(users: Path) -> None:
    users.chmod(0o644)
    with pytest.raises(InputError, match=r"chmod 600.*got mode 644"):
        verify(users, "ada", PASSWORD)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 2}', '{"users": {"a": {"salt": "x"}}}', '{"users": {}, "other": 1}']
)
def test_a_damaged_file_is_refused_in_one_line(text: str, users: Path) -> None:
    users.write_text(text)
    with pytest.raises(InputError) as error:
        verify(users, "ada", PASSWORD)
    assert str(users) in str(error.value)
    assert "\n" not in str(error.value)


def test_the_default_cost_is_the_recommended_one() -> None:
    assert ScryptCost() == ScryptCost(n=131072, r=8, p=1)
