"""How to call each endpoint so that it succeeds: what its path names, and what it is sent.

A thing is the name of a method of `stage.Stage` that makes it; `=x` is the text x itself.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from tests.contract.mastodon.facts import Endpoint
from tests.contract.mastodon.stage import KEYS, Stage
from tests.contract.pictures import picture

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Recipe(NamedTuple):
    """A call: things its path names, its query, and its body, in which `{thing}` stands for what is made."""

    names: Mapping[str, str] = NOTHING
    query: Mapping[str, Any] = NOTHING
    body: Mapping[str, Any] | None = None
    file: str = ""  # the name under which a picture is sent
    before: str = ""  # made first, named by nothing
    who: str = "ines"
    token: str = ""  # "app": of an app alone; "none": none at all
    refusal: int = 0  # what a node answers that does not offer it


# What `:id` means, by how the path begins; the longest counts.
IDS: Final = {
    "/api/v1/accounts/": "colleague",
    "/api/v1/admin/accounts/": "somebody",
    "/api/v1/admin/canonical_email_blocks/": "canonical_email_block",
    "/api/v1/admin/domain_allows/": "domain_allow",
    "/api/v1/admin/domain_blocks/": "domain_block",
    "/api/v1/admin/email_domain_blocks/": "email_domain_block",
    "/api/v1/admin/ip_blocks/": "ip_block",
    "/api/v1/admin/reports/": "report",
    "/api/v1/admin/tags/": "tag",
    "/api/v1/admin/trends/links/": "trending_link",
    "/api/v1/admin/trends/links/publishers/": "publisher",
    "/api/v1/admin/trends/statuses/": "trending_status",
    "/api/v1/admin/trends/tags/": "tag",
    "/api/v1/announcements/": "announcement",
    "/api/v1/collections/": "collection",
    "/api/v1_alpha/collections/": "collection",
    "/api/v1_alpha/accounts/": "me",
    "/api/v1/conversations/": "conversation",
    "/api/v1/featured_tags/": "featured_tag",
    "/api/v1/filters/": "keyword",
    "/api/v2/filters/": "filter",
    "/api/v2/filters/keywords/": "keyword",
    "/api/v2/filters/statuses/": "filter_status",
    "/api/v1/lists/": "list",
    "/api/v1/media/": "media",
    "/api/v1/notifications/": "notification",
    "/api/v1/notifications/requests/": "request",
    "/api/v1/polls/": "poll",
    "/api/v1/scheduled_statuses/": "scheduled",
    "/api/v1/statuses/": "status",
}
NAMES: Final = {
    ":account_id": "follow_request",
    ":group_key": "group_key",
    ":filter_id": "filter",
    ":list_id": "list",
    ":name": "=✅",
    ":hashtag": "=wards",
    ":date": "terms",
    ":year": "=2026",
    ":invite_code": "=none",
    ":collection_id": "collection",
    ":quoting_status_id": "quoting",
}
_ITEM: Final = {":collection_id": "collection", ":id": "item"}
_DAYS: Final = {"start_at": "2026-11-01", "end_at": "2026-11-20"}
_TITLE: Final = {"title": "Night team"}
_PHRASE: Final = {"phrase": "drill", "context": ["home"]}

RECIPES: Final = {
    "GET /api/oembed": Recipe(query={"url": "{status_url}"}),
    "GET /api/v1/accounts": Recipe(query={"id[]": "{colleague}"}),
    "POST /api/v1/accounts": Recipe(
        token="app",
        body={
            "username": "newcomer",
            "email": "newcomer@mail.example",
            "password": "a long pass phrase",
            "agreement": True,
            "locale": "en",
            "reason": "I work on ward 4",
        },
    ),
    "POST /api/v1/accounts/:id/note": Recipe(body={"comment": "Met at the huddle"}),
    "POST /api/v1/accounts/:id/block": Recipe({":id": "somebody"}),
    "POST /api/v1/accounts/:id/mute": Recipe(body={"duration": 3600}),
    "POST /api/v1/accounts/:id/endorse": Recipe({":id": "followed"}),
    "POST /api/v1/accounts/:id/pin": Recipe({":id": "followed"}),
    "GET /api/v1/accounts/:id/in_collections": Recipe({":id": "me"}),
    "GET /api/v1/accounts/familiar_followers": Recipe(query={"id[]": "{colleague}"}),
    "GET /api/v1/accounts/lookup": Recipe(query={"acct": "fred"}),
    "GET /api/v1/accounts/relationships": Recipe(query={"id[]": "{colleague}"}),
    "GET /api/v1/accounts/search": Recipe(query={"q": "fred"}),
    "PATCH /api/v1/accounts/update_credentials": Recipe(body={"display_name": "Ines"}),
    "PATCH /api/v1/profile": Recipe(body={"display_name": "Ines", "show_media": True}),
    "PUT /api/v1/profile": Recipe(body={"note": "Nurse"}),
    "POST /api/v1/apps": Recipe(body={"client_name": "An app", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}),
    "POST /api/v1/collections": Recipe(body={"name": "People of the night", "account_ids": []}),
    "PATCH /api/v1/collections/:id": Recipe(body={"name": "Renamed"}),
    "PUT /api/v1/collections/:id": Recipe(body={"name": "Renamed"}),
    "POST /api/v1/collections/:collection_id/items": Recipe(
        {":collection_id": "empty_collection"}, body={"account_id": "{colleague}"}
    ),
    "DELETE /api/v1/collections/:collection_id/items/:id": Recipe(_ITEM),
    "POST /api/v1/collections/:collection_id/items/:id/revoke": Recipe(_ITEM, who="fred"),
    "POST /api/v1_alpha/collections": Recipe(body={"name": "People of the day", "account_ids": []}),
    "PATCH /api/v1_alpha/collections/:id": Recipe(body={"name": "Renamed"}),
    "PUT /api/v1_alpha/collections/:id": Recipe(body={"name": "Renamed"}),
    "POST /api/v1_alpha/collections/:collection_id/items": Recipe(
        {":collection_id": "empty_collection"}, body={"account_id": "{colleague}"}
    ),
    "DELETE /api/v1_alpha/collections/:collection_id/items/:id": Recipe(_ITEM),
    "POST /api/v1_alpha/collections/:collection_id/items/:id/revoke": Recipe(_ITEM, who="fred"),
    "GET /api/v1/conversations": Recipe(before="conversation"),
    "GET /api/v1/blocks": Recipe(before="blocked"),
    "GET /api/v1/mutes": Recipe(before="muted"),
    "GET /api/v1/bookmarks": Recipe(before="bookmarked"),
    "GET /api/v1/favourites": Recipe(before="favourited"),
    "GET /api/v1/follow_requests": Recipe(before="follow_request"),
    "GET /api/v1/followed_tags": Recipe(before="followed_tag"),
    "GET /api/v1/endorsements": Recipe(before="endorsed"),
    "GET /api/v1/featured_tags": Recipe(before="featured_tag"),
    "GET /api/v1/lists": Recipe(before="list"),
    "GET /api/v1/lists/:id/accounts": Recipe({":id": "full_list"}),
    "GET /api/v1/filters": Recipe(before="filter"),
    "GET /api/v2/filters": Recipe(before="filter"),
    "GET /api/v1/scheduled_statuses": Recipe(before="scheduled"),
    "GET /api/v1/announcements": Recipe(before="announcement"),
    "DELETE /api/v1/announcements/:id/reactions/:name": Recipe({":id": "announcement_with_a_reaction"}),
    "GET /api/v1/donation_campaigns": Recipe(refusal=204),
    "POST /api/v1/emails/confirmations": Recipe(refusal=403),
    "GET /api/v1_alpha/async_refreshes/:id": Recipe({":id": "refresh"}),
    "GET /api/v1/domain_blocks/preview": Recipe(query={"domain": "loud.example"}),
    "POST /api/v1/domain_blocks": Recipe(body={"domain": "loud.example"}),
    "DELETE /api/v1/domain_blocks": Recipe(query={"domain": "loud.example"}),
    "POST /api/v1/featured_tags": Recipe(body={"name": "handwashing"}),
    "POST /api/v1/filters": Recipe(body=_PHRASE),
    "PUT /api/v1/filters/:id": Recipe(body=_PHRASE),
    "PATCH /api/v1/filters/:id": Recipe(body=_PHRASE),
    "POST /api/v2/filters": Recipe(body={"title": "Noise", "context": ["home", "public"]}),
    "PUT /api/v2/filters/:id": Recipe(body={"title": "Quiet"}),
    "GET /api/v2/filters/:filter_id/statuses": Recipe({":filter_id": "filter_with_a_status"}),
    "PATCH /api/v2/filters/:id": Recipe(body={"title": "Quiet"}),
    "POST /api/v2/filters/:filter_id/keywords": Recipe(body={"keyword": "saw"}),
    "POST /api/v2/filters/:filter_id/statuses": Recipe(body={"status_id": "{their_status}"}),
    "PUT /api/v2/filters/keywords/:id": Recipe(body={"keyword": "saw"}),
    "PATCH /api/v2/filters/keywords/:id": Recipe(body={"keyword": "saw"}),
    "GET /api/v1/instance/terms_of_service": Recipe(before="terms"),
    "GET /api/v1/instance/rules": Recipe(before="rule"),
    "GET /api/v1/peers/search": Recipe(query={"q": "loud"}),
    "POST /api/v1/lists": Recipe(body=_TITLE),
    "PUT /api/v1/lists/:id": Recipe(body=_TITLE),
    "PATCH /api/v1/lists/:id": Recipe(body=_TITLE),
    "POST /api/v1/lists/:id/accounts": Recipe(body={"account_ids": ["{followed}"]}),
    "DELETE /api/v1/lists/:id/accounts": Recipe({":id": "full_list"}, body={"account_ids": ["{followed}"]}),
    "GET /api/v1/markers": Recipe(query={"timeline[]": "home"}),
    "POST /api/v1/markers": Recipe(body={"home": {"last_read_id": "{status}"}}),
    "POST /api/v1/media": Recipe(file="file"),
    "POST /api/v2/media": Recipe(file="file"),
    "PUT /api/v1/media/:id": Recipe(body={"description": "A ward"}),
    "PATCH /api/v1/media/:id": Recipe(body={"focus": "0.1,-0.2"}),
    "GET /api/v1/notifications": Recipe(before="notification"),
    "GET /api/v2/notifications": Recipe(before="notification"),
    "GET /api/v1/notifications/requests": Recipe(before="request"),
    "PUT /api/v1/notifications/policy": Recipe(body={"filter_bots": True}),
    "PATCH /api/v1/notifications/policy": Recipe(body={"filter_bots": True}),
    "PATCH /api/v2/notifications/policy": Recipe(body={"for_bots": "filter"}),
    "PUT /api/v2/notifications/policy": Recipe(body={"for_bots": "filter"}),
    "POST /api/v1/notifications/requests/accept": Recipe(body={"id": ["{request}"]}),
    "POST /api/v1/notifications/requests/dismiss": Recipe(body={"id": ["{request}"]}),
    "POST /api/v1/polls/:id/votes": Recipe(body={"choices": [1]}),
    "GET /api/v1/push/subscription": Recipe(before="push"),
    "PUT /api/v1/push/subscription": Recipe(before="push", body={"data": {"alerts": {"poll": True}}}),
    "PATCH /api/v1/push/subscription": Recipe(before="push", body={"data": {"alerts": {"poll": True}}}),
    "POST /api/v1/push/subscription": Recipe(
        body={"subscription": {"endpoint": "https://push.example/two", "keys": KEYS}, "data": {"alerts": {}}}
    ),
    "POST /api/v1/reports": Recipe(body={"account_id": "{colleague}", "comment": "Rude"}),
    "PUT /api/v1/scheduled_statuses/:id": Recipe(body={"scheduled_at": "{in_two_hours}"}),
    "PATCH /api/v1/scheduled_statuses/:id": Recipe(body={"scheduled_at": "{in_two_hours}"}),
    "GET /api/v2/search": Recipe(query={"q": "fred"}),
    "GET /api/v1/statuses": Recipe(query={"id[]": "{their_status}"}),
    "POST /api/v1/statuses": Recipe(body={"status": "Something"}),
    "PUT /api/v1/statuses/:id": Recipe(body={"status": "Something else"}),
    "PATCH /api/v1/statuses/:id": Recipe(body={"status": "Something else"}),
    "PUT /api/v1/statuses/:id/interaction_policy": Recipe(body={"quote_approval_policy": "followers"}),
    "PATCH /api/v1/statuses/:id/interaction_policy": Recipe(body={"quote_approval_policy": "followers"}),
    "GET /api/v1/statuses/:id/quotes": Recipe({":id": "quoted"}),
    "POST /api/v1/statuses/:id/quotes/:quoting_status_id/revoke": Recipe(
        {":quoting_status_id": "quoting", ":id": "quoted"}
    ),
    "POST /api/v1/statuses/:id/translate": Recipe(refusal=404),
    "GET /api/v1/annual_reports/:year": Recipe(refusal=404),
    "POST /api/v1/annual_reports/:year/generate": Recipe(refusal=404),
    "POST /api/v1/annual_reports/:year/read": Recipe(refusal=404),
    "DELETE /api/v1/suggestions/:account_id": Recipe({":account_id": "colleague"}),
    "GET /api/v1/timelines/link": Recipe(query={"url": "{card_url}"}),
    "GET /api/v1/tags/:name": Recipe({":name": "=wards"}),
    "POST /api/v1/tags/:name/feature": Recipe({":name": "=wards"}),
    "POST /api/v1/tags/:name/follow": Recipe({":name": "=wards"}),
    "POST /api/v1/tags/:name/unfeature": Recipe({":name": "=wards"}),
    "POST /api/v1/tags/:name/unfollow": Recipe({":name": "=wards"}),
    "POST /api/v1/admin/accounts/:id/action": Recipe(body={"type": "silence", "text": "Calm down"}),
    "POST /api/v1/admin/accounts/:id/unsuspend": Recipe({":id": "suspended"}),
    "POST /api/v1/admin/accounts/:id/approve": Recipe({":id": "waiting"}),
    "POST /api/v1/admin/accounts/:id/reject": Recipe({":id": "waiting"}),
    "DELETE /api/v1/admin/accounts/:id": Recipe({":id": "suspended"}),
    "POST /api/v1/admin/canonical_email_blocks": Recipe(body={"email": "b@mail.example"}),
    "POST /api/v1/admin/canonical_email_blocks/test": Recipe(body={"email": "b@mail.example"}),
    "POST /api/v1/admin/dimensions": Recipe(body={"keys": ["languages", "software_versions"], **_DAYS}),
    "POST /api/v1/admin/measures": Recipe(body={"keys": ["active_users", "new_users"], **_DAYS}),
    "POST /api/v1/admin/retention": Recipe(body={"frequency": "day", **_DAYS}),
    "POST /api/v1/admin/domain_allows": Recipe(body={"domain": "friend.example"}),
    "POST /api/v1/admin/domain_blocks": Recipe(body={"domain": "foe.example", "severity": "silence"}),
    "PUT /api/v1/admin/domain_blocks/:id": Recipe(body={"severity": "suspend"}),
    "PATCH /api/v1/admin/domain_blocks/:id": Recipe(body={"severity": "suspend"}),
    "POST /api/v1/admin/email_domain_blocks": Recipe(body={"domain": "junk.example"}),
    "POST /api/v1/admin/ip_blocks": Recipe(body={"ip": "198.51.100.0/24", "severity": "sign_up_block"}),
    "PUT /api/v1/admin/ip_blocks/:id": Recipe(body={"severity": "no_access"}),
    "PATCH /api/v1/admin/ip_blocks/:id": Recipe(body={"severity": "no_access"}),
    "GET /api/v1/admin/canonical_email_blocks": Recipe(before="canonical_email_block"),
    "GET /api/v1/admin/domain_allows": Recipe(before="domain_allow"),
    "GET /api/v1/admin/domain_blocks": Recipe(before="domain_block"),
    "GET /api/v1/admin/email_domain_blocks": Recipe(before="email_domain_block"),
    "GET /api/v1/admin/ip_blocks": Recipe(before="ip_block"),
    "GET /api/v1/admin/reports": Recipe(before="report"),
    "PUT /api/v1/admin/reports/:id": Recipe(body={"category": "other"}),
    "PATCH /api/v1/admin/reports/:id": Recipe(body={"category": "other"}),
    "PUT /api/v1/admin/tags/:id": Recipe(body={"trendable": True}),
    "PATCH /api/v1/admin/tags/:id": Recipe(body={"trendable": True}),
    "GET /api/v1/admin/trends/tags": Recipe(before="trending"),
    "GET /api/v1/admin/trends/statuses": Recipe(before="trending"),
    "GET /api/v1/trends": Recipe(before="trending"),
    "GET /api/v1/trends/tags": Recipe(before="trending"),
    "GET /api/v1/trends/statuses": Recipe(before="trending"),
    "GET /api/v1/trends/links": Recipe(before="card_url"),
    "GET /.well-known/webfinger": Recipe(query={"resource": "acct:fred@ward.example"}),
    "POST /oauth/token": Recipe(token="none", body={"grant_type": "client_credentials", "{client}": ""}),
    "POST /oauth/revoke": Recipe(token="none", body={"token": "nonsense", "{client}": ""}),
    "POST /oauth/introspect": Recipe(token="none", body={"token": "{token}", "{client}": ""}),
}


async def prepared(stage: Stage, endpoint: Endpoint) -> tuple[str, Recipe]:
    """Return the path of a call that succeeds, and the rest of it, with everything made that it names."""
    recipe = RECIPES.get(endpoint.name, Recipe())
    if recipe.before:
        await stage.make(recipe.before)
    path = endpoint.path.partition("?")[0]
    for name, thing in ({**_things(endpoint.path), **recipe.names}).items():
        if name in path.split("/"):
            made = await stage.make(thing)
            path = "/".join(made if part == name else part for part in path.split("/"))
    return path, recipe._replace(query=await _filled(stage, recipe.query), body=await _filled(stage, recipe.body))


def _things(path: str) -> dict[str, str]:
    begins = max((start for start in IDS if path.startswith(start)), key=len, default="")
    return {**NAMES, ":id": IDS.get(begins, "status")}


async def _filled(stage: Stage, value: Any) -> Any:
    if isinstance(value, Mapping):
        filled = {name: await _filled(stage, one) for name, one in value.items() if name != "{client}"}
        return filled | (await stage.client() if "{client}" in value else {})
    if isinstance(value, list):
        return [await _filled(stage, one) for one in value]
    if isinstance(value, str) and value.startswith("{"):
        return await stage.make(value[1:-1])
    return value


def files(recipe: Recipe) -> dict[str, Any] | None:
    """Return the file that a call sends, if it sends one."""
    return {recipe.file: ("ward.png", picture(), "image/png")} if recipe.file else None
