"""What learning, acting and sharing have in common: a record is checked, said as a Note, published and renewed.

Everything people read is composed from the record, so that the Note and its record cannot disagree. It decides nothing
about what a record may hold; `federation.records` and `node.learning` do.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from federation.audience import OPEN
from federation.records import compose
from federation.records.fields import Record, Withdrawal
from federation.records.shape import CLASSES
from node.errors import Problem, forbidden, invalid, not_found
from node.learning.loop import check_withdrawal
from node.services import keeping, posting, quoting
from node.services.posting import COMPOSABLE, Publication
from node.services.writing import Content
from node.social.licences import LICENCES
from node.social.markup import plain
from node.social.site import Visibility
from node.social.text import fold_tag
from node.store import accounts, learnings, media, records, statuses, users
from node.store.accounts import Account
from node.store.media import Media
from node.store.records import KeptRecord
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

MAX_NAMED_ABOVE: Final = 5
_STEP: Final = timedelta(seconds=1)
_MAX_AHEAD: Final = timedelta(days=1)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MODERATING: Final = ("moderator", "admin")


class Telling(Struct, frozen=True, kw_only=True):
    """How a record is published. `named` hear of it; `above` are the Notes it names, which it must come after.

    `quote_uri` stands for a quoted Note that is not here any more. `licence` None: that of this hospital.
    """

    visibility: Visibility
    reply_to: Status | None = None
    quote: Status | None = None
    quote_uri: str | None = None
    named: tuple[Account, ...] = ()
    above: tuple[Status, ...] = ()
    app_id: int | None = None
    is_ready: bool = True
    licence: str | None = None


def once(unit: Unit, account_id: int, key: str | None, make: Callable[[], int]) -> int:
    """Return the record that this idempotency key made before, or make it now; keys of posts are others."""
    return posting.once(unit, account_id, f"record:{key}" if key else None, make)


def publish(unit: Unit, author: Account, record: Record, telling: Telling) -> int:
    """Publish a record as a Note of its author and return the status id.

    Raises: 422 when the record cannot leave as it is.
    """
    record = checked(unit, record)
    licence = licence_for(unit, telling.visibility, telling.licence)
    quote = telling.quote if telling.quote is None or quoting.may_quote(unit, author, telling.quote) else None
    publication = Publication(
        content=_content(unit, record, quote=quote, named=telling.named, licence=licence),
        visibility=telling.visibility,
        reply_to=telling.reply_to,
        quote_uri=quote.uri if quote else telling.quote_uri if telling.quote is None else None,
        app_id=telling.app_id,
        record=record,
        is_ready=telling.is_ready,
        created_at=_after(unit, telling.above),
    )
    status_id = posting.publish(unit, author, publication)
    if licence is not None:
        records.set_licence(unit, status_id, licence)
    return status_id


def licence_for(snapshot: Snapshot, visibility: str, typed: str | None = None) -> str | None:
    """Return the licence of a record: as chosen, else that of this hospital; none for what is not for everybody.

    Raises: 422 `licence`.
    """
    if typed and typed not in LICENCES:
        raise invalid(f"“{typed}” is no licence. Choose one of {', '.join(LICENCES)}.", field="licence")
    return (typed or snapshot.site.licence) if visibility in OPEN else None


def renew(unit: Unit, status: Status, record: Record) -> None:
    """Replace a record by its next revision, and the Note with it. Who is named and what is attached stay.

    From now on the Note's words are composed from the record, also where they were its author's own.
    """
    learnings.compose_words(unit, status.id)
    kept = kept_of(unit, status.id)
    record = checked(unit, msgspec.structs.replace(record, revision=kept.revision + 1))
    keeping.keep(unit, status, record)
    posting.renew(unit, status, said(unit, status, record))


def said(snapshot: Snapshot, status: Status, record: Record, *, files: Sequence[Media] | None = None) -> Content:
    """Return what the Note of a record says now; `files` replace what is attached."""
    named_ids = statuses.mention_ids(snapshot, status.id)
    people = accounts.by_ids(snapshot, named_ids)
    quote = statuses.by_uri(snapshot, status.quote_uri) if status.quote_uri else None
    return _content(
        snapshot,
        record,
        quote=quote,
        named=tuple(people[i] for i in named_ids if i in people),
        files=tuple(media.of_status(snapshot, status.id) if files is None else files),
        licence=records.licence_of(snapshot, status.id),
    )


def withdraw(unit: Unit, status: Status, *, reason: str, explanation: str) -> None:
    """Withdraw a record: it stays in the graph, marked, and its text begins with why.

    Raises: 422 for an unknown reason, a missing explanation, or a record that is withdrawn already.
    """
    kept = kept_of(unit, status.id)
    check_change(kept)
    why, because = check_withdrawal(reason, explanation)
    withdrawal = Withdrawal(reason=why, explanation=because)  # type: ignore[arg-type] # one of the list, checked
    renew(unit, status, msgspec.structs.replace(typed(kept), status="withdrawn", withdrawal=withdrawal))


def check_change(kept: KeptRecord) -> None:
    """Check that a record may still be changed. Raises: 422 when it is withdrawn."""
    if kept.state == "withdrawn":
        raise invalid(
            "This is withdrawn and stays so. Record a new one that replaces it.", field="status", code="state-refused"
        )


# ------------------------------------------------------------------ what is there


def typed(kept: KeptRecord) -> Record:
    """Return a kept record as its struct."""
    return msgspec.convert(kept.record, CLASSES[kept.type])


def kept_of(snapshot: Snapshot, status_id: int) -> KeptRecord:
    """Return the record of a status. Raises: 404."""
    kept = records.of_status(snapshot, status_id)
    if kept is None:
        raise not_found()
    return kept


def author_of(snapshot: Snapshot, account_id: int) -> Account:
    """Return a local account that may record. Raises: 404."""
    author = accounts.by_id(snapshot, account_id)
    if author is None or author.is_suspended or not author.is_local:
        raise not_found()
    return author


def editable(unit: Unit, account_id: int, status_id: int) -> Status:
    """Return a local status whose record this account may change: its author, a moderator or an administrator.

    A change by somebody else than the author is audited.
    Raises: 404 when the account may not see it, 403 when it may see and not change it.
    """
    status = statuses.visible(unit, status_id, account_id) or _as_moderator(unit, account_id, status_id)
    if status is None or not status.is_local or status.boost_of_id is not None:
        raise not_found()
    if status.account_id != account_id:
        if not is_moderating(unit, account_id):
            raise forbidden("Only its author and the moderators of this hospital may change this.")
        unit.audit(actor=f"account:{account_id}", act="record.change", object=status.uri)
    return status


def is_moderating(snapshot: Snapshot, account_id: int) -> bool:
    """Tell whether an account is a moderator's or an administrator's."""
    user = users.by_account(snapshot, account_id)
    return user is not None and user.disabled_at is None and user.role in _MODERATING


def parent(snapshot: Snapshot, account_id: int, ref: int | str, *, field: str = "based_on") -> Status:
    """Return the Note that something begins from, by its id here, its id on the wire or its address.

    Raises: 422 when it is not known here or not for this account.
    """
    status = statuses.by_id(snapshot, ref) if isinstance(ref, int) else _by_address(snapshot, ref.strip())
    if status is not None and status.boost_of_id is not None:
        status = statuses.by_id(snapshot, status.boost_of_id)
    if status is None or statuses.visible(snapshot, status.id, account_id) is None:
        raise invalid(
            "What this begins from is not here, or not for you. Search for its address first.",
            field=field,
            code="parent-unknown",
        )
    return status


def named(snapshot: Snapshot, author: Account, above: Sequence[Status], visibility: str) -> tuple[Account, ...]:
    """Return who hears of a record: the authors of what it names, then those above in the lineage, at most 5 of them.

    Naming somebody lets them see it, so in a narrow circle only the authors of what it names are named.
    """
    first = [status.account_id for status in above]
    further: list[int] = []
    if visibility in OPEN:
        uris = dict.fromkeys(uri for status in above for uri in records.ancestors(snapshot, status.uri))
        known = statuses.by_uris(snapshot, uris)
        further = [known[uri].account_id for uri in uris if uri in known]
    people = accounts.by_ids(snapshot, [*first, *further])
    direct = [i for i in dict.fromkeys(first) if _is_to_be_named(people.get(i), author)]
    others = [i for i in dict.fromkeys(further) if i not in direct and _is_to_be_named(people.get(i), author)]
    return tuple(people[i] for i in (*direct, *others[:MAX_NAMED_ABOVE]))


def audience(snapshot: Snapshot, wanted: str | None, author: Account, above: Sequence[Status]) -> Visibility:
    """Return who may see a record: as chosen, or as its author usually posts; never those who may not know of what it
    begins from.

    Raises: 422.
    """
    widest = max((_widest_beside(status, author) for status in above), key=COMPOSABLE.index, default="public")
    seen_by = wanted or max(widest, posting.usual(snapshot, author.id).privacy, key=COMPOSABLE.index)
    if seen_by not in COMPOSABLE:
        raise invalid(f"“{seen_by}” is no audience. Choose one of {', '.join(COMPOSABLE)}.", field="visibility")
    if COMPOSABLE.index(seen_by) < COMPOSABLE.index(widest):
        raise invalid(
            f"What this begins from is not for everybody. Choose “{widest}” or fewer people.", field="visibility"
        )
    return seen_by  # type: ignore[return-value] # one of COMPOSABLE, checked above


def today(snapshot: Snapshot) -> date:
    """Return which day it is in this hospital."""
    return snapshot.now.astimezone(snapshot.site.zone).date()


def institution_uri(snapshot: Snapshot) -> str:
    """Return the actor that speaks for this hospital."""
    return snapshot.site.actor_uri(snapshot.site.institution_username)


def language(snapshot: Snapshot, typed: str | None) -> str:
    """Return the language of a record: as given if it is one, else this hospital's."""
    head, _, tail = (typed or "").strip().partition("-")
    code = f"{head.lower()}-{tail}" if tail else head.lower()
    return code if _LANGUAGE.fullmatch(code) and len(code) <= 35 else snapshot.site.language


