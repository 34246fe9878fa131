"""What an author typed becomes what a post says: checked, its text made HTML, its people, files and poll found.

Writes nothing: `posting` and `scheduling` do.
"""

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct

from federation.uris import Handle
from federation.vocab.prose import line
from node.entities.account import Preferences
from node.entities.instance import MAX_MEDIA, MAX_STATUS_CHARS
from node.errors import Problem, invalid
from node.learning import commands as spoken
from node.services import emoting, polling
from node.services.accounts import voice
from node.services.polling import NewPoll
from node.services.uploading import FileChange
from node.services.writing import Content
from node.social import text as words
from node.store import accounts, commands, media, statuses, users
from node.store.accounts import Account
from node.store.media import Media
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

MAX_ABOVE: Final = 40
_MOVING: Final = frozenset({"video", "audio"})


class Draft(Struct, frozen=True, kw_only=True):
    """What an author typed. None: as the author's preferences say, and `visibility` never wider than the parent's.

    `allowed_ids`: whom it may name at most; `is_for_house`: it never leaves this server.
    """

    text: str = ""
    spoiler_text: str = ""
    is_sensitive: bool | None = None
    visibility: str | None = None
    language: str | None = None
    reply_to_id: int | None = None
    quote_of_id: int | None = None  # of an edit: any, where the post quotes
    quote_policy: str | None = None
    media_ids: tuple[int, ...] = ()
    media_changes: tuple[FileChange, ...] = ()  # of an edit
    poll: NewPoll | None = None
    idempotency_key: str | None = None
    app_id: int | None = None
    allowed_ids: tuple[int, ...] | None = None
    is_for_house: bool = False


class Unexpected(Problem):
    """A post would reach people whom its author did not mean: `account_ids`."""

    def __init__(self, account_ids: tuple[int, ...]) -> None:
        super().__init__(422, code="unexpected-accounts", text="Post would be sent to unexpected accounts")
        self.account_ids: Final = account_ids


class Understood(Struct, frozen=True):
    """What a draft says, and whom it names that this node does not know yet."""

    content: Content
    unknown: tuple[Handle, ...] = ()


def filled(draft: Draft, preferred: Preferences) -> Draft:
    """Return a draft with what its author usually chooses."""
    is_sensitive = preferred.is_sensitive if draft.is_sensitive is None else draft.is_sensitive
    return msgspec.structs.replace(draft, is_sensitive=is_sensitive, language=draft.language or preferred.language)


def is_command(snapshot: Snapshot, text: str, parent: Status | None) -> bool:
    """Tell whether a post tells this node to do something, such as `!data 7/20`: then nobody else gets it.

    One with a slip in it (`!dta 7/20`) is taken for a command within a loop only: a number leaves by no slip.
    """
    word = spoken.word_of(text)
    if word is None or word.is_exact or parent is None:
        return word is not None and word.is_exact
    return _is_in_loop(snapshot, parent)


def _is_in_loop(snapshot: Snapshot, parent: Status) -> bool:
    """Tell whether a post, or one that it answers, is a record, a command, or something the node says."""
    speaker, at, passed = voice(snapshot), parent, set[int]()
    while at.id not in passed and len(passed) < MAX_ABOVE:
        passed.add(at.id)
        is_said = speaker is not None and at.account_id == speaker.id
        if is_said or statuses.has_record(snapshot, at.id) or commands.of_status(snapshot, at.id) is not None:
            return True
        above = statuses.by_id(snapshot, at.reply_to_id) if at.reply_to_id is not None else None
        if above is None:
            return False
        at = above
    return False


def kept_in(content: Content) -> Content:
    """Return what a post says that is for this node alone: it names nobody and is found under no hashtag."""
    return msgspec.structs.replace(content, named=(), silent=(), tags=())


