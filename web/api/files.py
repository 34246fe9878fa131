"""What uploads have in common: where files are worked on and kept, how large they may be, and pictures for films."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager

from node.services import uploading
from node.services.uploading import Limits, Outside, Thumbnail
from web.routing import Call


def outside(call: Call) -> Outside:
    """Return where files are worked on and kept."""
    return Outside(call.node.workshop, call.node.blobs)


def limits(call: Call) -> Limits:
    """Return how large files may be."""
    return Limits(call.node.site.max_upload_bytes, call.node.site.max_film_bytes)


def thumbnails(call: Call, sent: Mapping[int, bytes]) -> AbstractAsyncContextManager[dict[int, Thumbnail]]:
    """Keep pictures for films and sounds of the caller, by their ids, unless what follows fails. Raises: 422, 503."""
    return uploading.thumbnails(call.node.db, outside(call), call.account_id, sent, limits(call))