def checked(snapshot: Snapshot, record: Record) -> Record:
    """Return a record as it may leave. Raises: 422 with what is wrong."""
    try:
        record = compose.prepared(record)
        compose.to_wire(record, loopback_http=snapshot.site.loopback_http)
    except ValueError as error:
        raise Problem(422, "record-refused", f"This cannot be recorded: {error}.") from None
    return record


def _content(
    snapshot: Snapshot,
    record: Record,
    *,
    quote: Status | None,
    named: tuple[Account, ...],
    files: tuple[Media, ...] = (),
    licence: str | None = None,
) -> Content:
    html = compose.content_html(
        record, tag_url=snapshot.site.tag_url, quote_url=quote.url if quote else None, licence=licence
    )
    return Content(
        content_html=html,
        text=plain(html),
        language=record.language,
        named=named,
        tags=tuple(dict.fromkeys(fold_tag(name) for name in compose.hashtags(record))),
        media=files,
        record=compose.as_document(record),
    )


def _after(unit: Unit, above: Sequence[Status]) -> datetime:
    """Return when a Note is published: later than everything it names, if need be a second after it.

    What says that it comes from more than a day ahead is not followed there.
    """
    kept = records.by_uris(unit, [status.uri for status in above])
    latest = [kept[s.uri].published_at if s.uri in kept else s.created_at for s in above]
    earliest, last = unit.now - timedelta(milliseconds=1), unit.now + _MAX_AHEAD
    return max([unit.now, *(at + _STEP for at in latest if earliest <= at <= last)])


def _as_moderator(snapshot: Snapshot, account_id: int, status_id: int) -> Status | None:
    return statuses.by_id(snapshot, status_id) if is_moderating(snapshot, account_id) else None


def _by_address(snapshot: Snapshot, address: str) -> Status | None:
    if address.isascii() and address.isdigit() and len(address) <= 18:
        return statuses.by_id(snapshot, int(address))
    return statuses.by_uri(snapshot, address) or statuses.by_url(snapshot, address)


def _is_to_be_named(person: Account | None, author: Account) -> bool:
    return person is not None and person.id != author.id and not person.is_suspended


def _widest_beside(status: Status, author: Account) -> Visibility:
    """Return the widest audience that may know of a Note: of somebody else's that is not public, only those named."""
    if status.visibility in OPEN:
        return "public"
    return "private" if status.visibility == "private" and status.account_id == author.id else "direct"
