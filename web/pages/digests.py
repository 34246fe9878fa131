"""The weekly digest as a page and as a feed, how one wants to be reminded, and the link that ends its mails."""

from datetime import UTC
from typing import Final
from xml.etree import ElementTree

from starlette.responses import Response

from node.errors import Problem, not_found
from node.learning.phrases import full_day
from node.services import choosing, digesting, mailing
from node.services.choosing import Change
from node.services.digesting import Item
from node.services.mailing import Feed
from node.social.site import Site
from web.pages.views.dates import day_words
from web.pages.views.digest import DigestPage, Ending, Line, Reminding, Section
from web.pages.views.forms import Choice, Form
from web.pages.visits import Visit, by_link, refused, signed_in
from web.routing import Call, Route

ATOM: Final = "http://www.w3.org/2005/Atom"
_MEDIA_TYPE: Final = "application/atom+xml; charset=utf-8"
_NEVER_KEPT: Final = {"cache-control": "private, no-store", "x-robots-tag": "noindex", "referrer-policy": "no-referrer"}
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CHOICES: Final = tuple(Choice(str(number), name) for number, name in enumerate(_DAYS))
_SWITCHES: Final = ("mail", "reminders", "recall_posts")
_MAX_KEY_CHARS: Final = 100


async def show(visit: Visit) -> Response:
    """Show what is worth two minutes this week."""
    db = visit.call.node.db
    found = await db.read(digesting.digest, visit.account_id)
    sections = tuple(Section(title, tuple(map(_line, items))) for title, items in mailing.sections(found))
    today = db.now().astimezone(visit.site.zone).date()
    return visit.page("digest", DigestPage(day_words(found.on, today), sections), current="today")


def _line(one: Item) -> Line:
    return Line(one.title, one.url, f"{one.words}." if one.kind != "card" else "", one.number_url)


# ------------------------------------------------------------------ the feed


async def feed(call: Call) -> Response:
    """Give the digest as Atom to whoever has its secret address. Raises: 404."""
    key = call.request.query_params.get("key", "")
    if not key or len(key) > _MAX_KEY_CHARS:
        raise not_found()
    found = await call.node.db.read(mailing.feed, key)
    return Response(_atom(found, call.node.site, choosing.feed_url(call.node.site, key)), 200, _NEVER_KEPT, _MEDIA_TYPE)


def _atom(found: Feed, site: Site, address: str) -> bytes:
    """Return a feed whose one entry is the digest of this week; a reader of feeds keeps those of the weeks before."""
    updated = found.digest.begun_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    _add(root, "id", found.uri)
    _add(root, "title", f"My week on Rounds at {site.institution_name}")
    _add(root, "updated", updated)
    _add(_add(root, "author"), "name", site.institution_name)
    _add(root, "link", rel="self", type="application/atom+xml", href=address)
    _add(root, "link", rel="alternate", type="text/html", href=f"{site.base_url}/digest")
    if found.digest.items:
        entry = _add(root, "entry")
        _add(entry, "id", f"{found.uri}-{found.digest.on.isoformat()}")
        _add(entry, "title", f"The week of {full_day(found.digest.on)}")
        _add(entry, "updated", updated)
        _add(entry, "link", rel="alternate", type="text/html", href=f"{site.base_url}/digest")
        _add(entry, "content", mailing.as_html(found.digest), type="html")
    data: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return data


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, name, attributes)
    made.text = text
    return made


# ------------------------------------------------------------------ choosing


async def show_choices(visit: Visit) -> Response:
    """Show how one wants to be reminded."""
    held = await visit.call.node.db.read(choosing.chosen, visit.account_id)
    switches = {"mail": held.digest == "mail", "reminders": held.reminders, "recall_posts": held.recall_posts}
    values = {"digest_day": str(held.digest_day)} | {name: "1" for name, is_on in switches.items() if is_on}
    return await _choices(visit, Form(values))


async def choose(visit: Visit) -> Response:
    """Keep how one wants to be reminded."""
    sent = visit.form
    day = sent.get("digest_day", "")
    mail, reminders, recall_posts = (bool(sent.get(name)) for name in _SWITCHES)
    change = Change(
        digest="mail" if mail else "none",
        digest_day=int(day) if day.isascii() and day.isdigit() and len(day) < 3 else -1,
        reminders=reminders,
        recall_posts=recall_posts,
    )
    try:
        await visit.call.node.db.write(choosing.choose, visit.account_id, change)
    except Problem as problem:
        return await _choices(visit, refused(visit, problem), status=problem.status)
    return visit.go("/settings/digest", "saved")


async def renew(visit: Visit) -> Response:
    """Give one's feed a new address."""
    await visit.call.node.db.write(choosing.renew_feed, visit.account_id)
    return visit.go("/settings/digest", "saved")


async def _choices(visit: Visit, form: Form, *, status: int = 200) -> Response:
    feed_url = await visit.call.node.db.read(choosing.feed, visit.account_id)
    page = Reminding(form=form, days=_CHOICES, can_mail=visit.site.has_mail, feed=feed_url or "")
    return visit.page("reminding", page, current="more", status=status)


# ------------------------------------------------------------------ ending the mails


async def ask_end(visit: Visit) -> Response:
    """Ask before the mails end: programs that look at links shall end nothing. Raises: 404 for a wrong link."""
    token = visit.query("token")
    await visit.call.node.db.read(mailing.reader_of, token)
    return visit.page("ending", Ending(token))


async def end(visit: Visit) -> Response:
    """End the mails, for a person or for a mail program with one click. Raises: 404 for a wrong link."""
    await visit.call.node.db.write(mailing.end, visit.query("token"))
    return visit.page("ending", Ending())


routes = (
    Route("GET", "/digest", signed_in(show)),
    Route("GET", "/digest.atom", feed),
    Route("GET", "/digest/unsubscribe", by_link(ask_end)),
    Route("POST", "/digest/unsubscribe", by_link(end)),
    Route("GET", "/settings/digest", signed_in(show_choices)),
    Route("POST", "/settings/digest", signed_in(choose)),
    Route("POST", "/settings/digest/feed", signed_in(renew)),
)
