"""What we say to relays (FEP-ae0c): a subscription, and what is passed on to the LitePub kind."""

from datetime import datetime

from federation import loose
from federation.compose.terms import Document, moment, wrap


def subscribe(server: str, target: str, *, uri: str) -> Document:
    """Compose the Follow of a relay's actor or, for the Mastodon kind, of the public collection."""
    to = [] if target == loose.PUBLIC else [target]
    return wrap("Follow", uri, server, to=to) | {"object": target}


def relayed(server: str, object_uri: str, *, uri: str, relay: str, published: datetime) -> Document:
    """Compose the server's Announce of a public post, for a relay."""
    wrapped = wrap("Announce", uri, server, to=(loose.PUBLIC,), cc=(relay,))
    return wrapped | {"published": moment(published), "object": object_uri}
