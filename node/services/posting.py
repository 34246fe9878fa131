"""Posting, editing and deleting: what a local author writes."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from federation.audience import OPEN
from federation.records.fields import Record
from federation.uris import Handle
from federation.vocab import policy
from federation.vocab.prose import line
from node.entities.account import Preferences
from node.entities.instance import MAX_MEDIA, MAX_STATUS_CHARS
from node.errors import Problem, invalid, not_found
from node.events import StatusDeleting, StatusEdited, StatusPosted, StatusReady
from node.services import approving, keeping, polling, quoting, uploading, writing
from node.services.accounts import preferences_of
from node.services.polling import NewPoll
from node.services.uploading import FileChange
from node.services.writing import App, Content, NewStatus
from node.social import consent
from node.social import text as words
from node.social.site import Visibility
from node.store import accounts, jobs, learnings, media, oauth, quotes, statuses, users
from node.store.accounts import Account
from node.store.media import Media
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

COMPOSABLE: Final = ("public", "unlisted", "private", "direct")  # from the widest to the narrowest


class Draft(Struct, frozen=True, kw_only=True):
    """What an author typed. None: as the author's preferences say, and `visibility` never wider than the parent's."""

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


class Publication(Struct, frozen=True, kw_only=True):
    """A status that another service composed (a learning, an action, a share) and this one publishes.

    `record` is its learningRecord; `is_ready` False: a job adds something and then says StatusReady. `created_at` is
    later than now when a record must be later than what it names.
    """

    content: Content
    visibility: Visibility
    reply_to: Status | None = None
    quote_uri: str | None = None
    quote_policy: str | None = None
    context_uri: str | None = None
    app_id: int | None = None
    record: Record | None = None
    is_ready: bool = True
    created_at: datetime | None = None


def post(unit: Unit, author_id: int, draft: Draft) -> int:
    """Write an author's post and return its id; the same idempotency key gives the same post.

    Raises: 422 for empty or too long text and for media that are not the author's; 404 for a parent not visible.
    """
    return once(unit, author_id, draft.idempotency_key, lambda: _post(unit, author_id, draft))


def once(unit: Unit, author_id: int, key: str | None, make: Callable[[], int]) -> int:
    """Return the status that this idempotency key made before, or make it now."""
    if not key:
        return make()
    hashed = hashlib.sha256(key.encode()).hexdigest()
    already = statuses.remembered(unit, author_id, hashed)
    if already is not None:
        return already
    status_id = make()
    statuses.remember(unit, author_id, hashed, status_id)
    return status_id


def _post(unit: Unit, author_id: int, draft: Draft) -> int:
    author = _author(unit, author_id)
    parent = _parent(unit, author_id, draft.reply_to_id)
    quoted = quoting.chosen(unit, author, draft.quote_of_id) if draft.quote_of_id is not None else None
    preferred = usual(unit, author_id)
    content, unknown = _content(unit, author, _filled(draft, preferred))
    publication = Publication(
        content=content,
        visibility=_visibility(draft.visibility, parent, preferred=preferred.privacy),
        reply_to=parent,
        quote_uri=quoted.uri if quoted is not None else None,
        quote_policy=draft.quote_policy or preferred.quote_policy,
        app_id=draft.app_id,
        is_ready=not unknown,
    )
    status_id = publish(unit, author, _around(publication, quoted, author))
    if unknown:
        jobs.add(unit, "name", str(status_id), status_id=status_id, handles=[handle.text() for handle in unknown])
    return status_id


def _around(publication: Publication, quoted: Status | None, author: Account) -> Publication:
    """Return a post no wider than what it quotes. Raises: 422 for a direct post that quotes somebody it does not name."""
    if quoted is None:
        return publication
    if quoted.visibility == "private" and publication.visibility in OPEN:
        return msgspec.structs.replace(publication, visibility="private")
    if quoted.visibility == "house":
        return msgspec.structs.replace(publication, visibility="house")
    named = {account.id for account in (author, *publication.content.named)}
    if publication.visibility == "direct" and quoted.account_id not in named:
        raise invalid("Validation failed: a direct post must name whom it quotes", field="quoted_status_id")
    return publication


def publish(unit: Unit, author: Account, publication: Publication) -> int:
    """Write a composed status of a local author and say so; return its id."""
    status_id = unit.new_id()
    site, parent = unit.site, publication.reply_to
    approval = approving.reply_state(unit, author, parent)
    quote_policy = publication.quote_policy or usual(unit, author.id).quote_policy
    new = NewStatus(
        id=status_id,
        uri=site.status_uri(author.username, status_id),
        url=site.status_url(author.username, status_id),
        account=author,
        visibility=publication.visibility,
        content=publication.content,
        created_at=publication.created_at or unit.now,
        context_uri=publication.context_uri or (parent.context_uri if parent else site.context_uri(status_id)),
        reply_to=parent,
        quote_uri=publication.quote_uri,
        interaction_policy=policy.as_kept(consent.policy_for(quote_policy, publication.visibility)),
        approval=approval,
        app=_app(unit, publication.app_id),
    )
    writing.write(unit, new)
    if publication.record is not None and (status := statuses.by_id(unit, status_id)) is not None:
        keeping.keep(unit, status, publication.record)
    if publication.quote_uri is not None and (status := statuses.by_id(unit, status_id)) is not None:
        quoting.begin(unit, status, publication.quote_uri)
    unit.record(StatusPosted(status_id))
    if publication.is_ready:
        unit.record(StatusReady(status_id))
    return status_id


def edit(unit: Unit, author_id: int, status_id: int, draft: Draft) -> None:
    """Replace what an author's post says; who sees it and what it answers stay.

    Raises: 404 when it is not the author's; 422 as `post` does, and for a post that carries a record.
    """
    status = own(unit, author_id, status_id)
    if statuses.has_record(unit, status_id) and not learnings.is_from_post(unit, status_id):
        raise invalid("This post belongs to a loop. Change it on the loop's page.", code="part-of-a-loop")
    draft = msgspec.structs.replace(draft, language=draft.language or status.language)
    if draft.quote_policy is not None:
        approving.set_policy(unit, author_id, status_id, draft.quote_policy)
    held = quotes.of(unit, status_id)
    draft = msgspec.structs.replace(draft, quote_of_id=held.status_id if held is not None else None)
    files = media.of_status(unit, status_id)
    uploading.change_files(unit, author_id, [one for one in draft.media_changes if one.id in draft.media_ids])
    content, _unknown = _content(unit, _author(unit, author_id), draft, status_id=status_id)
    if not _says_the_same(unit, status, content, files):
        renew(unit, status, content)


def _says_the_same(unit: Unit, status: Status, content: Content, files: list[Media]) -> bool:
    """Return whether an edit changes nothing: then there is no new version and nobody is told."""
    kept = (status.content_html, status.text, status.spoiler_text, status.is_sensitive, status.language)
    typed = (content.content_html, content.text, content.spoiler_text, content.is_sensitive, content.language)
    return kept == typed and files == list(content.media) and polling.is_held(unit, status.id, content.poll)


def renew(unit: Unit, status: Status, content: Content) -> None:
    """Replace what a local status says and tell everybody who has it."""
    last = status.edited_at or status.created_at
    writing.rewrite(unit, status, content, edited_at=max(unit.now, last + timedelta(milliseconds=1)))
    unit.record(StatusEdited(status.id))


def delete(unit: Unit, author_id: int, status_id: int) -> None:
    """Remove an author's post everywhere we can. Raises: 404 when it is not the author's."""
    remove(unit, own(unit, author_id, status_id))


def remove(unit: Unit, status: Status) -> None:
    """Remove a status: what follows from it first, then its rows."""
    held = quotes.of(unit, status.id)
    unit.record(StatusDeleting(status.id))
    statuses.delete(unit, status)
    if held is not None and held.quoted_id is not None:
        writing.render(unit, held.quoted_id)  # how often it is quoted


def name_people(unit: Unit, status_id: int, found: dict[str, int]) -> None:
    """Finish a post that named people we did not know: link those that were found and let the post go out.

    `found` maps a handle as it was queued to an account id.
    """
    status = statuses.by_id(unit, status_id)
    if status is None:
        return
    author = _author(unit, status.account_id)
    draft = Draft(text=status.text, spoiler_text=status.spoiler_text, language=status.language)
    named = accounts.by_ids(unit, found.values())
    extra = {handle: named[i] for handle, i in found.items() if i in named}
    content, _unknown = _content(unit, author, draft, status_id=status_id, extra=extra)
    statuses.set_mentions(unit, status_id, [a.id for a in content.named])
    statuses.change(unit, status_id, {"content_html": content.content_html})
    writing.render(unit, status_id)
    unit.record(StatusReady(status_id))


def own(snapshot: Snapshot, author_id: int, status_id: int) -> Status:
    """Return an author's own post. Raises: 404."""
    status = statuses.by_id(snapshot, status_id)
    if status is None or status.account_id != author_id or status.boost_of_id is not None:
        raise not_found()
    return status


