"""Who and where this node is, and the addresses it gives things. Fixed from the first table on: an address never changes."""

import hashlib
from typing import Final, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from federation.uris import is_same_origin
from node.social.licences import Licence
from node.social.policy import Mode

INSTANCE_ACTOR_NAME = "actor"
Visibility = Literal["public", "unlisted", "private", "direct", "house", "circle"]
Registrations = Literal["closed", "approval", "open"]
Audience = Literal["nobody", "users", "everyone"]
TimelinesAccess = Literal["public", "authenticated", "disabled"]
Owner = Literal["accounts", "statuses"]
Look = Literal["avatar", "header", "emoji"]
_NAME_CHARS: Final = 32


def name_of_copy(look: Look, remote_url: str) -> str:
    """Return what our copy of a picture of a peer's is called; a changed picture has another name."""
    return hashlib.sha256(f"{look}\n{remote_url}".encode()).hexdigest()[:_NAME_CHARS]


class Site(Struct, frozen=True):
    """The place a node is. `host` is `host[:port]` of the web, `handle_host` that of handles."""

    host: str
    handle_host: str
    base_url: str
    institution_name: str
    institution_username: str = "institution"
    recall_username: str = "recall"
    timezone: str = "UTC"
    language: str = "en"
    loopback_http: bool = False
    contact_email: str = ""
    max_upload_bytes: int = 20 * 1024 * 1024
    max_film_bytes: int = 40 * 1024 * 1024
    has_previews: bool = True
    has_source_lookup: bool = True
    has_trends: bool = True
    version: str = "0.1.0"
    federation_mode: Mode = "open"
    is_quarantining: bool = False
    has_secure_fetch: bool = True
    registrations: Registrations = "closed"
    min_age: int = 0  # of who signs up; 0: not asked
    shows_peers: bool = True
    shows_activity: bool = True
    shows_domain_blocks: Audience = "nobody"
    timelines_access: TimelinesAccess = "public"  # who reads the timelines of many
    licence: Licence = "CC BY 4.0"  # of public records whose author names no other
    has_mail: bool = False  # the settings name a relay

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that decides which day it is."""
        return ZoneInfo(self.timezone)

    def is_ours(self, uri: str) -> bool:
        """Tell whether an address lies on this node, however its host is spelt."""
        return uri.startswith(f"{self.base_url}/") or is_same_origin(uri, self.base_url)

    @property
    def server_actor_uri(self) -> str:
        """The actor that signs fetches."""
        return f"{self.base_url}/actor"

    @property
    def recall_actor_uri(self) -> str:
        """The actor that answers commands and asks what is worth seeing again."""
        return self.actor_uri(self.recall_username)

    @property
    def shared_inbox(self) -> str:
        """The inbox of everyone here."""
        return f"{self.base_url}/inbox"

    def actor_uri(self, username: str) -> str:
        """The id of a local actor."""
        return f"{self.base_url}/users/{username}"

    def profile_url(self, username: str) -> str:
        """The page of a local actor."""
        return f"{self.base_url}/@{username}"

    def status_uri(self, username: str, status_id: int) -> str:
        """The id of a local status."""
        return f"{self.base_url}/users/{username}/statuses/{status_id}"

    def status_url(self, username: str, status_id: int) -> str:
        """The page of a local status."""
        return f"{self.base_url}/@{username}/{status_id}"

    def context_uri(self, status_id: int) -> str:
        """The id of the conversation that a local status starts."""
        return f"{self.base_url}/contexts/{status_id}"

    def tag_url(self, name: str) -> str:
        """The page of a hashtag."""
        return f"{self.base_url}/tags/{name}"

    def media_url(self, blob: str) -> str:
        """Where a blob of ours is served."""
        return f"{self.base_url}/media/{blob}"

    def proxy_url(self, key: str, size: str = "original") -> str:
        """Where our copy of a picture of a peer's is served: `original`, or `small`."""
        return f"{self.base_url}/media_proxy/{key}/{size}"

    def copy_url(self, owner: Owner, owner_id: int, look: Look, url: str) -> str:
        """Where our copy of an avatar, header or emoji is served that a peer's account or post names; of ours itself."""
        if url.startswith(f"{self.base_url}/"):
            return url
        return f"{self.base_url}/media_proxy/{owner}/{owner_id}/{name_of_copy(look, url)}"

    def collection_url(self, collection_id: int) -> str:
        """The page of a collection of accounts, and its id."""
        return f"{self.base_url}/collections/{collection_id}"

    def loop_url(self, status_id: int) -> str:
        """The page of the loop that a status belongs to."""
        return f"{self.base_url}/loops/{status_id}"
