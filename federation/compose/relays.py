"""What we say to relays (FEP-ae0c): a subscription, and what is passed on to the LitePub kind."""

from datetime import datetime

from federation import loose
from federation.compose.terms import ACTIVITYSTREAMS, Document, moment


def subscribe(server: str, target: str, *, uri: str) -> Document:
    """Compose the Follow of a relay's actor or, for the Mastodon kind, of the public collection."""
    to = [] if target == loose.PUBLIC else [target]
    return {
        "@context": ACTIVITYSTREAMS,
        "id": uri,
        "type": "Follow",
        "actor": server,
        "to": to,
        "cc": [],
        "object": target,
    }


def relayed(server: str, object_uri: str, *, uri: str, relay: str, published: datetime) -> Document:
    """Compose the server's Announce of a public post, for a relay."""
    return {
        "@context": ACTIVITYSTREAMS,
        "id": uri,
        "type": "Announce",
        "actor": server,
        "to": [loose.PUBLIC],
        "cc": [relay],
        "published": moment(published),
        "object": object_uri,
    }