def understood(
    unit: Unit,
    author: Account,
    draft: Draft,
    *,
    status_id: int | None = None,
    extra: dict[str, Account] | None = None,
) -> Understood:
    """Return what a draft says; `extra` are people it names who were looked up. Raises: 422 in words."""
    text, files = draft.text.strip(), _files(unit, author.id, draft.media_ids, status_id)
    _check(draft, text, has_files=bool(files), is_known=bool(extra))
    found = words.find(text)
    people = _people(unit, found.handles) | {h: a for h in found.handles if (a := (extra or {}).get(h.text()))}
    content = Content(
        content_html=words.to_html(
            text,
            people={h: words.Link(account.url, account.username) for h, account in people.items()},
            tag_url=unit.site.tag_url,
        ),
        text=text,
        spoiler_text=line(draft.spoiler_text, MAX_STATUS_CHARS),
        is_sensitive=bool(draft.is_sensitive or draft.spoiler_text.strip() or (files and author.is_sensitised)),
        language=draft.language or unit.site.language,
        named=_distinct(people.values()),
        tags=found.tags,
        media=tuple(files),
        poll=polling.asked(unit, draft.poll, status_id) if draft.poll is not None else None,
        emojis=emoting.used(unit, text, draft.spoiler_text, *(draft.poll.options if draft.poll is not None else ())),
    )
    unknown = [handle for handle in found.handles if handle not in people and handle.host is not None]
    return _allowed(draft, content, [handle for handle in unknown if handle.host != unit.site.handle_host])


def _check(draft: Draft, text: str, *, has_files: bool, is_known: bool) -> None:
    if draft.poll is not None and has_files:
        raise invalid("Validation failed: a post can have files or a poll", field="poll")
    if not (text or has_files or is_known or draft.quote_of_id is not None or draft.poll is not None):
        raise invalid("Validation failed: Text can't be blank", field="status")
    length = words.length(text) + words.count(draft.spoiler_text)
    if length > MAX_STATUS_CHARS:
        raise invalid(f"Validation failed: {length} characters; at most {MAX_STATUS_CHARS} fit", field="status")


def _allowed(draft: Draft, content: Content, unknown: list[Handle]) -> Understood:
    """Name nobody else than the author meant; whom nobody here knows cannot be meant, and stays plain text."""
    if draft.allowed_ids is None:
        return Understood(content, tuple(unknown))
    unexpected = tuple(account.id for account in content.named if account.id not in draft.allowed_ids)
    if unexpected:
        raise Unexpected(unexpected)
    return Understood(content)


def _distinct(people: Iterable[Account]) -> tuple[Account, ...]:
    return tuple({account.id: account for account in people}.values())


def _people(snapshot: Snapshot, handles: tuple[Handle, ...]) -> dict[Handle, Account]:
    found = ((handle, accounts.of_handle(snapshot, handle)) for handle in handles)
    known = {handle: account for handle, account in found if account is not None and not account.is_suspended}
    waiting = users.waiting_among(snapshot, {account.id for account in known.values() if account.is_local})
    return {handle: account for handle, account in known.items() if account.id not in waiting}


def _files(snapshot: Snapshot, author_id: int, ids: tuple[int, ...], status_id: int | None) -> list[Media]:
    if len(ids) > MAX_MEDIA:
        raise invalid(f"Validation failed: {len(ids)} files; at most {MAX_MEDIA} fit", field="media_ids")
    files = media.by_ids(snapshot, ids)
    for file in files:
        if file.account_id != author_id or file.status_id not in (None, status_id) or file.scheduled_id is not None:
            raise invalid("Validation failed: a file is not yours or is used already", field="media_ids")
    if len(files) != len(set(ids)):
        raise invalid("Validation failed: a file is not there", field="media_ids")
    if len(files) > 1 and any(file.kind in _MOVING for file in files):
        text = "Validation failed: a video or a sound stands alone; it cannot be with other files"
        raise invalid(text, field="media_ids")
    if any(file.state != "ready" for file in files):
        text = "Validation failed: a file is still being processed; try again in a moment"
        raise invalid(text, field="media_ids", code="not-processed")
    return files
