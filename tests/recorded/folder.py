"""A folder of recorded documents: what each one is, and the wire on which they are found at their addresses."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx

from federation import loose
from federation.reasons import PeerError
from federation.vocab import ACTOR_TYPES

ACTIVITY_JSON: Final = "application/activity+json"
Document = Mapping[str, Any]


class Folder:
    """Reads a folder laid out like the collection: documents and an index that says what they are."""

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self.files: Final = sorted(file.name for file in path.glob("*.json"))
        self._kinds: Final = _index(path / "index.tsv")
        self.documents: Final = {name: found for name in self.files if (found := _read(path / name)) is not None}

    def body(self, name: str) -> bytes:
        """Return a file as it came over the wire."""
        return (self.path / name).read_bytes()

    def kind(self, name: str) -> str:
        """Return what a file is: activity, actor, object, collection, discovery, key document or http request."""
        stated = self._kinds.get(name, "").partition("/")[0].partition(" (")[0]
        return stated or _guessed(self.documents.get(name, {}))

    def actors(self) -> dict[str, Document]:
        """Return the actor documents of the folder by their ids."""
        return {str(d["id"]): d for name, d in self.documents.items() if self.kind(name) == "actor" and "id" in d}

    def address(self, name: str) -> str | None:
        """Return where a document is found."""
        document = self.documents[name]
        if self.kind(name) == "key document":
            return loose.id_of(document.get("publicKey"))
        return loose.id_of(document)

    def versions_before(self, name: str) -> list[Document]:
        """Return the Creates of the folder, by the same actor, of what an Update changes."""
        update = self.documents.get(name, {})
        if "Update" not in loose.types_of(update):
            return []
        wanted = (loose.id_of(update.get("actor")), loose.id_of(update.get("object")))
        return [
            document
            for document in self.documents.values()
            if "Create" in loose.types_of(document)
            and (loose.id_of(document.get("actor")), loose.id_of(document.get("object"))) == wanted
        ]

    def wire(self, first: str) -> httpx.MockTransport:
        """Return a transport that serves the folder, the named file before others of the same id; the rest is 404."""
        shelf: dict[str, bytes] = {}
        for name in (first, *self.files):
            if name in self.documents and self.kind(name) in ("actor", "object", "collection", "key document"):
                shelf.setdefault(_bare(self.address(name) or ""), self.body(name))

        def answer(request: httpx.Request) -> httpx.Response:
            body = shelf.get(_bare(str(request.url))) or self._discovery(request)
            kind = "application/jrd+json" if "/.well-known/" in request.url.path else ACTIVITY_JSON
            found = body is not None and request.method == "GET"
            return httpx.Response(200, headers={"content-type": kind}, content=body) if found else httpx.Response(404)

        return httpx.MockTransport(answer)

    def _discovery(self, request: httpx.Request) -> bytes | None:
        resource = request.url.params.get("resource")
        for name, document in self.documents.items():
            if resource and self.kind(name) == "discovery" and document.get("subject") == resource:
                return self.body(name)
        return None


def _bare(url: str) -> str:
    return url.partition("#")[0]


def _index(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["file"]: row["kind"] for row in rows if row.get("file") and row.get("kind")}


def _read(path: Path) -> Document | None:
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _guessed(document: Document) -> str:
    try:
        types = set(loose.types_of(loose.plain(document)))
    except (PeerError, RecursionError):
        return "activity"
    if {"method", "url", "headers"} <= set(document):
        return "http request"
    if "subject" in document or ({"software", "links"} & set(document) and not types):
        return "discovery"
    if "actor" in document or not document:
        return "activity"
    if types & ACTOR_TYPES.keys():
        return "actor" if "inbox" in document else "key document"
    return "collection" if any(name.endswith(("Collection", "CollectionPage")) for name in types) else "object"
