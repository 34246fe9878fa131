"""A small server of another kind on this machine: its actors have keys, it signs, and it keeps what it is sent."""

import itertools
import json
import threading
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from federation.signatures import cavage
from federation.signatures.keys import generate_rsa

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]
KEYS = 2


@cache
def key_pair(number: int) -> tuple[str, str]:
    """Return one of a few key pairs, private and public."""
    return generate_rsa()


class Foreign:
    """The server; a context manager that serves while it is open."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._numbers = itertools.count(1)
        for number in range(KEYS):
            key_pair(number)  # before threads could make one each
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.received: list[dict[str, Any]] = []
        self.asked = 0

    def __enter__(self) -> "Foreign":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def uri(self, name: str) -> str:
        """Return the id of an actor."""
        return f"{self.base_url}/users/{name}"

    def actor(self, name: str) -> dict[str, Any]:
        """Return the document of an actor."""
        uri = self.uri(name)
        return {
            "@context": CONTEXT,
            "id": uri,
            "type": "Person",
            "preferredUsername": name,
            "inbox": f"{uri}/inbox",
            "outbox": f"{uri}/outbox",
            "followers": f"{uri}/followers",
            "publicKey": {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": key_pair(_key_of(name))[1]},
        }

    def create(self, name: str, reader: str) -> dict[str, Any]:
        """Return the Create of a new public post that names somebody."""
        uri, number = self.uri(name), next(self._numbers)
        note = {
            "id": f"{uri}/notes/{number}",
            "type": "Note",
            "attributedTo": uri,
            "content": f"<p>Note {number}</p>",
            "published": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "to": [PUBLIC],
            "cc": [reader],
            "tag": [{"type": "Mention", "href": reader, "name": "@ines"}],
        }
        return self._activity(name, "Create", note, f"{note['id']}/activity")

    def follow(self, name: str, whom: str) -> dict[str, Any]:
        """Return a Follow."""
        return self._activity(name, "Follow", whom, f"{self.uri(name)}/follows/1")

    def _activity(self, name: str, kind: str, about: Any, uri: str) -> dict[str, Any]:
        names = {part: about[part] for part in ("to", "cc") if part in about} if isinstance(about, dict) else {}
        return {"@context": CONTEXT, "id": uri, "type": kind, "actor": self.uri(name), "object": about, **names}

    def delete(self, name: str) -> dict[str, Any]:
        """Return the farewell of an actor."""
        uri = self.uri(name)
        return self._activity(name, "Delete", uri, f"{uri}#delete") | {"to": [PUBLIC]}

    def send(self, client: httpx.Client, activity: dict[str, Any], inbox: str) -> httpx.Response:
        """Sign an activity as its actor and post it."""
        body, headers = self.signed(activity, inbox)
        return client.post(inbox, content=body, headers=headers)

    def signed(self, activity: dict[str, Any], inbox: str) -> tuple[bytes, dict[str, str]]:
        """Return the body and the signed headers of an activity of an actor here."""
        body = json.dumps(activity).encode()
        actor = activity["actor"]
        private_pem = key_pair(_key_of(actor.rpartition("/")[2]))[0]
        now = datetime.now(UTC)
        return body, cavage.sign("POST", inbox, body, key_id=f"{actor}#main-key", private_pem=private_pem, now=now)


def _key_of(name: str) -> int:
    return sum(name.encode()) % KEYS


def _handler(foreign: Foreign) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            foreign.asked += 1
            _, kind, name, *rest = [*self.path.split("/"), "", ""]
            if kind == "users" and not any(rest):
                self._answer(200, json.dumps(foreign.actor(name)).encode())
            else:
                self._answer(404, b"{}")

        def do_POST(self) -> None:
            foreign.received.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self._answer(202, b"{}")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/activity+json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
