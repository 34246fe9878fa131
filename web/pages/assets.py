"""The files that pages load: style sheet, mark, default pictures. Held in memory and addressed by what they contain.

An address with the right version is cached for a year; without one the file is checked again.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

KINDS: Final = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes, its kind, and the mark of its content."""

    body: bytes
    media_type: str
    version: str


@cache
def assets() -> dict[str, Asset]:
    """Return every file of the package's `static` folder by name."""
    return {
        file.name: _asset(file.name, file.read_bytes())
        for file in files("web.pages").joinpath("static").iterdir()
        if file.is_file()
    }


def _asset(name: str, body: bytes) -> Asset:
    kind = KINDS[name[name.rindex(".") :]]
    return Asset(body, kind, urlsafe_b64encode(sha256(body).digest()[:9]).decode())


def asset_url(name: str) -> str:
    """Return the address of a file, with its version.

    Raises: `KeyError` for a file that is not there.
    """
    return f"/static/{name}?v={assets()[name].version}"
