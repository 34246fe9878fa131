"""What tests about files of strangers send: any bytes, under any name and kind."""

import struct
import zlib
from typing import Any

from tests.support.world import Person, World
from tests.web.api.test_media import picture

UPLOAD = "/api/v2/media"


async def upload(world: World, who: Person, data: bytes, *, name: str = "a.jpg", kind: str = "image/jpeg") -> Any:
    """Send a file under a name and a kind of one's choice."""
    return await world.client(who).post(UPLOAD, files={"file": (name, data, kind)})


def with_chunk(name: bytes, body: bytes) -> bytes:
    """Return a PNG with a chunk of somebody's choice."""
    data = picture()
    chunk = struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return data[:33] + chunk + data[33:]
