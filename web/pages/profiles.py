"""The page of a person or a hospital, and following them."""

from datetime import UTC, datetime
from typing import Final

from markupsafe import Markup
from starlette.responses import Response

from node.entities.account import account_json
from node.errors import Problem
from node.services import following, reading
from node.services.reading import OfAccount
from web.pages.entities import page_of, person_of, read_account
from web.pages.timelines import cards_of, look, neighbours, part
from web.pages.views.dates import on_day
from web.pages.views.pages import Profile
from web.pages.visits import Visit, anyone, signed_in
from web.routing import Route

_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


async def show(visit: Visit) -> Response:
    """Show who somebody is and what they wrote. Raises: 404; 401 for a guest who asks for somebody elsewhere."""
    db = visit.call.node.db
    found = await db.read(reading.account_by_acct, visit.call.params["acct"])
    if found.host and visit.session is None:
        raise Problem(401, "unauthorised", "Sign in to see people of other places.")
    account = read_account(account_json(found))
    url = page_of(account)
    if visit.call.request.url.path != url:
        return visit.go(url)
    lines = await db.read(reading.account_page, visit.reader_id, part(visit), OfAccount(found.id))
    newer, older = neighbours(visit, [line.id for line in lines], url)
    where = await look(visit)
    relation, follows_you = await _relation(visit, found.id)
    page = Profile(
        person=person_of(account, visit.site),
        address=f"@{account.acct}" if found.host else f"@{account.username}@{visit.site.handle_host}",
        note=Markup(account.note),  # noqa: S704 - sanitised when it came in
        fields=tuple((str(field.get("name", "")), Markup(field.get("value", ""))) for field in account.fields),  # noqa: S704
        posts_count=account.statuses_count,
        followers_count=account.followers_count,
        following_count=account.following_count,
        relation=relation,
        follows_you=follows_you,
        posts=await cards_of(visit, (line.json for line in lines), "account"),
        since=on_day((account.created_at or _LONG_AGO).date(), where.today),
        newer=newer,
        older=older,
    )
    return visit.page("profile", page, current="me" if relation == "self" else "")


async def _relation(visit: Visit, target_id: int) -> tuple[str, bool]:
    if visit.session is None:
        return "guest", False
    if visit.account_id == target_id:
        return "self", False
    found = (await visit.call.node.db.read(following.relations, visit.account_id, [target_id]))[target_id]
    followed_by = found.followed_by is not None and found.followed_by.is_accepted
    if found.follow is None:
        return "none", followed_by
    return ("following" if found.follow.is_accepted else "requested"), followed_by


async def follow(visit: Visit) -> Response:
    """Follow somebody, or end it."""
    db = visit.call.node.db
    target = await db.read(reading.account_by_acct, visit.call.params["acct"])
    url = f"/@{visit.call.params['acct']}"
    if visit.form.get("undo"):
        await db.write(following.unfollow, visit.account_id, target.id)
        return visit.go(url, "unfollowed")
    await db.write(following.follow, visit.account_id, target.id)
    relation, _ = await _relation(visit, target.id)
    return visit.go(url, "following" if relation == "following" else "asked")


routes = (
    Route("GET", "/@{acct}", anyone(show), serves="html"),
    Route("POST", "/@{acct}/follow", signed_in(follow)),
)
