"""What is measured over HTTP: for each operation its requests, its floor, and the ratio the project asked for."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from typing import Final, Literal

from federation.signatures import cavage
from tests.bench import load, words
from tests.bench.dataset import Filled, Sender

HOST: Final = "bench.example"
PAGES: Final = 50
ACTIVITY: Final = "application/activity+json"
PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"
Requests = Callable[[Filled, int, str], Sequence[bytes]]
Floor = Literal["page", "actor", "webfinger", "sign", "verify"]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: how often it runs in one repetition, and what it should cost at most, in floors."""

    name: str
    requests: Requests
    floor: Floor
    count: int
    status: int = 200
    sqlite_target: float | None = None
    postgres_target: float | None = None
    most_ms: float | None = None  # it should cost, whatever the floor
    is_recorded: bool = False  # it needs records in the data set

    def target(self, database: str) -> float | None:
        """Return the most it should cost on a kind of database."""
        if self.most_ms is not None:
            return self.most_ms
        return self.sqlite_target if database == "sqlite" else self.postgres_target


def _home(filled: Filled, count: int, _run: str) -> Sequence[bytes]:
    return _timeline("/api/v1/timelines/home", filled, count)


def _public(filled: Filled, count: int, _run: str) -> Sequence[bytes]:
    return _timeline("/api/v1/timelines/public", filled, count)


def _heavy(path: str) -> "Requests":
    return lambda filled, count, _run: _timeline(path, filled, count, token=filled.heavy_token)


def _list(filled: Filled, count: int, _run: str) -> Sequence[bytes]:
    return _timeline(f"/api/v1/timelines/list/{filled.list_id}", filled, count)


def _tag(filled: Filled, count: int, _run: str) -> Sequence[bytes]:
    return _timeline(f"/api/v1/timelines/tag/{words.TAGS[0]}", filled, count)


def _account(filled: Filled, count: int, _run: str) -> Sequence[bytes]:
    return _timeline(f"/api/v1/accounts/{filled.author_id}/statuses", filled, count)


def _notifications(filled: Filled, count: int, _run: str) -> Sequence[bytes]:
    return [_get("/api/v1/notifications?limit=20", filled.token)] * count


def _search(query: str) -> "Requests":
    return lambda filled, count, _run: [_get(f"/api/v2/search?type=statuses&limit=20&q={query}", filled.token)] * count


def _thread(filled: Filled, count: int, _run: str) -> Sequence[bytes]:
    return [_get(f"/api/v1/statuses/{filled.thread_id}/context", filled.token)] * count


def _of_learnings(path: str) -> "Requests":
    """Ask for something of many learnings, one after the other."""

    def requests(filled: Filled, count: int, _run: str) -> Sequence[bytes]:
        asked = [_get(f"/api/rounds/v1{path.format(one)}", filled.token) for one in filled.learning_ids]
        return list(islice(cycle(asked), count))

    return requests


def _get(path: str, token: str) -> bytes:
    headers = {"authorization": f"Bearer {token}", "accept": "application/json", "user-agent": "bench"}
    return load.request("GET", path, host=HOST, headers=headers)


