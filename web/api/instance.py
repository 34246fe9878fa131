"""What this node is: for apps that connect and for people who look."""

from datetime import date
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from federation import discovery
from node.entities import instance as entities
from node.entities.instants import iso
from node.errors import not_found
from node.services import describing, emoting, introducing
from node.services.introducing import Kind, Paper
from web import answers
from web.api import auth, params
from web.routing import Call, Handler, Route


class _Sought(Struct):
    q: str = ""


_CACHED: Final = {"cache-control": "public, max-age=300"}


async def version_1(call: Call) -> Response:
    """Return the Instance of the older API."""
    body = entities.instance_v1(call.node.site, await call.node.db.read(describing.describe))
    return answers.json(body, headers=_CACHED)


async def version_2(call: Call) -> Response:
    """Return the Instance."""
    body = entities.instance_v2(call.node.site, await call.node.db.read(describing.describe))
    return answers.json(body, headers=_CACHED)


async def peers(call: Call) -> Response:
    """Return the hosts this node knows. Raises: 404 when it does not tell."""
    _tells(is_told=call.node.site.shows_peers)
    return answers.json(await call.node.db.read(describing.peers), headers=_CACHED)


async def search_peers(call: Call) -> Response:
    """Return a few known hosts whose name begins so. Raises: 404 when the node does not tell."""
    _tells(is_told=call.node.site.shows_peers)
    start = params.query(call, _Sought).q
    found = await call.node.db.read(describing.peers_beginning, start) if start.strip() else []
    return answers.json(found, headers=_CACHED)


async def activity(call: Call) -> Response:
    """Return how busy the node was, week by week. Raises: 404 when it does not tell."""
    _tells(is_told=call.node.site.shows_activity)
    hour = int(call.node.db.now().timestamp()) // 3600
    if call.node.kept.get("activity", (0, b""))[0] != hour:  # counted once an hour, however often somebody asks
        call.node.kept["activity"] = hour, answers.encoded(await call.node.db.read(introducing.activity))
    return answers.rendered(call.node.kept["activity"][1], headers=_CACHED)


async def domain_blocks(call: Call) -> Response:
    """Return whom the node does not speak with. Raises: 404 for those who are not told."""
    told = call.node.site.shows_domain_blocks
    _tells(is_told=told == "everyone" or (told == "users" and call.reader_id is not None))
    headers = _CACHED if told == "everyone" else None
    return answers.json(await call.node.db.read(introducing.domain_blocks), headers=headers)


def _tells(*, is_told: bool) -> None:
    if not is_told:
        raise not_found()


async def rules(call: Call) -> Response:
    """Return the rules of the node."""
    found = await call.node.db.read(introducing.standing_rules)
    return answers.json(entities.rules(found), headers=_CACHED)


async def extended_description(call: Call) -> Response:
    """Return the long description."""
    paper = await _paper(call, "about")
    body = {"updated_at": iso(paper.effective_at) if paper.is_written else None, "content": paper.content_html}
    return answers.json(body, headers=_CACHED)


async def privacy_policy(call: Call) -> Response:
    """Return what becomes of people's data."""
    paper = await _paper(call, "privacy")
    return answers.json({"updated_at": iso(paper.effective_at), "content": paper.content_html}, headers=_CACHED)


async def terms_of_service(call: Call) -> Response:
    """Return the terms that hold now, or those of one day. Raises: 404 without any."""
    on = call.params.get("date")
    try:
        paper = await _paper(call, "terms", date.fromisoformat(on) if on is not None else None)
    except ValueError:
        raise not_found() from None
    body = {
        "effective_date": paper.effective_at.date().isoformat(),
        "effective": paper.is_effective,
        "content": paper.content_html,
        "succeeded_by": paper.next_at.date().isoformat() if paper.next_at else None,
    }
    return answers.json(body, headers=_CACHED)


async def _paper(call: Call, kind: Kind, on: date | None = None) -> Paper:
    found = await call.node.db.read(introducing.paper, kind, on)
    if found is None:
        raise not_found()
    return found


async def translation_languages(_call: Call) -> Response:
    """Return what can be translated: nothing."""
    return answers.json({}, headers=_CACHED)


async def languages(call: Call) -> Response:
    """Return the languages of the node."""
    code = call.node.site.language
    return answers.json([{"code": code, "name": code}], headers=_CACHED)


async def custom_emojis(call: Call) -> Response:
    """Return our own emoji that people choose from."""
    return answers.json(await call.node.db.read(emoting.listed), headers=_CACHED)


async def nodeinfo_index(call: Call) -> Response:
    """Return where the NodeInfo documents are, and which actor speaks for the server."""
    site = call.node.site
    body = discovery.build_nodeinfo_index(site.base_url, server_actor=site.server_actor_uri)
    return answers.json(body, headers=_CACHED)


def _nodeinfo(schema: str) -> Handler:
    media_type = f'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/{schema}#"'

    async def answer(call: Call) -> Response:
        site, used = call.node.site, await call.node.db.read(describing.usage)
        node = discovery.NodeInfo(
            software="rounds",
            version=site.version,
            usage=discovery.Usage(used.users, used.active_month, used.active_half_year, used.statuses),
            is_open=site.registrations != "closed",
            metadata={"nodeName": site.institution_name, "nodeDescription": entities.description(site)},
        )
        body = discovery.build_nodeinfo(node, schema=schema, homepage=entities.SOURCE_URL)
        return answers.json(body, headers=_CACHED, media_type=media_type)

    return answer


routes = [
    Route("GET", "/api/v1/instance", version_1),
    Route("GET", "/api/v2/instance", version_2),
    Route("GET", "/api/v1/instance/peers", peers),
    Route("GET", "/api/v1/instance/rules", rules),
    Route("GET", "/api/v1/instance/extended_description", extended_description),
    Route("GET", "/api/v1/instance/translation_languages", translation_languages),
    Route("GET", "/api/v1/instance/languages", languages),
    Route("GET", "/.well-known/nodeinfo", nodeinfo_index),
    Route("GET", "/nodeinfo/2.0", _nodeinfo("2.0")),
    Route("GET", "/nodeinfo/2.1", _nodeinfo("2.1")),
    Route("GET", "/api/v1/instance/activity", activity),
    Route("GET", "/api/v1/instance/domain_blocks", domain_blocks, auth.anyone()),
    Route("GET", "/api/v1/instance/privacy_policy", privacy_policy),
    Route("GET", "/api/v1/instance/terms_of_service", terms_of_service),
    Route("GET", "/api/v1/instance/terms_of_service/{date}", terms_of_service),
    Route("GET", "/api/v1/peers/search", search_peers),
    Route("GET", "/api/v1/custom_emojis", custom_emojis),
]
