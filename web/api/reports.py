"""Reports to moderators, here and, where the reporter wants it, of the other server."""

from collections.abc import Sequence

from msgspec import Struct
from starlette.responses import Response

from node.errors import invalid, not_found
from node.services import reporting
from node.services.reporting import CATEGORIES, MAX_COMMENT, MAX_POSTS, Asked
from web import answers
from web.api import auth, listing, params
from web.routing import Call, Route, id_of


class _Sent(Struct):
    account_id: str | None = None
    status_ids: list[str] | None = None
    comment: str | None = None
    category: str | None = None
    forward: bool | None = None
    rule_ids: list[str] | None = None
    collection_ids: list[str] | None = None


async def create(call: Call) -> Response:
    """Report an account, with posts of it."""
    sent = await params.decode(call, _Sent)
    if not sent.account_id:
        raise invalid("Validation failed: account_id says who is reported", field="account_id")
    if not all(listing.is_id(one) for one in (*(sent.status_ids or ()), *(sent.collection_ids or ()))):
        raise not_found()
    asked = Asked(
        account_id=id_of(sent.account_id),
        status_ids=listing.ids(sent.status_ids, field="status_ids", most=MAX_POSTS),
        comment=_comment(sent.comment or ""),
        category=_category(sent.category or "other"),
        is_forwarded=bool(sent.forward),
        rule_ids=_rules(sent.rule_ids or ()),
        collection_ids=listing.ids(sent.collection_ids, field="collection_ids", most=MAX_POSTS),
    )
    return answers.json(await call.node.db.write(reporting.by_one_of_ours, call.account_id, asked))


def _rules(sent: Sequence[str]) -> list[int]:
    if not all(listing.is_id(one) for one in sent):
        raise invalid("Validation failed: rule_ids must name rules of this server", field="rule_ids")
    return listing.ids(sent, field="rule_ids", most=MAX_POSTS)


def _comment(text: str) -> str:
    if len(text) > MAX_COMMENT:
        raise invalid(f"Validation failed: comment may have at most {MAX_COMMENT} characters", field="comment")
    return text


def _category(name: str) -> str:
    if name not in CATEGORIES:
        raise invalid(f"Validation failed: category is one of {', '.join(CATEGORIES)}", field="category")
    return name


routes = [Route("POST", "/api/v1/reports", create, auth.user("write:reports"))]
