"""The exact form in which an address goes over the wire, because a signature covers it and two libraries spell it."""

from functools import lru_cache

import httpx
import yarl

from federation.reasons import PeerError, Reason
from federation.uris import check


@lru_cache(maxsize=4096)
def wire_url(uri: str, *, loopback_http: bool) -> httpx.URL:
    """Give the address to request and, as text, to sign for `uri`, without its fragment; never compare it with an id.

    Raises: PeerError(INSECURE_ADDRESS) when `federation.uris.check` refuses it or no request can be made of it.
    """
    check(uri, loopback_http=loopback_http)
    try:
        return httpx.URL(str(yarl.URL(str(httpx.URL(uri).copy_with(fragment=None)))))
    except (httpx.InvalidURL, ValueError):
        raise PeerError(Reason.INSECURE_ADDRESS, "an address cannot be requested") from None
