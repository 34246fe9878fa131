"""What a node lets other hosts do: one predicate over the mode and what people decided. `store.domains` brings the rows.

A decision about a host counts for every port of it and everything under it; the nearest one counts alone, so that one
ward of a refused hospital can be let in. A decision about `host:port` counts for exactly that.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address
from typing import Final, Literal

from msgspec import Struct

from federation import uris
from federation.reasons import PeerError, Reason

Mode = Literal["open", "allowlist", "off"]
Level = Literal["none", "allow", "limit", "review", "suspend"]
MODES: Final[tuple[Mode, ...]] = ("open", "allowlist", "off")
_STRICTEST: Final[dict[Level, int]] = {"none": 0, "allow": 1, "limit": 2, "review": 3, "suspend": 4}
MAX_LABELS: Final = 32


class Decision(Struct, frozen=True):
    """What was decided about a host, `none` when it is about media or reports alone."""

    host: str
    level: Level = "none"
    no_media: bool = False
    no_reports: bool = False


class Standing(Struct, frozen=True):
    """How a host stands with us. `refusal` is why nothing passes in either direction, None when something does."""

    level: Level = "none"
    refusal: Reason | None = None
    no_media: bool = False
    no_reports: bool = False
    decided_for: str | None = None

    @property
    def is_limited(self) -> bool:
        """Whether its posts show to those alone who follow them."""
        return self.level in ("limit", "review")

    @property
    def is_held(self) -> bool:
        """Whether a person looks at what it sends first."""
        return self.level == "review" and self.refusal is None


def fold(text: str) -> str:
    """Give a host as a person or a list wrote it (`*.Host.`, `host:port`) the one form in which hosts are compared.

    Raises: PeerError(INSECURE_ADDRESS) when it is no host.
    """
    return uris.canonical_host(text.strip().removeprefix("*.").rstrip("."))


@lru_cache(maxsize=4096)
def names(host: str) -> tuple[str, ...]:
    """Return under which names a decision about a host may be written, the nearest first."""
    bare = _without_port(host)
    found = [] if bare == host.rstrip(".").lower() else [host]
    if _is_number(bare):
        return tuple(dict.fromkeys([*found, bare]))
    labels = bare.split(".")[-MAX_LABELS:]
    return tuple(dict.fromkeys([*found, *(".".join(labels[place:]) for place in range(len(labels)))]))


def domain_of(host: str) -> str:
    """Return the domain that bounds on numbers count for: the last two labels of a name, or a number as it is."""
    bare = _without_port(host)
    return bare if _is_number(bare) else ".".join(bare.split(".")[-2:])


def covers(decided: str, host: str) -> bool:
    """Tell whether a decision about one host counts for another."""
    return decided in names(host)


def standing(host: str, decisions: Iterable[Decision], *, mode: Mode) -> Standing:
    """Return how a host stands by the decisions that were found under its `names`."""
    found = {one.host: one for one in decisions}
    no_media = no_reports = False
    for name in names(host):
        one = found.get(name)
        if one is None:
            continue
        no_media, no_reports = no_media or one.no_media, no_reports or one.no_reports
        if one.level != "none":
            return Standing(one.level, _refusal(one.level, mode), no_media, no_reports, one.host)
    return Standing("none", _refusal("none", mode), no_media, no_reports)


def strictest(standings: Iterable[Standing]) -> Standing:
    """Return how somebody stands who belongs to several hosts, such as that of the id and that of the handle."""
    some = list(standings)
    worst = max(some, key=lambda one: (one.refusal is not None, _STRICTEST[one.level]), default=Standing())
    return Standing(
        worst.level,
        worst.refusal,
        any(one.no_media for one in some),
        any(one.no_reports for one in some),
        worst.decided_for,
    )


def check(standing: Standing, host: str) -> None:
    """Pass a host that may be spoken with. Raises: PeerError(BLOCKED) or PeerError(NOT_ALLOWED)."""
    if standing.refusal is not None:
        raise PeerError(standing.refusal, words(standing.refusal, host))


def words(refusal: Reason, host: str) -> str:
    """Say to a person why nothing passes between us and a host."""
    if refusal is Reason.BLOCKED:
        return f"this node does not speak with {host}"
    return f"{host} is not among the servers that this node speaks with"


def _refusal(level: Level, mode: Mode) -> Reason | None:
    if level == "suspend":
        return Reason.BLOCKED
    if mode == "off" or (mode == "allowlist" and level == "none"):
        return Reason.NOT_ALLOWED
    return None


def _without_port(host: str) -> str:
    bare = host if host.endswith("]") else host.rpartition(":")[0] or host
    return bare.rstrip(".").lower()


def _is_number(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
