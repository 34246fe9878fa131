"""`rounds account ...`: people who sign in here. A password comes from a prompt or from standard input, never from argv."""

import sys
from typing import Final

import typer
from msgspec import to_builtins

from federation.signatures.keys import generate_rsa
from node.commands import database
from node.commands.console import Code, Stop, progress, say, say_json, say_table
from node.services import accounts, keyring, signing_in
from node.services.accounts import KeyPair, NewUser
from node.services.signing_in import Passwords
from node.settings import Settings
from node.store import staff, users
from node.store.staff import Member
from node.store.unit import Snapshot, Unit

PAGE: Final = 1000
ACTOR: Final = "command-line"


def create(
    settings: Settings, username: str, *, email: str, role: str, display_name: str, from_stdin: bool, as_json: bool
) -> None:
    """Make a person who can sign in, with an account and a key."""
    with database.current(settings) as session:
        password = _password(from_stdin=from_stdin)
        with progress("Making a key", quiet=as_json):
            new = NewUser(
                username=username,
                email=email,
                password_hash=session.run(Passwords().hash(password)),
                keys=KeyPair(*generate_rsa()),
                display_name=display_name,
                role=role,
                locale=settings.locale,
            )
        account = session.write(accounts.create_user, new)
    if as_json:
        say_json({"username": account.username, "uri": account.uri, "role": role})
    else:
        say(f"@{account.username}@{settings.handle_domain} can sign in at {settings.base_url}")


def show(settings: Settings, *, as_json: bool) -> None:
    """List everybody who can sign in."""
    with database.current(settings) as session:
        found: list[Member] = []
        while page := session.read(staff.members, after=found[-1].username if found else "", limit=PAGE):
            found += page
    if as_json:
        say_json(to_builtins(found))
        return
    rows = [(one.username, one.email, one.role, f"{one.created_at:%Y-%m-%d}", _state(one)) for one in found]
    say_table(f"{len(found)} people", ("username", "e-mail", "role", "since", "state"), rows)


def reset_password(settings: Settings, login: str, *, from_stdin: bool) -> None:
    """Give somebody a new password; every session and every app of theirs is signed out."""
    with database.current(settings) as session:
        session.read(_user, login)
        hashed = session.run(Passwords().hash(_password(from_stdin=from_stdin)))
        session.write(_change, login, hashed)
    say(f"The password of {login} is changed; all sessions and apps are signed out.")


def rotate_keys(settings: Settings, username: str) -> None:
    """Give an account new keys; the old ones sign until everybody can know the new ones."""
    with database.current(settings) as session:
        with progress("Making a key", quiet=False):
            pair = generate_rsa()
        key_id = session.write(keyring.rotate, username, pair)
    say(f"{key_id} is published and signs in two days; the old key goes in a week. Keep the node running meanwhile.")


def _user(snapshot: Snapshot, login: str) -> users.User:
    user = users.by_login(snapshot, login)
    if user is None:
        raise Stop(Code.FAILED, f"Nobody signs in as {login}. See: rounds account list")
    return user


def _change(unit: Unit, login: str, hashed: str) -> None:
    user = _user(unit, login)
    signing_in.change_password(unit, user.id, hashed)
    unit.audit(actor=ACTOR, act="account.reset-password", object=f"account:{user.account_id}")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt="The same again", err=True)
    else:
        raise Stop(Code.SETTINGS, "There is nobody to ask for a password. Give it on standard input: --password-stdin")
    signing_in.check_password_length(password)
    return password


def _state(member: Member) -> str:
    return "disabled" if member.disabled_at else "active"
