"""What peers say about themselves and their posts, turned into our rows: actors, content, media."""

import secrets
from typing import Any, Final

from federation import loose, uris
from federation.vocab import Actor, Emoji, Note, Poll
from federation.vocab.attachment import Attachment
from node.entities.emoji import is_used
from node.services.writing import Asked, Content
from node.social import text as words
from node.social.links import true_links
from node.social.markup import sanitise
from node.social.text import fold_tag
from node.store import accounts, domains, keys
from node.store.accounts import Account
from node.store.media import Media
from node.store.unit import Unit

_NO_PICTURES: Final[dict[str, Any]] = {"avatar": None, "avatar_alt": "", "header": None, "header_alt": "", "emojis": []}


def keep_actor(unit: Unit, actor: Actor, *, handle_host: str | None = None) -> Account | None:
    """Insert or renew a peer's actor with its key; None when its handle belongs to another id already.

    `handle_host` is the host of its handle as WebFinger confirmed it; without it the host of its id.
    """
    held = accounts.by_uri(unit, actor.uri)
    host = held.host if held is not None else handle_host or uris.host_of(actor.uri)
    standing = domains.standing(unit, *domains.hosts_of(actor.uri, host))
    changes: Any = _columns(actor) | {"fetched_at": unit.now} | (_NO_PICTURES if standing.no_media else {})
    if held is not None:
        if held.is_local:
            return held
        account: Account | None = accounts.change(unit, held, **changes)
    else:
        made = Account(
            id=unit.new_id(),
            uri=actor.uri,
            username=actor.preferred_username,
            username_key=actor.preferred_username.casefold(),
            host=host,
            created_at=min(actor.published or unit.now, unit.now),
            is_limited=standing.is_limited,
            is_suspended=standing.level == "suspend",
            is_host_suspended=standing.level == "suspend",
            **changes,
        )
        account = accounts.insert(unit, made) or accounts.by_uri(unit, actor.uri)  # another may have kept it just now
    if account is None:
        return None
    if actor.keys:
        listed = [(key.uri, key.pem, key.kind) for key in actor.keys if key.owner == actor.uri]
        keys.keep(unit, account.id, listed, owner_uri=account.uri)
    return account


def _columns(actor: Actor) -> dict[str, Any]:
    return {
        "kind": actor.kind,
        "display_name": actor.name,
        "note_html": true_links(sanitise(actor.summary_html)),
        "note_text": "",
        "fields": [{"name": name, "value": true_links(sanitise(value), always=True)} for name, value in actor.fields],
        "url": actor.url or actor.uri,
        "inbox": actor.inbox,
        "shared_inbox": actor.shared_inbox,
        "inbox_host": uris.host_of(actor.shared_inbox or actor.inbox),
        "outbox": actor.outbox,
        "followers_uri": actor.followers,
        "following_uri": actor.following,
        "avatar": actor.icon_url,
        "avatar_alt": actor.icon_alt,
        "header": actor.image_url,
        "header_alt": actor.image_alt,
        "is_locked": actor.is_locked,
        "is_discoverable": actor.is_discoverable,
        "is_indexable": actor.is_indexable,
        "featured_uri": actor.featured,
        "moderators_uri": actor.moderators,
        "also_known_as": list(actor.also_known_as),
        "emojis": [{"shortcode": emoji.shortcode, "url": emoji.url} for emoji in actor.emojis],
    }


def content_of(unit: Unit, note: Note, author: Account, *, record: dict[str, Any] | None = None) -> Content:
    """Return what a peer's post says, safe to show."""
    named_uris = [mention.href for mention in note.mentions]
    addressed = [uri for uri in (*note.to, *note.cc) if uri not in named_uris]
    people = accounts.by_uris(unit, [*named_uris, *addressed])
    is_addressed = set(note.to) | set(note.cc)
    named = [people[uri] for uri in named_uris if uri in people]
    has_media = not domains.standing(unit, *domains.hosts_of(author.uri, author.host)).no_media
    titles = "\n".join(note.poll.titles) if note.poll is not None else ""
    named = [a for a in named if a.uri in is_addressed or not a.is_local]
    silent = [people[uri] for uri in addressed if uri in people and people[uri].id != author.id]
    if _is_message(note) and not any(a.is_local for a in named):
        named += [a for a in silent if a.is_local]
        silent = [a for a in silent if not a.is_local]
    return Content(
        content_html=sanitise(note.content_html),
        spoiler_text=note.summary,
        is_sensitive=note.is_sensitive,
        language=note.language,
        named=tuple(named),
        silent=tuple(silent),
        tags=tuple(dict.fromkeys(name for tag in note.hashtags if (name := fold_tag(tag))))[: words.MAX_TAGS],
        media=tuple(_media(unit, attachment, author) for attachment in note.attachments) if has_media else (),
        record=record,
        emojis=_used(note.emojis, note.content_html, note.summary, titles) if has_media else (),
        poll=asked_of(note.poll) if note.poll else None,
    )


def _is_message(note: Note) -> bool:
    """Tell whether a post is a message to those it is for, though it names nobody; who limits an audience says so."""
    return note.visibility == "direct" and loose.plain(note.raw).get("directMessage") is not False


def asked_of(poll: Poll) -> Asked:
    """Return a peer's poll, its numbers as it says them."""
    return Asked(
        options=poll.titles,
        tallies=tuple(option.votes for option in poll.options),
        voters_count=poll.voters_count,
        is_multiple=poll.is_multiple,
        ends_at=poll.ends_at,
        closed_at=poll.closed_at,
    )


def _used(emojis: tuple[Emoji, ...], *texts: str) -> tuple[dict[str, str], ...]:
    """Return the emojis that any of these texts uses: a tag for nothing is not worth a row."""
    within = "\n".join(texts)
    return tuple({"shortcode": one.shortcode, "url": one.url} for one in emojis if is_used(one.shortcode, within))


def _media(unit: Unit, attachment: Attachment, author: Account) -> Media:
    x, y = attachment.focus or (0.0, 0.0)
    return Media(
        id=unit.new_id(),
        account_id=author.id,
        status_id=None,
        position=0,
        kind=attachment.kind,
        content_type=attachment.media_type or "application/octet-stream",
        blob=None,
        preview_blob=None,
        remote_url=attachment.url,
        description=attachment.description,
        blurhash=attachment.blurhash,
        width=attachment.width,
        height=attachment.height,
        focus_x=x,
        focus_y=y,
        created_at=unit.now,
        duration_s=attachment.duration,
        poster_url=attachment.poster,
        proxy_key=secrets.token_hex(16) if attachment.kind == "image" or attachment.poster else None,
    )