def _author(snapshot: Snapshot, author_id: int) -> Account:
    author = accounts.by_id(snapshot, author_id)
    if author is None or author.is_suspended:
        raise not_found()
    return author


def _parent(snapshot: Snapshot, author_id: int, reply_to_id: int | None) -> Status | None:
    if reply_to_id is None:
        return None
    parent = statuses.visible(snapshot, reply_to_id, author_id)
    if parent is None:
        raise Problem(404, "not-found", "The post you answer is not there any more. Your text is kept.")
    if parent.boost_of_id is not None:
        return _parent(snapshot, author_id, parent.boost_of_id)
    return parent


def usual(snapshot: Snapshot, author_id: int) -> Preferences:
    """Return how an author of ours usually posts; who does not sign in, such as the institution, in public."""
    user = users.by_account(snapshot, author_id)
    return Preferences(language=snapshot.site.language) if user is None else preferences_of(user)


def _filled(draft: Draft, preferred: Preferences) -> Draft:
    is_sensitive = preferred.is_sensitive if draft.is_sensitive is None else draft.is_sensitive
    return msgspec.structs.replace(draft, is_sensitive=is_sensitive, language=draft.language or preferred.language)


def _app(snapshot: Snapshot, app_id: int | None) -> App | None:
    app = oauth.app_by_id(snapshot, app_id) if app_id is not None else None
    return App(app.id, app.name, app.website) if app is not None else None


