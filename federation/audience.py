"""Who a post is for: visibility to `to` and `cc` and back. Fails closed."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from msgspec import Struct

from federation import loose

Visibility = Literal["public", "unlisted", "private", "direct"]

OPEN: Final[tuple[Visibility, ...]] = ("public", "unlisted")
MAX_RECIPIENTS: Final = 256


class Addressing(Struct, frozen=True):
    """The `to` and `cc` of a document; the public collection always by its full name."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()

    def everyone(self) -> tuple[str, ...]:
        """Give all that are named, once each, the public collection left out."""
        return tuple(dict.fromkeys(uri for uri in self.to + self.cc if uri != loose.PUBLIC))


def addressing_of(document: Mapping[str, object], wrapper: Mapping[str, object] | None = None) -> Addressing:
    """Read whom a document names, or else whom the activity around it names. `bto` and `bcc` are never read.

    `audience` names groups: it counts as `cc`, and never makes anything public.
    """
    for source in (document, wrapper):
        if source is not None and (source.get("to") or source.get("cc")):
            groups = tuple(uri for uri in _named(source.get("audience")) if uri != loose.PUBLIC)
            to, cc = _named(source.get("to")), _named(source.get("cc"))
            return Addressing(to, tuple(dict.fromkeys(cc + groups))[:MAX_RECIPIENTS])
    return Addressing()


def visibility_of(addressing: Addressing, *, followers: str | None) -> Visibility:
    """Say how visible a post is, given its author's own followers collection. Anything doubtful is direct."""
    if loose.PUBLIC in addressing.to:
        return "public"
    if loose.PUBLIC in addressing.cc:
        return "unlisted"
    if followers and followers in addressing.to + addressing.cc:
        return "private"
    return "direct"


def addressing_for(visibility: str, *, followers: str, mentioned: Iterable[str] = ()) -> Addressing:
    """Name whom a post of ours is for: the table of `visibility_of` read backwards; any other word counts as private."""
    people = tuple(dict.fromkeys(mentioned))
    match visibility:
        case "public":
            return Addressing((loose.PUBLIC,), (followers, *people))
        case "unlisted":
            return Addressing((followers,), (loose.PUBLIC, *people))
        case "direct":
            return Addressing(people, ())
        case _:
            return Addressing((followers,), people)


def _named(value: object) -> tuple[str, ...]:
    names = (loose.PUBLIC if loose.is_public(uri) else uri for uri in loose.ids_of(value))
    return tuple(dict.fromkeys(names))[:MAX_RECIPIENTS]
