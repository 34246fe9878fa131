"""A post as a card: from the Status entity, and from the learning record it carries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import Final

from markupsafe import Markup

from federation.audience import OPEN
from federation.records.fields import Learning, LearningAction, LearningShare
from node.services import plotting
from node.services.families import Part
from node.social.site import Site
from web.pages import entities
from web.pages.attachments import picture, preview
from web.pages.entities import Status, name_of, page_of, person_of
from web.pages.sifting import Verdict, verdict
from web.pages.views.charts import Chart, chart_of
from web.pages.views.dates import day_words, moment
from web.pages.views.people import Person
from web.pages.views.posts import Audience, Choice, Poll, Post, Stage, Stages, Verb, audience_of
from web.pages.views.shell import Link

Record = Learning | LearningAction | LearningShare
DECIDED: Final = {"adopt": "Adopted", "adapt": "Adapted", "abandon": "Abandoned"}
SOURCES: Final = {
    "article": "Article",
    "guideline": "Guideline",
    "talk": "Talk",
    "case": "Case",
    "incident": "Incident",
    "excellence": "Something that went well",
    "peer-post": "A post by somebody else",
    "own-observation": "Own observation",
}


@dataclass(frozen=True, slots=True)
class Look:
    """Where and when somebody looks, who that is, and the records of what they look at, by the ids of their Notes."""

    site: Site
    now: datetime
    parts: Mapping[str, Part] = field(default_factory=dict)
    reader_id: int | None = None
    context: str = ""  # what their filters call this place

    @property
    def zone(self) -> tzinfo:
        """The time zone of the hospital."""
        return self.site.zone

    @property
    def today(self) -> date:
        """The day it is there."""
        return self.now.astimezone(self.zone).date()


def cards(statuses: Iterable[Status], look: Look) -> tuple[Post, ...]:
    """Return the cards of several posts, but for those that the reader's filters leave out."""
    return tuple(card(status, look) for status in statuses if not _verdict(status, look).is_hidden)


def _verdict(status: Status, look: Look) -> Verdict:
    return verdict(status, look.context, look.reader_id)


def card(status: Status, look: Look, *, is_focus: bool = False) -> Post:
    """Return the card of a status; a boost is the card of what was boosted."""
    found = _verdict(status, look)
    if status.reblog is None:
        made = _card(status, look, entry=status.id, is_focus=is_focus)
    else:
        made = _card(status.reblog, look, entry=status.id, booster=person_of(status.account, look.site))
    return replace(made, filtered=found.warning, blurred=found.blurred)


def _card(status: Status, look: Look, *, entry: str, booster: Person | None = None, is_focus: bool = False) -> Post:
    record = record_of(status, look)
    pictures = tuple(picture(media, look.site) for media in status.media_attachments)
    return Post(
        id=status.id,
        entry=entry,
        url=f"{page_of(status.account)}/{status.id}",
        author=author_of(status, look),
        when=moment(status.created_at, look.now, look.zone),
        audience=audience(status, look.site),
        body=_words(status, look) if record is None else _body(record),
        language=(record.language if record else None) or status.language or "",
        warning=status.spoiler_text,
        verb=_verb(record) if record else None,
        boosted_by=booster,
        source=source_of(record) if isinstance(record, Learning) else None,
        pictures=pictures,
        preview=preview(status.card, look.site) if status.card and not pictures and record is None else None,
        poll=_poll(status.poll, look) if status.poll else None,
        chart=_chart(record, status.id) if record else None,
        stages=_stages(record, look) if record else None,
        loop_url=f"/loops/{status.id}" if record else "",
        replies=status.replies_count,
        boosts=status.reblogs_count,
        favourites=status.favourites_count,
        is_boosted=status.reblogged,
        is_favourite=status.favourited,
        is_bookmarked=status.bookmarked,
        may_boost=status.visibility in OPEN or status.local_only,
        may_try=record is not None and record.status != "withdrawn",
        is_focus=is_focus,
    )


def _words(status: Status, look: Look) -> Markup:
    """Return what a post says, with the post it quotes; of one with a warning, or that is filtered, only that."""
    words = Markup(status.content)  # noqa: S704 - sanitised when it came in
    quoted = status.quote.quoted_status if status.quote is not None else None
    if quoted is None:
        return words
    by = Markup('<p><a href="{}/{}">{}</a></p>').format(page_of(quoted.account), quoted.id, name_of(quoted.account))
    return words + Markup("<blockquote>{}{}</blockquote>").format(by, _said(quoted, look))