def _visibility(wanted: str | None, parent: Status | None, *, preferred: str) -> Visibility:
    """Return who may see a post: what the author chose, or the usual, no wider than the parent; within the house all stays."""
    if parent is not None and parent.visibility == "house":
        return "house"
    if wanted is None:
        above = parent.visibility if parent is not None and parent.visibility in COMPOSABLE else "public"
        wanted = max(above, preferred, key=COMPOSABLE.index)
    if wanted not in COMPOSABLE:
        raise invalid(f"'{wanted}' is no visibility. Use one of: {', '.join(COMPOSABLE)}.", field="visibility")
    return wanted  # type: ignore[return-value]  # one of COMPOSABLE, checked above


def _content(
    unit: Unit,
    author: Account,
    draft: Draft,
    *,
    status_id: int | None = None,
    extra: dict[str, Account] | None = None,
) -> tuple[Content, list[Handle]]:
    files = _files(unit, author.id, draft.media_ids, status_id)
    text = draft.text.strip()
    if draft.poll is not None and files:
        raise invalid("Validation failed: a post can have files or a poll", field="poll")
    if not (text or files or extra or draft.quote_of_id is not None or draft.poll is not None):
        raise invalid("Validation failed: Text can't be blank", field="status")
    length = words.length(text) + len(draft.spoiler_text)
    if length > MAX_STATUS_CHARS:
        raise invalid(f"Validation failed: {length} characters; at most {MAX_STATUS_CHARS} fit", field="status")
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
        is_sensitive=bool(draft.is_sensitive or draft.spoiler_text.strip()),
        language=draft.language or unit.site.language,
        named=_distinct(people.values()),
        tags=found.tags,
        media=tuple(files),
        poll=polling.asked(unit, draft.poll, status_id) if draft.poll is not None else None,
    )
    unknown = [handle for handle in found.handles if handle not in people and handle.host is not None]
    return content, [handle for handle in unknown if handle.host != unit.site.handle_host]


def _distinct(people: Iterable[Account]) -> tuple[Account, ...]:
    return tuple({account.id: account for account in people}.values())


def _people(snapshot: Snapshot, handles: tuple[Handle, ...]) -> dict[Handle, Account]:
    known = ((handle, accounts.of_handle(snapshot, handle)) for handle in handles)
    return {handle: account for handle, account in known if account is not None and not account.is_suspended}


def _files(snapshot: Snapshot, author_id: int, ids: tuple[int, ...], status_id: int | None) -> list[Media]:
    if len(ids) > MAX_MEDIA:
        raise invalid(f"Validation failed: {len(ids)} files; at most {MAX_MEDIA} fit", field="media_ids")
    files = media.by_ids(snapshot, ids)
    for file in files:
        if file.account_id != author_id or file.status_id not in (None, status_id):
            raise invalid("Validation failed: a file is not yours or is used already", field="media_ids")
    if len(files) != len(set(ids)):
        raise invalid("Validation failed: a file is not there", field="media_ids")
    return files
