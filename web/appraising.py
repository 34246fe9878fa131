"""The measures of the network for apps and pages alike: counted once an hour, however often somebody looks; and as files."""

from typing import Final

import msgspec
from starlette.responses import Response

from node.learning import fhir
from node.services import appraising
from node.services.appraising import Report
from web.node import Node
from web.routing import Call

CSV: Final = "text/csv"
FHIR: Final = "application/fhir+json"
KNOWN: Final = "network"
_pack: Final = msgspec.msgpack.Encoder()
_unpack: Final = msgspec.msgpack.Decoder(Report)


async def report(call: Call, scope: str) -> Report:
    """Return the measures of a scope as they were counted within the hour. Raises: 404, 422."""
    node, name = call.node, f"network {scope}"
    async with node.counting:  # who asks meanwhile finds it done
        found = _kept(node, name)
        if found is None:
            known = _kept(node, KNOWN) or _keep(node, KNOWN, await appraising.know(node.db))
            found = _keep(node, name, _pack.encode(await appraising.report(node.db, node.workshop, scope, known)))
    return _unpack.decode(found)


def _kept(node: Node, name: str) -> bytes | None:
    hour, kept = node.kept.get(name, (0, b""))
    return kept if hour == _hour(node) else None


def _keep(node: Node, name: str, value: bytes) -> bytes:
    node.kept[name] = _hour(node), value
    return value


def _hour(node: Node) -> int:
    return int(node.db.now().timestamp()) // 3600


async def as_csv(call: Call, scope: str) -> Response:
    """Return them as a CSV file. Raises: 404, 422."""
    return _file(appraising.csv_of(await report(call, scope)), CSV, "network.csv")


async def as_fhir(call: Call, scope: str) -> Response:
    """Return them as a FHIR R4 bundle. Raises: 404, 422."""
    found, site = await report(call, scope), call.node.site
    place = fhir.Place(
        base_url=f"{site.base_url}/api/rounds/v1",
        publisher=site.institution_name,
        today=call.node.db.now().astimezone(site.zone).date(),
    )
    return _file(await call.node.workshop.run(fhir.network, place, found.scope, found.rows), FHIR, "network.json")


def _file(content: str | bytes, media_type: str, name: str) -> Response:
    return Response(content, 200, {"content-disposition": f'attachment; filename="{name}"'}, media_type)
