"""Names and passwords of a class: nothing is lost between two commands, and nobody gets in without a hash."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

from bootcamp.classroom import accounts as module
from bootcamp.classroom import hub
from bootcamp.classroom.accounts import AccountError, Accounts, BackOff, password_fault

import pytest

RIGHT = "abcd-efgh"
LONG = "x" * 80
ADD = "from bootcamp.cli import main; import sys; sys.argv[0] = 'bootcamp'; main()"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """A hash that costs little."""
    monkeypatch.setattr(module, "COST", 16)


@pytest.fixture
def store(tmp_path):
    return Accounts(tmp_path / "accounts.sqlite")


def test_a_password_gets_in_under_its_own_name_only(store):
    store.add({"anna": RIGHT, "ben": "other-one"})
    assert store.names() == ["anna", "ben"]
    assert store.check("anna", RIGHT)
    assert [store.check("ben", RIGHT), store.check("anna", "other-one"), store.check("carla", RIGHT)] == [False] * 3
    assert not any(
        store.check("anna", wrong) for wrong in ("", RIGHT[:-1], f"{RIGHT} ", RIGHT.upper(), "\x00", "ä" * 400)
    )


@pytest.mark.parametrize("password", [LONG, "ä" * 80, "Süßes-Geheimnis", "\U0001f511" * 20, " blank "])
def test_every_character_of_a_password_counts(store, password):
    store.add({"anna": password})
    assert store.check("anna", password)
    assert not store.check("anna", password[:-1]) and not store.check("anna", f"{password}x")


def test_a_password_that_is_too_long_is_not_even_hashed(store, monkeypatch):
    store.add({"anna": RIGHT})
    monkeypatch.setattr(module, "_digest", lambda *_: pytest.fail("it was hashed"))
    assert not store.check("anna", "x" * (module.LONGEST + 1))


@pytest.mark.parametrize("password", ["", "short", "x" * (module.LONGEST + 1)])
def test_what_a_learner_may_choose(password):
    assert "8 to 1000 characters" in password_fault(password)
    assert password_fault(LONG) == ""


def test_without_a_hash_nobody_gets_in(store):
    """No file, a file that got lost or is damaged, a name that only the hub knows: all the same."""
    assert not store.check("anna", RIGHT) and store.names() == [] and not store.file.exists()
    store.add({"anna": RIGHT})
    assert not store.check("carla", RIGHT) and store.names() == ["anna"]
    store.remove("anna")
    assert not store.check("anna", RIGHT)
    store.add({"anna": RIGHT})
    store.file.write_bytes(b"nothing of the kind" * 100)
    assert not store.check("anna", RIGHT)
    with pytest.raises(AccountError, match="cannot be used: file is not a database"):
        store.names()


def test_an_empty_hash_lets_nobody_in(store):
    store.add({"anna": RIGHT})
    with sqlite3.connect(store.file) as database:
        database.execute("UPDATE accounts SET hash = x'', salt = x''")
    database.close()
    assert not store.check("anna", RIGHT) and not store.check("anna", "")


def test_one_name_that_is_taken_changes_nothing(store):
    store.add({"ben": RIGHT})
    with pytest.raises(AccountError, match="ben has a password already"):
        store.add({"anna": RIGHT, "ben": "other-one", "carla": RIGHT})
    assert store.names() == ["ben"] and store.check("ben", RIGHT)
    store.add({"ben": "other-one"}, replace=True)
    assert store.check("ben", "other-one") and not store.check("ben", RIGHT)


def test_a_kill_in_the_middle_leaves_all_or_nothing(store):
    store.add({"anna": RIGHT})
    database = sqlite3.connect(store.file, isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    database.execute("DELETE FROM accounts")
    database.close()  # what a killed process does
    assert store.names() == ["anna"]


def test_a_slip_is_read_back_before_it_is_printed(store, monkeypatch):
    monkeypatch.setattr(Accounts, "check", lambda *_: False)
    with pytest.raises(AccountError, match="the passwords of anna were changed meanwhile"):
        store.add({"anna": RIGHT})


def test_many_at_once_lose_nothing(store):
    failures = []

    def add(number):
        try:
            store.add({f"learner{number}-{i}": RIGHT for i in range(4)})
        except AccountError as error:
            failures.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [] and len(store.names()) == 32
    assert all(store.check(name, RIGHT) for name in store.names())


def test_two_commands_at_once_print_slips_that_all_work(tmp_path, monkeypatch):
    monkeypatch.undo()
    variables = {"BOOTCAMP_CLASS_STATE": str(tmp_path / "state"), "BOOTCAMP_CLASS_SPAWNER": "docker"}
    commands = [
        subprocess.Popen(
            [sys.executable, "-c", ADD, "learners", *(f"{group}{i}" for i in range(8))],
            env=os.environ | variables | {"BOOTCAMP_CLASS_GPUS": "none"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for group in "ab"
    ]
    printed = "".join(command.communicate()[0] for command in commands)
    assert [command.returncode for command in commands] == [0, 0]
    slips = _slips(printed)
    stored = Accounts(hub.read_settings(variables).passwords)
    assert sorted(slips) == stored.names() and len(slips) == 16
    assert all(stored.check(name, password) for name, password in slips.items())


def _slips(printed):
    """Name -> password of printed slips."""
    rows = [line.split(maxsplit=1) for line in printed.splitlines() if line.startswith(("Name", "Password"))]
    values = [value for _, value in rows]
    return dict(zip(values[::2], values[1::2], strict=True))


def test_the_file_is_for_its_owner_alone(store, monkeypatch):
    before = os.umask(0)
    try:
        store.add({"anna": RIGHT})
    finally:
        os.umask(before)
    assert stat.S_IMODE(store.file.stat().st_mode) == 0o600
    assert RIGHT.encode() not in store.file.read_bytes()


# ------------------------------------------------------------------------------------------------------ the login


def test_guesses_are_looked_at_ever_more_slowly():
    now = [0.0]
    back_off, key = BackOff(lambda: now[0]), ("anna", "192.0.2.1")
    looked_at = 0
    for second in range(3600):  # ten guesses a second for an hour
        now[0] = second
        for _ in range(10):
            if not back_off.seconds(key):
                looked_at += 1
                back_off.failed(key)
    assert looked_at < 80
    assert back_off.seconds(("anna", "192.0.2.2")) == back_off.seconds(("ben", "192.0.2.1")) == 0
    now[0] += BackOff.MOST_SECONDS
    assert back_off.seconds(key) == 0
    back_off.succeeded(key)
    back_off.failed(key)
    assert back_off.seconds(key) == 0


def test_the_memory_of_guesses_is_bounded(monkeypatch):
    monkeypatch.setattr(BackOff, "MOST_KEYS", 10)
    back_off = BackOff()
    for number in range(100):
        back_off.failed((f"name{number}", "192.0.2.1"))
    assert len(back_off._wrong) == 10


@pytest.fixture
def door(tmp_path):
    from bootcamp.classroom.login import SlipAuthenticator

    door = SlipAuthenticator(accounts_file=str(tmp_path / "accounts.sqlite"), allow_all=True)
    door.accounts.add({"anna": RIGHT, "ben": LONG})
    return door


def visitor(address="192.0.2.1", **headers):
    """A request through the proxy, which notes the address."""
    return SimpleNamespace(request=SimpleNamespace(remote_ip=address, headers={"X-Forwarded-For": address} | headers))


async def enter(door, name, password, handler=None):
    return await door.authenticate(handler or visitor(), {"username": name, "password": password})


def test_who_gets_in(door):
    cases = [("anna", RIGHT, "anna"), ("ANNA", RIGHT, "anna"), ("ben", LONG, "ben"), ("ben", LONG[:72], None)]
    cases += [("carla", RIGHT, None), ("anna", "", None), ("", "", None), ("anna'--", RIGHT, None)]
    for name, password, found in cases:
        assert asyncio.run(enter(door, name, password)) == found, name


def test_brute_force_is_told_to_wait_and_does_not_keep_the_owner_out(door):
    async def attack():
        handler = visitor("203.0.113.9")
        return [await enter(door, "anna", f"guess-{i}", handler) for i in range(20)], handler.refusal

    found, refusal = asyncio.run(attack())
    assert found == [None] * 20 and refusal.startswith("Too many wrong passwords for this name: try again in ")
    assert asyncio.run(enter(door, "anna", RIGHT, visitor("203.0.113.9"))) is None
    assert asyncio.run(enter(door, "anna", RIGHT)) == "anna"


def test_an_address_that_is_made_up_does_not_begin_the_count_anew(door, monkeypatch):
    looked_at = []
    monkeypatch.setattr(door.accounts, "check", lambda *given: looked_at.append(given) or False)

    async def attack():
        for i in range(50):
            made_up = f"198.51.100.{i}"
            handler = visitor(made_up, **{"X-Real-Ip": made_up, "X-Forwarded-For": f"{made_up}, 203.0.113.9"})
            await enter(door, "anna", f"guess-{i}", handler)

    asyncio.run(attack())
    assert len(looked_at) == BackOff.FREE


def test_guesses_at_once_are_not_all_looked_at(door, monkeypatch):
    looked_at = []
    monkeypatch.setattr(door.accounts, "check", lambda *given: looked_at.append(given) or False)

    async def attack():
        await asyncio.gather(*(enter(door, "anna", f"guess-{i}") for i in range(50)))

    asyncio.run(attack())
    assert len(looked_at) == BackOff.FREE


def test_the_event_loop_goes_on_while_a_password_is_hashed(door, monkeypatch):
    ticks = []
    monkeypatch.setattr(door.accounts, "check", lambda *_: time.sleep(0.2) or True)

    async def both():
        async def tick():
            while True:
                ticks.append(1)
                await asyncio.sleep(0.005)

        ticking = asyncio.create_task(tick())
        await enter(door, "anna", RIGHT)
        ticking.cancel()

    asyncio.run(both())
    assert len(ticks) > 3


def test_another_password_needs_the_current_one(door):
    from bootcamp.classroom import login

    async def change(current, new):
        return await door.change_password(visitor(), "anna", current, new)

    assert asyncio.run(change("not-it", "new-password")) == login.WRONG
    assert asyncio.run(change(RIGHT, "short")).startswith("A password has 8 to")
    assert door.accounts.check("anna", RIGHT)
    assert asyncio.run(change(RIGHT, LONG)) == login.CHANGED
    assert door.accounts.check("anna", LONG) and not door.accounts.check("anna", RIGHT)


def test_who_is_removed_on_the_admin_page_does_not_come_back(door):
    door.delete_user(SimpleNamespace(name="anna"))
    assert asyncio.run(enter(door, "anna", RIGHT)) is None
