"""A folder of recorded documents: what each one is, and the wire on which they are found at their addresses."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx

from federation import authority, loose
from federation.reasons import PeerError
from federation.vocab import ACTOR_TYPES

ACTIVITY_JSON: Final = "application/activity+json"
EXPECTED: Final = ".expected.json"
KINDS: Final = frozenset({"activity", "actor", "object", "collection", "discovery", "key document", "http request"})
_MAX_BYTES: Final = 16_000_000
Document = Mapping[str, Any]


class Folder:
    """Reads a folder laid out like the collection: documents and an index that says what they are."""

    def __init__(self, path: Path, more: Mapping[str, Document] | None = None) -> None:
        """Read a folder, and add more documents to it."""
        listed = {path / name for name in _index(path / "index.tsv", "kind") if "/" not in name}
        files = {*path.glob("*.json"), *filter(Path.is_file, listed)}
        self._bodies: Final = {file.name: _bytes(file) for file in files if _is_document(file)}
        self._bodies.update({name: json.dumps(document).encode() for name, document in (more or {}).items()})
        self.files: Final = sorted(self._bodies)
        self._kinds: Final = _index(path / "index.tsv", "kind")
        self._makers: Final = _index(path / "index.tsv", "implementation")
        self.documents: Final = {name: found for name in self.files if (found := _read(self._bodies[name])) is not None}

    def body(self, name: str) -> bytes:
        """Return a file as it came over the wire."""
        return self._bodies[name]

    def kind(self, name: str) -> str:
        """Return what a file is: activity, actor, object, collection, discovery, key document or http request."""
        stated = self._kinds.get(name, "").partition("/")[0].partition(" (")[0]
        return stated if stated in KINDS else _guessed(self.documents.get(name, {}))

    def is_of_relay(self, name: str) -> bool:
        """Tell whether a relay sends a document."""
        document = self.documents.get(name, {})
        follow = loose.first(document.get("object")) if {"Accept", "Reject"} & set(loose.types_of(document)) else None
        is_answer = isinstance(follow, Mapping) and loose.is_public(loose.id_of(follow.get("object")))
        return is_answer or "relay" in self._makers.get(name, "")

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
        """Return what made the thing that a document changes, takes back or deletes, by the same actor."""
        document = self.documents.get(name, {})
        wanted = _changed(document)
        if wanted is None:
            return []
        sender = loose.id_of(document.get("actor"))
        return [
            earlier
            for other, earlier in self.documents.items()
            if other != name
            and loose.id_of(earlier.get("actor")) == sender
            and wanted in (loose.id_of(_made(earlier)), loose.id_of(earlier))
            and self.kind(other) == "activity"
        ]

    def found(self, uri: str | None) -> Document | None:
        """Return the post that is found at an address: a file of its own, or what a Create of the folder carries."""
        for name, document in self.documents.items():
            if self.kind(name) == "object" and loose.id_of(document) == uri:
                return document
        carried = (_carried(document) for document in self.documents.values())
        return next((made for made in carried if made is not None and loose.id_of(made) == uri), None)

    def announced(self, document: Document) -> Document | None:
        """Return the post that is announced: found in the folder, or what the Create of a group's member carries."""
        if "Announce" not in loose.types_of(document):
            return None
        carried = _carried(document)
        return carried if carried is not None else self.found(loose.id_of(document.get("object")))

    def answered(self, document: Document) -> Document | None:
        """Return the post of the folder that a post answers."""
        made = _made(document)
        return self.found(loose.id_of(made.get("inReplyTo"))) if isinstance(made, Mapping) else None

    def wire(self, first: str) -> httpx.MockTransport:
        """Return a transport that serves the folder, the named file before others of the same id; the rest is 404."""
        shelf: dict[str, bytes] = {}
        for name in (first, *self.files):
            if name in self.documents and self.kind(name) in ("actor", "object", "collection", "key document"):
                shelf.setdefault(_bare(self.address(name) or ""), self.body(name))
        for made in filter(None, map(_carried, self.documents.values())):
            shelf.setdefault(_bare(loose.id_of(made) or ""), json.dumps(made).encode())

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


def _made(document: Document) -> object:
    """Return what a Create makes, also one that a group passes on."""
    inner = loose.first(document.get("object"))
    if "Announce" in loose.types_of(document) and isinstance(inner, Mapping):
        document, inner = inner, loose.first(inner.get("object"))
    return inner if "Create" in loose.types_of(document) else None


def _carried(document: Document) -> Document | None:
    """Return the post inside a Create, if its server would answer with it too."""
    made = _made(document)
    if not isinstance(made, Mapping) or not authority.may_be_vouched_for(
        made, loose.id_of(document.get("actor")) or ""
    ):
        return None
    return made


def _changed(document: Document) -> str | None:
    """Return the id of what is changed, taken back or deleted, or of what a group says was changed or deleted."""
    inner = loose.first(document.get("object"))
    if "Announce" in loose.types_of(document) and isinstance(inner, Mapping):
        is_change = {"Update", "Delete"} & set(loose.types_of(inner))
        return loose.id_of(inner.get("object")) if is_change else None
    return loose.id_of(inner) if {"Update", "Undo", "Delete"} & set(loose.types_of(document)) else None


def _bare(url: str) -> str:
    return url.partition("#")[0]


def _index(path: Path, column: str) -> dict[str, str]:
    """Read one column of the index by file; lines that cannot be read say nothing."""
    text = path.read_bytes().decode("utf-8-sig", "replace") if path.is_file() else ""
    names, *rows = [line.split("\t") for line in text.splitlines()] or [[""]]
    said = [dict(zip(names, row, strict=False)) for row in rows]
    return {row["file"].strip(): row[column].strip() for row in said if row.get("file") and row.get(column)}


def _is_document(path: Path) -> bool:
    """Tell whether a file is a document; one beside another may only say what is expected of that."""
    is_expectation = (
        path.name.endswith(EXPECTED) and path.with_name(path.name.removesuffix(EXPECTED) + ".json").exists()
    )
    return not is_expectation and (path.is_file() or not path.exists())


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_MAX_BYTES)
    except OSError:
        return b""


def _read(body: bytes) -> Document | None:
    try:
        found = json.loads(body)
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
