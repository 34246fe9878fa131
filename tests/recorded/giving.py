"""One node that is given documents of a folder, each in the way its kind comes to a server."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from msgspec import Struct

from federation import activities, discovery, loose, uris
from federation.reasons import PeerError, Reason
from federation.signatures import http
from federation.vocab import STATUS_TYPES, approval
from node.errors import Problem
from node.services import catching_up, fetching, receiving, working
from node.services.receiving import Request
from node.store import keys
from node.store.keys import PublicKey
from tests.recorded import changes, collecting, seeding
from tests.recorded.changes import Change, Rows
from tests.recorded.folder import Folder
from tests.recorded.seeding import Seeded

MAX_ROUNDS: Final = 10
_NOT_UNDERSTOOD: Final = frozenset({Reason.UNKNOWN_TYPE})


class Given(Struct, frozen=True):
    """What came of one document: the verdict, the reason, what it says beside rows, and what it changed."""

    verdict: str
    reason: str | None
    said: Rows
    change: Change


Verdict = tuple[str, str | None, Rows]
ACCEPTED: Final[Verdict] = ("accepted", None, {})


class Session:
    """Gives documents to one node, one after the other; who sends them is known before."""

    def __init__(self, folder: Folder, node: Seeded) -> None:
        self._folder: Final = folder
        self._node: Final = node
        self._prepared: Final[set[str]] = set()

    async def give(self, name: str, *, with_history: bool = True) -> Given:
        """Give a document, after what it is about if the folder has that, and see what it changes."""
        take: Mapping[str, Callable[[str], Awaitable[Verdict]]] = {
            "activity": self._activity,
            "collection": self._collection,
            "http request": self._request,
            "discovery": self._discovery,
            "key document": self._key,
        }
        kind = self._folder.kind(name)
        try:
            await self._prepare(name, kind)
            for earlier in self._folder.versions_before(name) if with_history and kind == "activity" else ():
                await self._before(earlier)
        except PeerError as error:
            return self._refused(error, changes.between(state := await self._node.db.read(changes.read), state))
        before = await self._node.db.read(changes.read)
        try:
            verdict, reason, said = await take.get(kind, self._fetched)(name)
        except PeerError as error:
            return self._refused(error, await self._change(before))
        except Problem as problem:
            return Given("refused", problem.code, {}, await self._change(before))
        return Given(verdict, reason, said, await self._change(before))

    def _refused(self, error: PeerError, change: Change) -> Given:
        return Given("ignored" if error.reason in _NOT_UNDERSTOOD else "refused", error.reason.value, {}, change)

    async def _change(self, before: changes.State) -> Change:
        """Let the workers finish, and compare."""
        node = self._node
        for _ in range(MAX_ROUNDS):
            if not await working.drain(node.tools) + await catching_up.drain(node.db, node.fetcher, site=node.site):
                break
        return changes.between(before, await node.db.read(changes.read))

    async def _prepare(self, name: str, kind: str) -> None:
        """Let the node know, once, who a document is from, as the notes on the collection assume."""
        node, folder, actors = self._node, self._folder, self._folder.actors()
        recorded = folder.documents.get(name, {})
        if kind == "activity":
            activity = activities.parse(loose.decode(folder.body(name)))
            uris.check(activity.actor)
            if activity.actor not in self._prepared:
                self._prepared.add(activity.actor)
                is_of_relay = folder.is_of_relay(name)
                known = () if is_of_relay else (actors,)
                prepare = seeding.subscribe if is_of_relay else seeding.prepare
                await node.db.write(prepare, activity.actor, activity.document, *known)
            for post in (folder.announced(activity.document), folder.answered(activity.document)):
                if post is not None:
                    await node.db.write(seeding.know_author, post, actors)
        elif kind == "object" and (STATUS_TYPES | approval.TYPES.keys()) & set(loose.types_of(loose.plain(recorded))):
            await node.db.write(seeding.know_author, recorded, actors)
        elif kind == "collection" and (owner := collecting.owner_of(recorded, actors)) is not None:
            await node.db.write(collecting.let_both_follow, owner, actors)
        elif kind == "http request":
            await node.db.write(seeding.know_key, recorded.get("key"))

    async def _before(self, earlier: Mapping[str, Any]) -> None:
        """Carry out what a document is about."""
        with suppress(PeerError):
            act = activities.parse(earlier)
            await catching_up.carry_out(self._node.db, self._node.fetcher, act, signer=act.actor, site=self._node.site)

    async def _activity(self, name: str) -> Verdict:
        """As if it had come to the shared inbox, signed by its actor."""
        node, activity = self._node, activities.parse(loose.decode(self._folder.body(name)))
        outcome = await catching_up.carry_out(node.db, node.fetcher, activity, signer=activity.actor, site=node.site)
        return outcome.verdict, outcome.reason.value if outcome.reason else None, {}

    async def _request(self, name: str) -> Verdict:
        """As it came over the wire: really verified, with the key beside it, at the time it was recorded.

        The verdict is about the signature alone. What a valid request asks for may still be refused, like an activity
        that is not its signer's: then it changes nothing.
        """
        node, (method, request) = self._node, self._recorded_request(name)
        await self._verify(method, request)
        if method == "POST":
            with suppress(PeerError, Problem):
                await receiving.accept(node.db, request, site=node.site)
        return ACCEPTED

    def _recorded_request(self, name: str) -> tuple[str, Request]:
        recorded = self._folder.documents[name]
        url, method, headers, body = (recorded.get(key) for key in ("url", "method", "headers", "body"))
        if not (isinstance(url, str) and isinstance(method, str) and isinstance(headers, Mapping)):
            raise PeerError(Reason.MALFORMED, "no method, address and headers")
        named = {str(key).lower(): str(value) for key, value in headers.items()}
        target = f"/{url.partition('://')[2].partition('/')[2]}"
        text = body if isinstance(body, str) else ""
        return method.upper(), Request(target, named, text.encode(), self._node.clock.now())

    async def _verify(self, method: str, request: Request) -> None:
        """Check a signature. Raises: PeerError."""
        node, site = self._node, self._node.site
        params = http.parse(request.headers)
        http.check(
            params, method, request.target, request.headers, request.body, now=request.received_at, hosts=(site.host,)
        )
        key = await self._key_of(params.key_id)
        http.verify(
            method,
            request.target,
            request.headers,
            request.body,
            public_pem=key.public_pem,
            now=node.clock.now(),
            hosts=(site.host,),
            params=params,
        )

    async def _key_of(self, key_id: str) -> PublicKey:
        node = self._node
        if await node.db.read(keys.by_uri, key_id) is None:
            await catching_up.learn_key(node.db, node.fetcher, key_id, None, site=node.site)
        found = await node.db.read(keys.by_uri, key_id)
        if found is None:
            raise PeerError(Reason.KEY_NOT_OWNED, "the actor does not list this key")
        return found

    async def _fetched(self, name: str) -> Verdict:
        """As the answer to a GET of its id."""
        document = loose.decode(self._folder.body(name))
        await fetching.thing(self._node.db, self._node.fetcher, str(document.get("id")), site=self._node.site)
        return ACCEPTED

    async def _collection(self, name: str) -> Verdict:
        """As the answer to a GET of its id, when we had reason to ask; asha and ben follow its owner."""
        await collecting.take(self._node, loose.decode(self._folder.body(name)), self._folder.actors())
        return ACCEPTED

    async def _key(self, name: str) -> Verdict:
        """As the answer to a GET of a key id; its owner must list it."""
        document = loose.plain(loose.decode(self._folder.body(name)))
        key = loose.first(document.get("publicKey"))
        key_id, owner = loose.id_of(key), loose.id_of(key.get("owner")) if isinstance(key, Mapping) else None
        if key_id is None or owner is None:
            raise PeerError(Reason.MALFORMED, "no key and owner")
        await self._key_of(key_id)
        return ACCEPTED

    async def _discovery(self, name: str) -> Verdict:
        """Read what it says; a handle is looked up as far as the folder goes."""
        document = loose.decode(self._folder.body(name))
        if "software" in document:
            info = discovery.parse_nodeinfo(document)
            return "accepted", None, {"nodeinfo": [{"name": info.software, "version": info.version}]}
        if "subject" not in document:
            link = discovery.parse_nodeinfo_index(document)
            return ("accepted", None, {"nodeinfo": [{"href": link}]}) if link else ("ignored", "not-found", {})
        answer = discovery.parse_jrd(document)
        handle = uris.parse_handle(str(document["subject"]))
        try:
            if handle is not None:
                await fetching.account(self._node.db, self._node.fetcher, handle, site=self._node.site)
        except PeerError as error:
            if error.reason is not Reason.NOT_FOUND:
                raise
        return "accepted", None, {"webfinger": [{"subject": answer.subject.text(), "actor": answer.actor_uri}]}
