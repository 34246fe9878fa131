"""The measures of the network for apps and pages alike: counted once an hour, however often somebody looks."""

from typing import Final

import msgspec

from node.services import appraising
from node.services.appraising import Report
from web.routing import Call

_pack: Final = msgspec.msgpack.Encoder()
_unpack: Final = msgspec.msgpack.Decoder(Report)


async def report(call: Call, scope: str) -> Report:
    """Return the measures of a scope as they were counted within the hour. Raises: 404, 422."""
    name, hour = f"network {scope}", int(call.node.db.now().timestamp()) // 3600
    if call.node.kept.get(name, (0, b""))[0] != hour:
        call.node.kept[name] = hour, _pack.encode(await call.node.db.read(appraising.report, scope))
    return _unpack.decode(call.node.kept[name][1])
