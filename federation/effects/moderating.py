"""What is asked of a node's moderators."""

from msgspec import Struct


class Report(Struct, frozen=True, tag=True):
    """Look at the local `target_uri` and, as far as the reporter may see them, at these posts. `comment` is as it came."""

    uri: str
    actor_uri: str
    target_uri: str
    status_uris: tuple[str, ...] = ()
    comment: str = ""


OfModerating = Report
