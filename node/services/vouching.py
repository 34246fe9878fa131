"""Integrity proofs on what leaves and on what arrives: an activity that its actor vouches for may come from anybody."""

import logging
from typing import Any

from federation import loose, uris
from federation.activities import Activity, kind_of
from federation.reasons import PeerError
from federation.signatures import proofs
from node.social.site import Site
from node.store import keys
from node.store.keys import PublicKey
from node.store.unit import Snapshot

_log = logging.getLogger("rounds.inbox")


def proven(snapshot: Snapshot, account_id: int, document: dict[str, Any]) -> dict[str, Any]:
    """Return a public activity of ours with a proof; a private one as it is, because nobody could ever deny it."""
    if loose.PUBLIC not in (*loose.as_list(document.get("to")), *loose.as_list(document.get("cc"))):
        return document
    key = keys.for_account(snapshot, account_id, "ed25519")
    if key is None:
        return document
    try:
        return proofs.make(document, key_id=key.key_id, private_pem=key.pem, now=snapshot.now)
    except ValueError as error:
        _log.warning("an activity goes out without a proof: %s", error)
        return document


def key_id_of(activity: Activity, *, site: Site) -> str | None:
    """Return the id of the key that the proof of an activity names, if it may be one of its actor's.

    One without an id of its own is never proven: anybody could hand it in again and again.
    """
    key_id = None if activity.is_nameless else proofs.method_of(activity.document)
    if key_id is None or site.is_ours(key_id) or not uris.is_usable(key_id, loopback_http=site.loopback_http):
        return None
    return key_id if uris.is_same_origin(key_id, activity.actor) else None


def is_proven(snapshot: Snapshot, activity: Activity, key: PublicKey | None) -> bool:
    """Tell whether the proof of an activity was made with a key that is its actor's."""
    if key is None or key.kind != "ed25519" or key.account_uri != activity.actor:
        return False
    if kind_of(activity) == "Update" and loose.id_of(activity.object) == activity.actor:
        return False  # a profile has no time: who it is and with which keys, an actor says itself
    try:
        proofs.verify(activity.document, public_pem=key.public_pem, now=snapshot.now)
    except PeerError as error:
        _log.info("the proof of an activity of %s does not hold: %s", uris.host_of(activity.actor), error.reason.value)
        return False
    return True
