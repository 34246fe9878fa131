"""Protocols of everything outside the node. Services know these; the composition roots hand in what fulfils them."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, ParamSpec, Protocol, TypeVar

from federation.signatures.message import ACTIVITY_JSON, Form

P = ParamSpec("P")
T = TypeVar("T")


class SigningKey(NamedTuple):
    """A private key to sign with: the id peers look up, and the PEM (PKCS 8)."""

    key_id: str
    pem: str


GetForm = Literal["cavage", "cavage-bare", "rfc9421"]  # bare: the query is left out of what is signed


class GetForms(Protocol):
    """Which form of signature each host took last with a GET, remembered for a while."""

    async def of(self, host: str) -> GetForm | None:
        """Return it; None when it is not known."""
        ...

    async def keep(self, host: str, form: GetForm) -> None:
        """Remember it."""
        ...


class Fetched(NamedTuple):
    """A document as its own origin answered it. `uri` is where it was finally found."""

    uri: str
    document: dict[str, Any]


class WebPage(NamedTuple):
    """The beginning of a page for people: where it was found at last, and what came with it about its text."""

    url: str
    data: bytes
    media_type: str
    charset: str


class Fetcher(Protocol):
    """The guarded, signed way to read other servers. Every method raises `PeerError` with a fetching reason."""

    async def activity(self, uri: str) -> Fetched:
        """Return the ActivityPub document at `uri`; its id is `uri` or lies on the same origin and was fetched again."""
        ...

    async def json(self, uri: str, *, accept: str) -> dict[str, Any]:
        """Return a small JSON document (WebFinger, NodeInfo)."""
        ...

    async def text(self, uri: str, *, accept: str) -> str:
        """Return a small text document (host-meta)."""
        ...

    async def blob(self, uri: str, *, max_bytes: int) -> tuple[bytes, str]:
        """Return a media file and its content type."""
        ...

    async def page(self, uri: str, *, max_bytes: int) -> WebPage:
        """Return a page for people, no more of it than `max_bytes`."""
        ...


class Looked(NamedTuple):
    """Where an address leads: the inner address that its host has, if any, and whether the settings except that host."""

    inner: str | None = None
    is_excepted: bool = False


class AddressCheck(Protocol):
    """Looks where an address leads before it is kept; whoever asks it later is guarded all the same."""

    async def look(self, uri: str) -> Looked:
        """Return where an address leads; a host that nobody knows now leads nowhere."""
        ...


class Delivered(NamedTuple):
    """How a peer answered a POST; `status` 0 means that no answer came, `error` then says why in a few words.

    `form` is how the request was signed that it took.
    """

    status: int
    headers: Mapping[str, str]
    error: str | None = None
    form: Form | None = None


class Deliverer(Protocol):
    """The guarded, signed way to POST an activity. Never raises for a peer's fault."""

    async def post(
        self,
        inbox: str,
        body: bytes,
        key: SigningKey,
        *,
        form: Form | None = None,
        headers: Mapping[str, str] | None = None,
        content_type: str = ACTIVITY_JSON,
    ) -> Delivered:
        """Sign `body` now, first in the form that this peer took last, and POST it; `headers` go along unsigned."""
        ...


class Endpoint(NamedTuple):
    """Where an app wants to be pushed to, and what to seal a message for it with; `is_standard`: as RFC 8291 says."""

    url: str
    p256dh: str
    auth: str
    is_standard: bool


class Push(NamedTuple):
    """A message for an app; `ttl_s` is how long a push service may keep it."""

    payload: bytes
    ttl_s: int
    urgency: Literal["normal", "high"]


class Pusher(Protocol):
    """The guarded, sealed way to push to an app. Raises `PeerError` with a fetching reason when nothing was answered."""

    async def push(self, to: Endpoint, message: Push, *, key: str) -> int:
        """Seal and send a message, signed with the node's key, and return the status of the answer."""
        ...


class Blobs(Protocol):
    """Where media files live. Keys are our own: `[a-z0-9/._-]`, never from outside."""

    async def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Store a file whole or not at all."""
        ...

    async def get(self, key: str) -> tuple[bytes, str]:
        """Return a file and its content type; `KeyError` when absent."""
        ...

    async def delete(self, key: str) -> None:
        """Remove a file; absent is fine."""
        ...


class Mail(NamedTuple):
    """A mail in plain words: titles and links, never what a post says."""

    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = {}


class MailError(Exception):
    """The mail was not taken; `is_final` when it never will be. The text names no address."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        self.is_final = is_final
        super().__init__(reason)


class Mailer(Protocol):
    """The way to the hospital's mail relay."""

    async def send(self, mail: Mail) -> None:
        """Hand a mail to the relay. Raises: MailError."""
        ...


class WorkshopError(Exception):
    """The work was given up: it took too long or too much memory. The input is to blame."""


class Workshop(Protocol):
    """Other processes for heavy, pure work, so that the serving process stays small and answers on time."""

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a module-level function there and return its value or raise its error.

        Raises: WorkshopError when it took too long or its process died.
        """
        ...

    async def run_slowly(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do the same with what may take minutes (films), beside whatever `run` does."""
        ...
