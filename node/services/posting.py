"""Posting, editing and deleting: what a local author writes."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from federation.audience import OPEN
from federation.records.fields import Record
from federation.uris import Handle
from federation.vocab import policy
from node.entities.account import Preferences
from node.errors import Problem, invalid, not_found
from node.events import StatusDeleting, StatusEdited, StatusPosted, StatusReady
from node.learning import commands as spoken
from node.services import approving, drafting, keeping, polling, quoting, uploading, writing
from node.services.accounts import preferences_of, voice
from node.services.drafting import Draft
from node.services.writing import App, Content, NewStatus
from node.social import consent
from node.social.site import Visibility
from node.social.visibility import INSIDE
from node.store import accounts, commands, inside, jobs, learnings, media, oauth, quotes, statuses, users
from node.store.accounts import Account
from node.store.commands import CommandRow
from node.store.media import Media
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

__all__ = ["Draft"]

KEY_LIFE: Final = timedelta(hours=1)
COMPOSABLE: Final = ("public", "unlisted", "private", "direct")  # from the widest to the narrowest


class Publication(Struct, frozen=True, kw_only=True):
    """A status that another service composed (a learning, an action, a share) and this one publishes.

    `record` is its learningRecord; `is_ready` False: a job adds something and then says StatusReady. `created_at` is
    later than now when a record must be later than what it names. `command_for`: it is a command, and this is who was to
    see it; it goes to nobody.
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
    command_for: str | None = None


def post(unit: Unit, author_id: int, draft: Draft) -> int:
    """Write an author's post and return its id; the same idempotency key gives the same post.

    Raises: 422 for empty or too long text and for media that are not the author's; 404 for a parent not visible.
    """
    return once(unit, author_id, draft.idempotency_key, lambda: _post(unit, author_id, draft))


def once(unit: Unit, author_id: int, key: str | None, make: Callable[[], int]) -> int:
    """Return what this idempotency key made within the last hour, if that is still there, or make it now."""
    if not key:
        return make()
    hashed = hashlib.sha256(key.encode()).hexdigest()
    already = statuses.remembered(unit, author_id, hashed, since=unit.now - KEY_LIFE)
    if already is not None:
        return already
    made = make()
    statuses.remember(unit, author_id, hashed, made, since=unit.now - KEY_LIFE)
    return made


class Prepared(Struct, frozen=True):
    """A draft that may be published as it is."""

    author: Account
    publication: Publication
    unknown: tuple[Handle, ...] = ()


def prepared(unit: Unit, author_id: int, draft: Draft) -> Prepared:
    """Return a draft as it would be published now. Raises: as `post`."""
    author = _author(unit, author_id)
    parent = _parent(unit, author_id, draft.reply_to_id)
    preferred = usual(unit, author_id)
    if drafting.is_command(unit, draft.text, parent):
        return Prepared(author, _command(unit, author, drafting.filled(draft, preferred), parent, preferred.privacy))
    quoted = quoting.chosen(unit, author, draft.quote_of_id) if draft.quote_of_id is not None else None
    said = drafting.understood(unit, author, drafting.filled(draft, preferred))
    publication = Publication(
        content=said.content,
        visibility=_quieted(author, _visibility(draft, parent, preferred=preferred.privacy)),
        reply_to=parent,
        quote_uri=quoted.uri if quoted is not None else None,
        quote_policy=draft.quote_policy or preferred.quote_policy,
        app_id=draft.app_id,
    )
    publication = _around(publication, quoted, author)
    _check_addresses(unit, publication.visibility, said.content)
    unknown = () if publication.visibility in INSIDE else said.unknown  # of these nobody outside hears
    return Prepared(author, msgspec.structs.replace(publication, is_ready=not unknown), unknown)


def _command(unit: Unit, author: Account, draft: Draft, parent: Status | None, preferred: str) -> Publication:
    """Return a command: a direct post to nobody, whatever its author chose, which is kept for what it makes."""
    is_in_house = draft.is_for_house or (parent is not None and parent.visibility == "house")
    content = drafting.kept_in(
        drafting.understood(unit, author, msgspec.structs.replace(draft, quote_of_id=None, allowed_ids=None)).content
    )
    chosen = "house" if is_in_house else _visibility(draft, parent, preferred=preferred)
    return Publication(
        content=content,
        visibility="direct",
        reply_to=parent,
        quote_policy="nobody",
        app_id=draft.app_id,
        is_ready=False,
        command_for=chosen,
    )


def _post(unit: Unit, author_id: int, draft: Draft) -> int:
    made = prepared(unit, author_id, draft)
    status_id = publish(unit, made.author, made.publication)
    if made.unknown:
        jobs.add(unit, "name", str(status_id), status_id=status_id, handles=[handle.text() for handle in made.unknown])
    return status_id


def _check_addresses(unit: Unit, visibility: str, content: Content) -> None:
    """Raises: 422 when a post that leaves the house would lead to one that does not."""
    if visibility not in INSIDE:
        options = content.poll.options if content.poll is not None else ()
        inside.check(unit, "\n".join((content.text, content.spoiler_text, *options)))


def _quieted(author: Account, visibility: Visibility) -> Visibility:
    """Return who may see a post: of an author whom moderators silenced, nothing shows where nobody asked for it."""
    return "unlisted" if author.is_silenced and visibility == "public" else visibility