def _timeline(path: str, filled: Filled, count: int, *, token: str = "") -> Sequence[bytes]:
    """Ask for the newest page in every second request, and for pages further down in the others."""
    token = token or filled.token
    headers = {"authorization": f"Bearer {token}", "accept": "application/json", "user-agent": "bench"}
    newest = load.request("GET", f"{path}?limit=20", host=HOST, headers=headers)
    places = filled.status_ids[-len(filled.status_ids) // 4 :: max(1, len(filled.status_ids) // 4 // PAGES)]
    further = [load.request("GET", f"{path}?limit=20&max_id={i}", host=HOST, headers=headers) for i in places[1:]]
    return list(islice(cycle(request for one in further for request in (newest, one)), count))


def _actor(filled: Filled, count: int, _run: str) -> Sequence[bytes]:
    headers = {"accept": ACTIVITY, "user-agent": "bench"}
    return [load.request("GET", f"/users/{filled.username}", host=HOST, headers=headers)] * count


def _actor_signed(filled: Filled, count: int, _run: str) -> Sequence[bytes]:
    """Ask as servers do whose keys the node knows: they alone get the whole document."""
    path, now = f"/users/{filled.username}", datetime.now(UTC)
    asked = []
    for one in filled.senders:
        signed = cavage.sign("GET", f"https://{HOST}{path}", key_id=one.key_id, private_pem=one.private_pem, now=now)
        del signed["host"]
        headers = {**signed, "user-agent": "bench"}
        asked.append(load.request("GET", path, host=HOST, headers=headers))
    return list(islice(cycle(asked), count))


def _webfinger(filled: Filled, count: int, _run: str) -> Sequence[bytes]:
    path = f"/.well-known/webfinger?resource=acct:{filled.username}@{HOST}"
    return [load.request("GET", path, host=HOST, headers={"accept": "*/*", "user-agent": "bench"})] * count


def _post(filled: Filled, count: int, run: str) -> Sequence[bytes]:
    headers = {"authorization": f"Bearer {filled.token}", "content-type": "application/json", "user-agent": "bench"}
    bodies = [
        json.dumps({"status": f"Round {run}, post {n}: a timer on the trolley, so nobody has to remember the gel."})
        for n in range(count)
    ]
    return [load.request("POST", "/api/v1/statuses", host=HOST, body=body.encode(), headers=headers) for body in bodies]


def _inbox(filled: Filled, count: int, run: str) -> Sequence[bytes]:
    senders = cycle(filled.senders)
    return [_create(next(senders), f"{run}-{n}") for n in range(count)]


def _create(sender: Sender, word: str) -> bytes:
    now = datetime.now(UTC)
    uri, published = f"{sender.uri}/statuses/{word}", f"{now:%Y-%m-%dT%H:%M:%SZ}"
    addressed = {"to": [PUBLIC], "cc": [f"{sender.uri}/followers"]}
    note = {
        "id": uri, "type": "Note", "attributedTo": sender.uri, "published": published, **addressed, "url": uri,
        "content": f"<p>{word}: two people at the handover, one reads and one ticks. Nothing was forgotten.</p>",
        "contentMap": {"en": f"<p>{word}: two people at the handover, one reads and one ticks.</p>"},
        "sensitive": False, "summary": None, "inReplyTo": None, "conversation": f"tag:{word}", "attachment": [],
        "tag": [], "replies": {"id": f"{uri}/replies", "type": "Collection"},
    }  # fmt: skip
    activity = {
        "@context": ["https://www.w3.org/ns/activitystreams", {"ostatus": "http://ostatus.org#"}],
        "id": f"{uri}/activity", "type": "Create", "actor": sender.uri, "published": published, **addressed,
        "object": note,
    }  # fmt: skip
    body = json.dumps(activity).encode()
    signed = cavage.sign(
        "POST", f"https://{HOST}/inbox", body, key_id=sender.key_id, private_pem=sender.private_pem, now=now
    )
    del signed["host"]
    return load.request("POST", "/inbox", host=HOST, body=body, headers={**signed, "user-agent": "bench"})


_ALIKE: Final = "/alike?text=trolley+handover+Ward-gel+night-timer+porter-lamp"
OPERATIONS: Final = (
    Operation("home page of 20", _home, "page", 600, sqlite_target=6, postgres_target=12),
    Operation("home page of 20, heavy reader", _heavy("/api/v1/timelines/home"), "page", 600, sqlite_target=6, postgres_target=12),
    Operation("public page of 20", _public, "page", 600, sqlite_target=6, postgres_target=12),
    Operation("public page of 20, heavy reader", _heavy("/api/v1/timelines/public"), "page", 600, sqlite_target=6, postgres_target=12),
    Operation("list page of 20", _list, "page", 600, sqlite_target=6, postgres_target=12),
    Operation("hashtag page of 20", _tag, "page", 600, sqlite_target=6, postgres_target=12),
    Operation("account page of 20", _account, "page", 600, sqlite_target=6, postgres_target=12),
    Operation("notifications page of 20", _notifications, "page", 600, sqlite_target=6, postgres_target=12),
    Operation("thread of 300", _thread, "page", 100, sqlite_target=20, postgres_target=40),
    Operation("search, a word of many posts", _search("ward"), "page", 20, most_ms=300),
    Operation("search, a word of few posts", _search(words.RARE), "page", 20, most_ms=300),
    Operation("search, a word of few, narrowed", _search(f"{words.RARE}+has:media"), "page", 20, most_ms=300),
    Operation("search, a word of many, narrowed", _search("ward+is:sensitive"), "page", 20, most_ms=300),
    Operation("what is like a learning", _of_learnings("/records/{}/alike"), "page", 50, most_ms=200, is_recorded=True),
    Operation("what is like a text", _of_learnings(_ALIKE), "page", 50, most_ms=200, is_recorded=True),
    Operation("loop", _of_learnings("/loops/{}"), "page", 50, most_ms=100, is_recorded=True),
    Operation("idea", _of_learnings("/ideas/{}"), "page", 50, most_ms=100, is_recorded=True),
    Operation("actor document", _actor, "actor", 2000, sqlite_target=2.5, postgres_target=4),
    Operation("actor document, signed", _actor_signed, "verify", 1000),
    Operation("WebFinger", _webfinger, "webfinger", 2000, sqlite_target=2.5, postgres_target=4),
    Operation("POST a status", _post, "page", 250, sqlite_target=25, postgres_target=50),
    Operation(
        "inbox Create, known key", _inbox, "verify", 300, status=202, sqlite_target=40, postgres_target=100
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deed:
    """What a node does towards others: the line that prepares it, the one that does it, and what it should cost."""

    name: str
    word: str
    count: int
    floor: Literal["sign", "verify"]
    before: str = ""
    sqlite_target: float | None = None
    postgres_target: float | None = None

    def target(self, database: str) -> float | None:
        """Return the most it should cost on a kind of database."""
        return self.sqlite_target if database == "sqlite" else self.postgres_target


DEEDS: Final = (
    Deed("delivery, warm, signed", "drain", 25, "sign", before="prepare", sqlite_target=3.0, postgres_target=4.0),
    Deed("delivery at 200 TLS hosts", "drain", 3, "sign", before="wide"),
    Deed("inbox Create, unknown key", "arrive", 100, "verify"),
    Deed("object fetched", "fetch", 150, "sign"),
)
