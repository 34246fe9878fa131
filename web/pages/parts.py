"""A form with a file in it, as a browser sends one: the fields as text, the files as they came."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.requests import Request

from node.errors import Problem

MULTIPART: Final = "multipart/form-data"
MAX_FIELDS: Final = 20
MAX_PART_BYTES: Final = 64 * 1024
_CHARSETS: Final = frozenset({b"utf-8", b"utf8"})


class Sent(NamedTuple):
    """What a form held."""

    fields: Mapping[str, str]
    files: Mapping[str, bytes]


async def read(request: Request) -> Sent:
    """Return the first field and file of each name. Raises: 400, 413, 415."""
    _, options = parse_options_header(request.headers.get("content-type", ""))
    if options.get(b"charset", b"utf-8").lower() not in _CHARSETS:
        raise Problem(415, "wrong-content-type", "Send this form as it is on the page.")
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    try:
        async with request.form(max_files=1, max_fields=MAX_FIELDS, max_part_size=MAX_PART_BYTES) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files.setdefault(name, await value.read())
                else:
                    fields.setdefault(name, value.replace("\r\n", "\n"))
    except Problem:
        raise
    except Exception:
        raise Problem(400, "malformed", "The form cannot be read. Nothing was changed.") from None
    if any("\0" in one for one in fields.values()):
        raise Problem(400, "malformed", "The form cannot be read. Nothing was changed.")
    return Sent(fields, files)
