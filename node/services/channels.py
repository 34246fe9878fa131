"""The channels of the streaming API: how they are called, what a token needs for each, and what each is about.

Pure: what is refused here is refused before a connection is upgraded.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from node.errors import Problem, unauthorised
from node.services import scopes as scoping
from node.social import hashtags
from node.store.timelines import Feed

STATUSES: Final = "read:statuses"
NOTIFICATIONS: Final = "read:notifications"
USER: Final = "user"
TOLD: Final = "user:notification"
LIST: Final = "list"
DIRECT: Final = "direct"
HASHTAGS: Final[Mapping[str, bool]] = {"hashtag": False, "hashtag:local": True}  # whether ours alone
PUBLIC: Final[Mapping[str, Feed]] = {
    f"public{where}{media}": Feed(is_local=where == ":local", is_remote=where == ":remote", only_media=bool(media))
    for where in ("", ":local", ":remote")
    for media in ("", ":media")
}
NAMES: Final = frozenset({USER, TOLD, LIST, DIRECT, *HASHTAGS, *PUBLIC})


class Channel(NamedTuple):
    """What an open stream listens to. `about` is the key of a hashtag or the id of a list, where the channel has one."""

    name: str
    about: str = ""
    said: str = ""  # the hashtag as the client wrote it, which it hears again

    @property
    def stream(self) -> list[str]:
        """What events are labelled with."""
        return [self.name, self.said or self.about] if self.about else [self.name]


def parse(name: str, values: Mapping[str, str]) -> Channel:
    """Return the channel that a client names; `values` hold `tag` or `list`. Raises: 400, for a list 401."""
    if name not in NAMES:
        raise Problem(400, "unknown-stream", "Unknown stream type")
    if name in HASHTAGS:
        tag = values.get("tag", "")
        key = hashtags.key(tag) if len(tag) <= hashtags.MAX_CHARS else ""
        if not key:
            raise Problem(400, "no-tag", "Missing tag name parameter")
        return Channel(name, key, tag)
    if name == LIST:
        listed = values.get("list", "")
        if not (listed.isascii() and listed.isdigit() and len(listed) <= 18):
            raise not_your_list()
        return Channel(name, str(int(listed)))
    return Channel(name)


def not_your_list() -> Problem:
    """Return the one answer for a list that is not there and for another's."""
    return unauthorised("Not authorized to stream this list")


def check_scopes(channel: Channel | None, granted: Iterable[str]) -> None:
    """Pass a token that is good for a channel, or without one for any at all. Raises: 401."""
    held = tuple(granted)
    wanted = {STATUSES, NOTIFICATIONS}
    if channel is not None:
        wanted = {NOTIFICATIONS if channel.name == TOLD else STATUSES}
    if not any(scoping.covers(held, scope) for scope in wanted):
        raise unauthorised("Access token does not have the required scopes")