def _around(publication: Publication, quoted: Status | None, author: Account) -> Publication:
    """Return a post no wider than what it quotes. Raises: 422 for a direct post that quotes somebody it does not name."""
    if quoted is None:
        return publication
    if publication.visibility in INSIDE and not quoting.needs_nobody(quoted):
        text = "The author of this post wants to be asked, and a post of the house asks nobody outside."
        raise Problem(404, "not-quotable", text, field="quoted_status_id")
    if quoted.visibility == "private" and publication.visibility in OPEN:
        return msgspec.structs.replace(publication, visibility="private")
    if quoted.visibility == "house":
        _check_house(publication.visibility)
        return msgspec.structs.replace(publication, visibility="house")
    named = {account.id for account in (author, *publication.content.named)}
    if publication.visibility == "direct" and quoted.account_id not in named:
        raise invalid("Validation failed: a direct post must name whom it quotes", field="quoted_status_id")
    return publication


def publish(unit: Unit, author: Account, publication: Publication) -> int:
    """Write a composed status of a local author and say so; return its id."""
    status_id = unit.new_id()
    site, parent = unit.site, publication.reply_to
    approval = approving.reply_state(unit, author, parent) if publication.command_for is None else None
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
    if publication.command_for is not None:
        commands.insert(unit, _row_of(unit, status_id, author, publication))
    unit.record(StatusPosted(status_id))
    if publication.is_ready:
        unit.record(StatusReady(status_id))
    return status_id


def _row_of(unit: Unit, status_id: int, author: Account, publication: Publication) -> CommandRow:
    word, parent = spoken.word_of(publication.content.text), publication.reply_to
    is_inherited = publication.command_for == "direct" and parent is not None and _is_for_one(unit, parent)
    return CommandRow(
        status_id=status_id,
        account_id=author.id,
        verb=word.verb if word is not None else "help",
        audience="thread" if is_inherited else publication.command_for or "direct",
        created_at=unit.now,
    )


def _is_for_one(snapshot: Snapshot, parent: Status) -> bool:
    """Tell whether a post is a command or what the node says: apps answer it as they must, and nobody chose that."""
    speaker = voice(snapshot)
    is_said = speaker is not None and parent.account_id == speaker.id
    return parent.visibility == "direct" and (is_said or commands.of_status(snapshot, parent.id) is not None)


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
    content = drafting.understood(unit, _author(unit, author_id), draft, status_id=status_id).content
    if status.visibility == "direct" and commands.of_status(unit, status_id) is not None:
        content = drafting.kept_in(content)
    elif drafting.is_command(unit, draft.text, _above(unit, status)):
        raise invalid(
            "Others have this post already, and a command is for this hospital alone. Write it as a reply of its own.",
            field="status",
            code="command-in-edit",
        )
    _check_addresses(unit, status.visibility, content)
    if not _says_the_same(unit, status, content, files):
        renew(unit, status, content, before=files)


def _says_the_same(unit: Unit, status: Status, content: Content, files: list[Media]) -> bool:
    """Return whether an edit changes nothing: then there is no new version and nobody is told."""
    kept = (status.content_html, status.text, status.spoiler_text, status.is_sensitive, status.language)
    typed = (content.content_html, content.text, content.spoiler_text, content.is_sensitive, content.language)
    return kept == typed and files == list(content.media) and polling.is_held(unit, status.id, content.poll)


def renew(unit: Unit, status: Status, content: Content, *, before: Sequence[Media] | None = None) -> None:
    """Replace what a local status says and tell everybody who has it; `before` are its files as they were."""
    last = status.edited_at or status.created_at
    edited_at = max(unit.now, last + timedelta(milliseconds=1))
    writing.rewrite(unit, status, content, edited_at=edited_at, before=before)
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
    content = drafting.understood(unit, author, draft, status_id=status_id, extra=extra).content
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


def _above(snapshot: Snapshot, status: Status) -> Status | None:
    return statuses.by_id(snapshot, status.reply_to_id) if status.reply_to_id is not None else None


def usual(snapshot: Snapshot, author_id: int) -> Preferences:
    """Return how an author of ours usually posts; who does not sign in, such as the institution, in public."""
    user = users.by_account(snapshot, author_id)
    return Preferences(language=snapshot.site.language) if user is None else preferences_of(user)


def _app(snapshot: Snapshot, app_id: int | None) -> App | None:
    app = oauth.app_by_id(snapshot, app_id) if app_id is not None else None
    return App(app.id, app.name, app.website) if app is not None else None


def _visibility(draft: Draft, parent: Status | None, *, preferred: str) -> Visibility:
    """Return who may see a post: what the author chose, or the usual, no wider than the parent; within the house all stays.

    Raises: 422 for what is no visibility, and for a direct post that would be shown to the whole house.
    """
    wanted = draft.visibility
    if draft.is_for_house or (parent is not None and parent.visibility == "house"):
        _check_house(wanted)
        return "house"
    if wanted is None:
        above = parent.visibility if parent is not None and parent.visibility in COMPOSABLE else "public"
        wanted = max(above, preferred, key=COMPOSABLE.index)
    if wanted not in COMPOSABLE:
        raise invalid(f"'{wanted}' is no visibility. Use one of: {', '.join(COMPOSABLE)}.", field="visibility")
    return wanted  # type: ignore[return-value]  # one of COMPOSABLE, checked above


def _check_house(wanted: str | None) -> None:
    if wanted == "direct":
        text = (
            "A direct post is for whom it names alone, and this one would be for the whole house. Choose one of both."
        )
        raise invalid(text, field="visibility")
