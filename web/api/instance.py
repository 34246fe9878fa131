"""What this node is: for apps that connect and for people who look."""

from typing import Final

from starlette.responses import Response

from federation import discovery
from node.entities import instance as entities
from node.errors import not_found
from node.services import describing
from web import answers
from web.routing import Call, Handler, Route

_CACHED: Final = {"cache-control": "public, max-age=300"}


async def version_1(call: Call) -> Response:
    """Return the Instance of the older API."""
    found = await call.node.db.read(describing.describe)
    used = found.usage
    body = entities.instance_v1(
        call.node.site, users=used.users, statuses=used.statuses, hosts=used.hosts, contact=found.contact
    )
    return answers.json(body, headers=_CACHED)


async def version_2(call: Call) -> Response:
    """Return the Instance."""
    found = await call.node.db.read(describing.describe)
    body = entities.instance_v2(call.node.site, active_month=found.usage.active_month, contact=found.contact)
    return answers.json(body, headers=_CACHED)


async def peers(call: Call) -> Response:
    """Return the hosts this node knows."""
    return answers.json(await call.node.db.read(describing.peers), headers=_CACHED)


async def rules(_call: Call) -> Response:
    """Return the rules of the node."""
    return answers.json(entities.rules(), headers=_CACHED)


async def extended_description(_call: Call) -> Response:
    """Return the long description: none was written."""
    return answers.json({"updated_at": None, "content": ""}, headers=_CACHED)


async def translation_languages(_call: Call) -> Response:
    """Return what can be translated: nothing."""
    return answers.json({}, headers=_CACHED)


async def languages(call: Call) -> Response:
    """Return the languages of the node."""
    code = call.node.site.language
    return answers.json([{"code": code, "name": code}], headers=_CACHED)


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
            metadata={"nodeName": site.institution_name, "nodeDescription": entities.description(site)},
        )
        body = discovery.build_nodeinfo(node, schema=schema, homepage=entities.SOURCE_URL)
        return answers.json(body, headers=_CACHED, media_type=media_type)

    return answer


async def absent(_call: Call) -> Response:
    """Answer 404 for what this node does not publish."""
    raise not_found()


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
    Route("GET", "/api/v1/instance/activity", absent),
    Route("GET", "/api/v1/instance/domain_blocks", absent),
    Route("GET", "/api/v1/instance/privacy_policy", absent),
    Route("GET", "/api/v1/instance/terms_of_service", absent),
]
