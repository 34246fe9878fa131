"""Signing up with an app, where the institution lets people: what is wrong is told all at once, and who must wait waits.

Mail is not sent yet, so an address counts as confirmed; a moderator's word is asked for where the settings, a network or
a domain of addresses asks for it.
"""

import asyncio
import re
from datetime import date
from typing import Final

from msgspec import Struct

from federation.signatures.keys import generate_rsa
from node import events
from node.errors import Faults, Problem, forbidden
from node.services import accounts, authorising
from node.services.accounts import KeyPair, NewUser
from node.services.authorising import Issued, Viewer
from node.services.signing_in import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, Door
from node.store import accounts as stored
from node.store import barring, users
from node.store.database import Database
from node.store.unit import Snapshot, Unit

MAX_EMAIL_CHARS: Final = 320
MAX_REASON_CHARS: Final = 2000
_LOCALE: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}")
_TAKEN_OR_BARRED: Final = ("ERR_BLOCKED", "cannot be used here")  # the same for both: nobody learns who is here


class Newcomer(Struct, frozen=True, kw_only=True):
    """What somebody says who signs up."""

    username: str = ""
    email: str = ""
    password: str = ""
    has_agreed: bool = False
    locale: str = ""
    reason: str = ""
    born_on: str = ""


class _Door(Struct, frozen=True):
    """How somebody may come in."""

    must_wait: bool
    faults: dict[str, list[tuple[str, str]]]


async def sign_up(door: Door, db: Database, viewer: Viewer, new: Newcomer, *, address: str) -> Issued:
    """Make an account for somebody and give the app a token of theirs.

    Raises: 403 while nobody may, for a network that may not, and for a person's token; 422 with every fault at once.
    """
    if viewer.user_id is not None:
        raise forbidden()
    found = await db.read(_look, new, address)
    if found.faults:
        raise Faults(found.faults)
    hashed = await door.passwords.hash(new.password)
    keys = KeyPair(*await asyncio.to_thread(generate_rsa))
    user = NewUser(
        username=new.username,
        email=new.email,
        password_hash=hashed,
        keys=keys,
        locale=new.locale,
        is_approved=not found.must_wait,
        reason=new.reason.strip(),
        app_id=viewer.app_id,
    )
    try:
        return await db.write(_make, user, viewer.app_id)
    except Problem as problem:
        if problem.status != 422 or problem.field is None:
            raise
        code, words = ("ERR_TAKEN", "has already been taken") if problem.field == "username" else _TAKEN_OR_BARRED
        raise Faults({problem.field: [(code, words)]}) from None


def _make(unit: Unit, new: NewUser, app_id: int) -> Issued:
    account = accounts.create_user(unit, new)
    user = users.by_account(unit, account.id)
    assert user is not None
    unit.record(events.SignedUp(account.id))
    return authorising.issue_for_app(unit, app_id, user.id)


def _look(snapshot: Snapshot, new: Newcomer, address: str) -> _Door:
    site = snapshot.site
    severities = barring.severities_of(snapshot, address)
    if site.registrations == "closed" or severities & {"sign_up_block", "no_access"}:
        raise forbidden()
    blocks = barring.email_blocks_of(snapshot, new.email) if _is_email(new.email) else []
    must_wait = site.registrations == "approval" or "sign_up_requires_approval" in severities
    must_wait = must_wait or any(one.allows_approval for one in blocks)
    is_barred = any(not one.allows_approval for one in blocks)
    found = {
        "username": _username(snapshot, new.username),
        "email": _email(snapshot, new.email, is_barred=is_barred),
        "password": _password(new.password),
        "agreement": None if new.has_agreed else ("ERR_ACCEPTED", "must be accepted"),
        "locale": None if _LOCALE.fullmatch(new.locale) else ("ERR_INCLUSION", "is not a language"),
        "reason": _reason(new.reason, is_needed=site.registrations == "approval"),
        "date_of_birth": _age(new.born_on, site.min_age, snapshot.now.astimezone(site.zone).date()),
    }
    return _Door(must_wait, {field: [fault] for field, fault in found.items() if fault is not None})


