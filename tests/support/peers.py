"""A pretend server of another kind: answers for its actors and objects, signs what it sends, keeps what it receives."""

import itertools
import json
from typing import TYPE_CHECKING, Any, Final

import httpx

from federation.signatures import cavage, http
from federation.signatures.message import ACTIVITY_JSON
from tests.support.clock import FrozenClock
from tests.support.world import key_pair

if TYPE_CHECKING:
    from tests.support.network import Station

PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"
CONTEXT: Final = "https://www.w3.org/ns/activitystreams"
Document = dict[str, Any]


class PeerActor:
    """Somebody on a peer, with a key of the few that a run makes."""

    def __init__(self, peer: "Peer", name: str, *, key: int) -> None:
        self.peer: Final = peer
        self.name: Final = name
        self.uri: Final = f"https://{peer.host}/users/{name}"
        self.key_id = f"{self.uri}#main-key"
        self.keys = key_pair(key)
        self._numbers = itertools.count(1)

    @property
    def handle(self) -> str:
        """How people write it."""
        return f"@{self.name}@{self.peer.host}"

    def document(self, **changes: Any) -> Document:
        """Return the actor document."""
        return {
            "@context": [CONTEXT, "https://w3id.org/security/v1"],
            "id": self.uri,
            "type": "Person",
            "preferredUsername": self.name,
            "name": self.name.title(),
            "inbox": f"{self.uri}/inbox",
            "outbox": f"{self.uri}/outbox",
            "followers": f"{self.uri}/followers",
            "endpoints": {"sharedInbox": f"https://{self.peer.host}/inbox"},
            "publicKey": {"id": self.key_id, "owner": self.uri, "publicKeyPem": self.keys.public_pem},
            **changes,
        }

    def note(self, text: str = "A word from afar", **changes: Any) -> Document:
        """Return a new public post of this actor; `id` and everything else can be said otherwise."""
        now = self.peer.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return {
            "id": f"{self.uri}/statuses/{next(self._numbers)}",
            "type": "Note",
            "attributedTo": self.uri,
            "content": f"<p>{text}</p>",
            "published": now,
            "to": [PUBLIC],
            "cc": [f"{self.uri}/followers"],
            **changes,
        }

    def activity(self, kind: str, about: Any, **changes: Any) -> Document:
        """Return a new activity of this actor, addressed as the object it carries."""
        names = {name: about[name] for name in ("to", "cc") if name in about} if isinstance(about, dict) else {}
        return {
            "@context": CONTEXT,
            "id": f"{self.uri}#{kind.lower()}s/{next(self._numbers)}",
            "type": kind,
            "actor": self.uri,
            "object": about,
            **names,
            **changes,
        }

    def create(self, text: str = "A word from afar", **changes: Any) -> Document:
        """Return the Create of a new post."""
        return self.activity("Create", self.note(text, **changes))

    def like(self, uri: str) -> Document:
        """Return a Like."""
        return self.activity("Like", uri)

    def follow(self, uri: str) -> Document:
        """Return a Follow."""
        return self.activity("Follow", uri)

    def announce(self, uri: str) -> Document:
        """Return a public boost."""
        now = self.peer.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        return self.activity("Announce", uri, to=[PUBLIC], cc=[f"{self.uri}/followers"], published=now)

    def undo(self, act: Document) -> Document:
        """Return the Undo of an activity."""
        return self.activity("Undo", {name: act[name] for name in ("id", "type", "actor", "object")})

    async def sends(self, node: "Station", activity: Document, *, path: str = "/inbox") -> httpx.Response:
        """Sign an activity and POST it to a node."""
        return await self.peer.client.send(self.signed(node, activity, path=path))

    async def reads(self, node: "Station", path: str, **headers: str) -> httpx.Response:
        """Sign a GET of an address of a node and send it."""
        url = path if path.startswith("http") else f"{node.site.base_url}{path}"
        now = self.peer.clock.now()
        signed = cavage.sign("GET", url, key_id=self.key_id, private_pem=self.keys.private_pem, now=now)
        replaced = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.peer.client.get(url, headers=signed | replaced)

    def signed(
        self,
        node: "Station",
        activity: Document | bytes,
        *,
        path: str = "/inbox",
        **headers: str,
    ) -> httpx.Request:
        """Return the signed request, with some headers replaced after signing."""
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        url = f"{node.site.base_url}{path}"
        now = self.peer.clock.now()
        signed = cavage.sign("POST", url, body, key_id=self.key_id, private_pem=self.keys.private_pem, now=now)
        replaced = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.Request("POST", url, headers=signed | replaced, content=body)


class Peer:
    """A server that is not ours."""

    def __init__(self, host: str, clock: FrozenClock, client: httpx.AsyncClient) -> None:
        self.host: Final = host
        self.clock: Final = clock
        self.client: Final = client
        self.actors: dict[str, PeerActor] = {}
        self.shelf: dict[str, Document] = {}
        self.received: list[Document] = []
        self.status = 202

    def actor(self, name: str, *, key: int = 2, **changes: Any) -> PeerActor:
        """Return an actor that anybody can look up."""
        if name not in self.actors:
            self.actors[name] = made = PeerActor(self, name, key=key)
            self.shelf[made.uri] = made.document(**changes)
        return self.actors[name]

    def publish(self, document: Document) -> Document:
        """Let a document be found at its id."""
        self.shelf[document["id"]] = {"@context": CONTEXT, **document}
        return document

    def got(self, kind: str) -> list[Document]:
        """Return what was received of a type."""
        return [activity for activity in self.received if activity["type"] == kind]

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer a request: look up, take in, or say that nothing is there."""
        if request.method == "POST":
            return await self._take(request)
        if request.url.path == "/.well-known/webfinger":
            return self._finger(request.url.params.get("resource", ""))
        document = self.shelf.get(str(request.url))
        if document is None:
            return httpx.Response(404)
        body = json.dumps(document).encode()
        return httpx.Response(200, headers={"content-type": ACTIVITY_JSON}, content=body)

    async def _take(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        headers = {name.lower(): value for name, value in request.headers.items()}
        key_id = http.parse(headers).key_id
        owner = (await self.client.get(key_id.partition("#")[0], headers={"accept": ACTIVITY_JSON})).json()
        http.verify(
            "POST",
            request.url.raw_path.decode(),
            headers,
            body,
            public_pem=_pem_of(owner, key_id),
            now=self.clock.now(),
            hosts=(self.host,),
        )
        if 200 <= self.status < 300:
            self.received.append(json.loads(body))
        return httpx.Response(self.status)

    def _finger(self, resource: str) -> httpx.Response:
        name, _, host = resource.removeprefix("acct:").partition("@")
        if host != self.host or name not in self.actors:
            return httpx.Response(404)
        link = {"rel": "self", "type": "application/activity+json", "href": self.actors[name].uri}
        found = {"subject": f"acct:{name}@{host}", "links": [link]}
        return httpx.Response(200, json=found, headers={"content-type": "application/jrd+json"})


def _pem_of(owner: Document, key_id: str) -> str:
    listed = owner["publicKey"] if isinstance(owner["publicKey"], list) else [owner["publicKey"]]
    return next(str(key["publicKeyPem"]) for key in listed if key["id"] == key_id)
