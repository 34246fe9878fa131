"""Actors and posts of peers that a node has never met, as their servers answer for them and as they sign."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from federation.signatures import cavage
from federation.signatures.keys import generate_rsa

PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"
CONTEXT: Final = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]
PUBLISHED: Final = "2026-11-25T09:00:00Z"


def make_key(folder: Path) -> None:
    """Write the key that every stranger has."""
    private, public = generate_rsa()
    (folder / "stranger.key").write_text(private)
    (folder / "stranger.pem").write_text(public)


def document(host: str, path: str, public_pem: str) -> dict[str, Any]:
    """Return what a server answers: an actor at `/users/NAME`, a post at `/users/NAME/statuses/WORD`."""
    name = path.split("/")[2] if path.startswith("/users/") else "nobody"
    uri = f"https://{host}/users/{name}"
    return _note(uri, f"https://{host}{path}") if "/statuses/" in path else _actor(uri, name, public_pem)


def create(host: str, name: str, word: str, reader: str) -> dict[str, Any]:
    """Return the Create of a post that names somebody here."""
    uri = f"https://{host}/users/{name}"
    note = _note(uri, f"{uri}/statuses/{word}") | {"cc": [reader], "tag": [{"type": "Mention", "href": reader}]}
    names = {part: note[part] for part in ("to", "cc")}
    return {
        "@context": CONTEXT,
        "id": f"{note['id']}/activity",
        "type": "Create",
        "actor": uri,
        "object": note,
        **names,
    }


def signed(activity: dict[str, Any], inbox: str, private_pem: str, now: datetime) -> tuple[bytes, dict[str, str]]:
    """Return the body and the signed headers of an activity of a stranger."""
    body = json.dumps(activity).encode()
    key_id = f"{activity['actor']}#main-key"
    return body, cavage.sign("POST", inbox, body, key_id=key_id, private_pem=private_pem, now=now)


def _actor(uri: str, name: str, public_pem: str) -> dict[str, Any]:
    return {
        "@context": CONTEXT, "id": uri, "type": "Person", "preferredUsername": name, "name": name.title(),
        "inbox": f"{uri}/inbox", "outbox": f"{uri}/outbox", "followers": f"{uri}/followers",
        "publicKey": {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": public_pem},
    }  # fmt: skip


def _note(author: str, uri: str) -> dict[str, Any]:
    text = "<p>Two people at the handover, one reads and one ticks. Nothing was forgotten.</p>"
    return {
        "@context": CONTEXT, "id": uri, "type": "Note", "attributedTo": author, "published": PUBLISHED, "to": [PUBLIC],
        "cc": [f"{author}/followers"], "content": text, "contentMap": {"en": text}, "url": uri, "tag": [],
        "attachment": [], "sensitive": False, "summary": None, "inReplyTo": None,
    }  # fmt: skip