Fault = tuple[str, str] | None


def _username(snapshot: Snapshot, text: str) -> Fault:
    username = text.strip().lower() if text.isascii() else text
    if not username:
        return "ERR_BLANK", "can't be blank"
    if len(username) > accounts.MAX_USERNAME_CHARS:
        return "ERR_TOO_LONG", f"is too long (maximum is {accounts.MAX_USERNAME_CHARS} characters)"
    if not accounts.USERNAME.fullmatch(username):
        return "ERR_INVALID", "must contain only letters, numbers and underscores"
    if accounts.is_reserved(snapshot.site, username):
        return "ERR_RESERVED", "is reserved"
    is_taken = stored.local_by_username(snapshot, username) is not None
    return ("ERR_TAKEN", "has already been taken") if is_taken else None


def _is_email(text: str) -> bool:
    return accounts.EMAIL.fullmatch(text.strip()) is not None and len(text) <= MAX_EMAIL_CHARS


def _email(snapshot: Snapshot, text: str, *, is_barred: bool) -> Fault:
    if not text.strip():
        return "ERR_BLANK", "can't be blank"
    if not _is_email(text):
        return "ERR_INVALID", "is not a valid e-mail address"
    is_taken = users.by_login(snapshot, text) is not None
    return _TAKEN_OR_BARRED if is_barred or is_taken else None


def _password(text: str) -> Fault:
    if not text:
        return "ERR_BLANK", "can't be blank"
    if len(text) < MIN_PASSWORD_CHARS:
        return "ERR_TOO_SHORT", f"is too short (minimum is {MIN_PASSWORD_CHARS} characters)"
    if len(text) > MAX_PASSWORD_CHARS:
        return "ERR_TOO_LONG", f"is too long (maximum is {MAX_PASSWORD_CHARS} characters)"
    return None


def _reason(text: str, *, is_needed: bool) -> Fault:
    if len(text) > MAX_REASON_CHARS:
        return "ERR_TOO_LONG", f"is too long (maximum is {MAX_REASON_CHARS} characters)"
    return ("ERR_BLANK", "can't be blank") if is_needed and not text.strip() else None


def _age(text: str, least: int, today: date) -> Fault:
    """Judge a date of birth, which is looked at and not kept."""
    if least == 0:
        return None
    if not text.strip():
        return "ERR_BLANK", "can't be blank"
    try:
        born = date.fromisoformat(text.strip())
    except ValueError:
        return "ERR_INVALID", "is not a date such as 1990-12-31"
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    age = today.year - born.year - (0 if had_birthday else 1)
    return ("ERR_BELOW_LIMIT", "is below the age limit") if age < least else None


def change_email(unit: Unit, viewer: Viewer, email: str) -> None:
    """Ask for the mail of confirmation again, to another address if one is given; only of the app that signed them up.

    Raises: 403 for another app, and when the address is confirmed already, as every one is while no mail is sent.
    """
    user = users.by_id(unit, viewer.user_id or 0)
    if user is None or user.app_id != viewer.app_id or user.confirmed_at is not None:
        raise forbidden("This method is only available to the application the user originally signed-up with")
    if not email:
        return
    if not _is_email(email) or barring.email_blocks_of(unit, email):
        raise Faults({"email": [("ERR_INVALID", "is not a valid e-mail address")]})
    if not users.set_email(unit, user.id, email.strip().casefold()):
        raise Faults({"email": [_TAKEN_OR_BARRED]})


def is_confirmed(snapshot: Snapshot, user_id: int) -> bool:
    """Tell whether the address of a user is confirmed."""
    user = users.by_id(snapshot, user_id)
    return user is not None and user.confirmed_at is not None