def _said(quoted: Status, look: Look) -> Markup:
    found = _verdict(quoted, look)
    if found.is_hidden or found.warning:
        return Markup("<p>{}</p>").format(f"Filtered: {found.warning}" if found.warning else "Filtered.")
    if quoted.spoiler_text:
        return Markup("<p>{}</p>").format(quoted.spoiler_text)
    return Markup(quoted.content)  # noqa: S704 - sanitised when it came in


def record_of(status: Status, look: Look) -> Record | None:
    """Return the record that a status carries, None for an ordinary post."""
    part = look.parts.get(status.uri)
    record = part.record if part else None
    return record if isinstance(record, Learning | LearningAction | LearningShare) else None


def author_of(status: Status, look: Look) -> Person:
    """Return who wrote a post; who speaks for a hospital stands under its name."""
    person, part = person_of(status.account, look.site), look.parts.get(status.uri)
    return replace(person, place=part.place) if part else person


def audience(status: Status, site: Site) -> Audience:
    """Return who can see a post."""
    return audience_of(status.audience, site.institution_name)


def _body(record: Record) -> Markup:
    return Markup("").join(Markup("<p>{}</p>").format(text) for text in texts_of(record))


def texts_of(record: Record) -> list[str]:
    """Return what a record says, the title first, nothing twice."""
    if isinstance(record, LearningShare):
        return [record.sentence]
    more = record.text if isinstance(record, Learning) else record.change
    return [record.title] if not more or more == record.title else [record.title, more]


def _verb(record: Record) -> Verb:
    if isinstance(record, Learning):
        return Verb("learn", "Learned")
    if isinstance(record, LearningAction):
        return Verb("do", "Doing" if record.decision is None else "Did")
    return Verb("share", "Reports", f"{DECIDED[record.decision]}.")


def source_of(record: Learning) -> Link | None:
    """Return where a learning came from, as words and, if there is one, an address."""
    source = record.learned_from
    if source is None:
        return None
    words = source.label or source.doi or (f"PMID {source.pmid}" if source.pmid else "") or SOURCES[source.kind]
    return Link(words, source.address or "")


def _stages(record: Record, look: Look) -> Stages | None:
    """Return where a loop stands as far as this record says; a learning alone does not know who tried it."""
    if isinstance(record, Learning):
        return None
    if isinstance(record, LearningShare):
        since = f"Since {day_in_words(record.day_zero, look)}" if record.day_zero else ""
        done = Stage("done", "Came to", DECIDED[record.decision])
        return Stages(Stage("done", "Learned"), Stage("done", "Did", since), done)
    if record.decision is not None:
        decided = Stage("done", "Came to", DECIDED[record.decision])
        return Stages(Stage("done", "Learned"), Stage("done", "Did"), decided)
    return Stages(
        Stage("done", "Learned"),
        Stage("now", "Doing", f"By {day_in_words(record.due, look)}"),
        Stage("todo", "Came to"),
    )


def day_in_words(text: str, look: Look) -> str:
    """Return a day as a record writes it, in words; a month alone stays as it is."""
    return day_words(date.fromisoformat(text), look.today) if len(text) == 10 else text


def _chart(record: Record, ident: str) -> Chart | None:
    measures = () if isinstance(record, Learning) else record.measures
    shown = next((measure for measure in measures if measure.points), None)
    if shown is None or isinstance(record, Learning):
        return None
    return chart_of(plotting.series_in(shown, record.day_zero), ident=f"p{ident}", height=170)


def _poll(poll: entities.Poll, look: Look) -> Poll:
    voters = poll.votes_count if poll.voters_count is None else poll.voters_count
    choices = [
        Choice(option.title, _percent(option.votes_count, voters), place in poll.own_votes)
        for place, option in enumerate(poll.options)
    ]
    people = "1 person" if voters == 1 else f"{voters} people"
    if poll.expired:
        return Poll(tuple(choices), f"{people} voted. Closed.")
    ends = (
        f" Open until {day_words(poll.expires_at.astimezone(look.zone).date(), look.today)}." if poll.expires_at else ""
    )
    standing = f"{people} voted so far.{ends}"
    return Poll(tuple(choices), standing, is_multiple=poll.multiple, may_vote=not poll.voted)


def _percent(votes: int | None, voters: int) -> int | None:
    return None if votes is None else min(100, round(100 * votes / voters)) if voters else 0
