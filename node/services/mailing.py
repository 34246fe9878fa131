"""The digest as a mail: titles and links in plain text and HTML, made when it is sent; and how one ends it.

How it works. The link that ends it holds a token signed with a secret of this node's own, so that it works for who is
signed out, in any mail program, for a hundred days, and for nothing else.
"""

import base64
import hashlib
import hmac
import logging
import secrets as chance
from datetime import timedelta
from html import escape
from typing import Final

from msgspec import Struct

from node.errors import Problem, not_found
from node.ports import Mail, Mailer
from node.services import digesting
from node.services.digesting import Digest, Item
from node.store import accounts, digests, secrets
from node.store.database import Database
from node.store.digests import Habits
from node.store.unit import Snapshot, Unit

_NAME: Final = "unsubscribe"
_LIFE: Final = timedelta(days=100)
_MAX_TOKEN: Final = 200
_UNSAFE: Final = frozenset(
    "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # turn text around
_SECTIONS: Final = (
    ("card", "Worth seeing again"),
    ("action", "What you are trying"),
    ("result", "A result on what you recorded"),
    ("adopted", "Somebody tries what you recorded"),
)
_log = logging.getLogger("rounds.mail")


async def send(db: Database, mailer: Mailer | None, user_id: int) -> None:
    """Send somebody their digest if there is anything in it now. Raises: MailError."""
    if mailer is None:
        return
    if not await db.read(_held):
        await db.write(ensure_secret)
    mail = await db.read(letter, user_id)
    if mail is not None:
        await mailer.send(mail)
        _log.info("a digest was handed to the mail server")


def letter(snapshot: Snapshot, user_id: int) -> Mail | None:
    """Return somebody's digest as a mail; None when nothing is due, or they want none any more."""
    habits = digests.present(snapshot, user_id)
    if habits is None or habits.digest_by != "mail":
        return None
    found = digesting.digest_of(snapshot, habits)
    if not found.items:
        return None
    site, ending = snapshot.site, ending_url(snapshot, habits)
    return Mail(
        to=habits.email,
        subject=f"Your two minutes on Rounds at {_line(site.institution_name)}",
        text=_text(found, site.base_url, ending),
        html=_html(found, site.base_url, ending),
        headers={
            "List-Unsubscribe": f"<{ending}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )


class Feed(Struct, frozen=True):
    """Somebody's digest for readers of feeds; `uri` names the feed and tells nobody its address."""

    uri: str
    digest: Digest


def feed(snapshot: Snapshot, key: str) -> Feed:
    """Return the digest of whoever has this feed. Raises: 404."""
    habits = digests.by_feed_key(snapshot, key)
    account = accounts.by_id(snapshot, habits.account_id) if habits is not None else None
    if habits is None or account is None:
        raise not_found()
    return Feed(f"{account.uri}#digest", digesting.digest_of(snapshot, habits))


# ------------------------------------------------------------------ words


def _line(text: str) -> str:
    """Return a title as one line of what can be printed."""
    return " ".join("".join(c if c.isprintable() and c not in _UNSAFE else " " for c in text).split())


def sections(found: Digest) -> list[tuple[str, list[Item]]]:
    """Return the lines of a digest under their headings."""
    grouped = [(title, [one for one in found.items if one.kind == kind]) for kind, title in _SECTIONS]
    return [(title, items) for title, items in grouped if items]


def _text(found: Digest, base_url: str, ending: str) -> str:
    blocks = [f"Open it in Rounds: {base_url}/digest"]
    for title, items in sections(found):
        blocks.append("\n".join([title.upper(), *(line for one in items for line in _lines(one))]))
    blocks.append(f"No more of these mails: {ending}\nAnother day, reminders: {base_url}/settings/digest")
    return "\n\n".join(blocks) + "\n"


def _lines(one: Item) -> list[str]:
    said = [f"- {_line(one.outward)}"]
    if one.kind == "action":
        said.append(f"  {one.words}.")
    said.append(f"  {one.outward_number_url or one.url}")
    return said


def _html(found: Digest, base_url: str, ending: str) -> str:
    parts = [f"<!doctype html><html><body><p>{_link(f'{base_url}/digest', 'Open it in Rounds')}</p>"]
    parts.append(as_html(found))
    choices = _link(f"{base_url}/settings/digest", "Another day, reminders")
    parts.append(f"<p>{_link(ending, 'No more of these mails')} · {choices}</p></body></html>")
    return "\n".join(parts)


def as_html(found: Digest) -> str:
    """Return the lines of a digest as they may leave this node: titles and links."""
    return "\n".join(
        f"<h2>{escape(title)}</h2><ul>{''.join(f'<li>{_row(one)}</li>' for one in items)}</ul>"
        for title, items in sections(found)
    )


def _row(one: Item) -> str:
    said = _link(one.url, _line(one.outward))
    if one.kind == "action":
        said += f"<br>{escape(one.words)}."
    return f"{said} {_link(one.outward_number_url, 'Enter it')}" if one.number_url else said


def _link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}">{escape(words)}</a>'


# ------------------------------------------------------------------ ending it


def _held(snapshot: Snapshot) -> str:
    return secrets.of(snapshot, _NAME) or ""


def ensure_secret(unit: Unit) -> str:
    """Make what the links are signed with, once, and return it."""
    return _held(unit) or secrets.keep(unit, _NAME, chance.token_urlsafe(32))


def ending_url(snapshot: Snapshot, habits: Habits) -> str:
    """Return the link that ends somebody's digests by mail."""
    until = int((snapshot.now + _LIFE).timestamp())
    said = f"{habits.id}.{until}"
    return f"{snapshot.site.base_url}/digest/unsubscribe?token={said}.{_seal(snapshot, said)}"


def _seal(snapshot: Snapshot, said: str) -> str:
    key = _held(snapshot)
    if not key:
        raise LookupError("the secret of the links that end mails is not made yet")
    digest = hmac.new(key.encode(), f"digest:{said}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def reader_of(snapshot: Snapshot, token: str) -> int:
    """Return the user whom a link that ends mails is for. Raises: 404 for one that was not made here or is too old."""
    said, _, seal = token[:_MAX_TOKEN].rpartition(".")
    number, _, until = said.partition(".")
    wrong = Problem(
        404, "not-found", "This link is too old or not whole. Sign in and choose under More, Digest and reminders."
    )
    is_ours = number.isdecimal() and until.isdecimal() and number.isascii() and _held(snapshot) != ""
    if not is_ours or not hmac.compare_digest(_seal(snapshot, said).encode(), seal.encode()):
        raise wrong
    if int(until) < snapshot.now.timestamp():
        raise wrong
    return int(number)


def end(unit: Unit, token: str) -> None:
    """End somebody's digests by mail; once more is fine. Raises: 404 for a wrong link."""
    digests.change(unit, reader_of(unit, token), digest_by="none")
