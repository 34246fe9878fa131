"""The cookies of the pages: the session, the visitor's before it, the flash that lives until the next page, and the device's.

They are named by port, because cookies do not know ports and three nodes may share one machine.
"""

from typing import Final, Literal

from starlette.responses import Response

from node.services.signing_in import SESSION_LIFE
from node.social.site import Site

MAX_VALUE_CHARS: Final = 200
SESSION_LIFE_S: Final = int(SESSION_LIFE.total_seconds())
FLASH_LIFE_S: Final = 300
DEVICE_LIFE_S: Final = 365 * 24 * 3600
Kind = Literal["session", "visitor", "flash", "device"]


def name_of(site: Site, kind: Kind) -> str:
    """Return the name of a cookie; over https its prefix lets no other host or plain page set it."""
    _, colon, port = site.host.rpartition("]")[2].rpartition(":")
    prefix = "__Host-" if is_secure(site) else ""
    return f"{prefix}rounds_{kind}_{port}" if colon else f"{prefix}rounds_{kind}"


def is_secure(site: Site) -> bool:
    """Tell whether this place speaks https."""
    return site.base_url.startswith("https:")


def put(response: Response, site: Site, kind: Kind, value: str, *, life_s: int | None = None) -> None:
    """Let the browser keep a value that no script and no other site's form can use."""
    response.set_cookie(
        name_of(site, kind), value, max_age=life_s, path="/", secure=is_secure(site), httponly=True, samesite="lax"
    )


def drop(response: Response, site: Site, kind: Kind) -> None:
    """Let the browser forget a value."""
    response.delete_cookie(name_of(site, kind), path="/", secure=is_secure(site), httponly=True, samesite="lax")
