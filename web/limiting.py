"""Who may call how often: windows in memory, counted by token, account and address, and what is told of them.

How it works. A window begins at a multiple of its period, as Mastodon's do, and forgets everybody when the next one begins;
it remembers a bounded number of callers. Each process counts for itself, so N processes allow N times as much. A request
with a token counts for the token and its account, any other one for its address, an IPv6 one for its /64. A few families
of addresses (uploads, deletions, follows) have a window of their own beside that. The headers tell the window that has
least left, but where posts, follows and reports are counted, theirs.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from node.errors import Problem
from node.services.authorising import Viewer
from node.services.signing_in import network_of
from node.social.limits import PUBLISHED, Limit
from node.values import Network
from web.areas import unnamed
from web.hosts import client_address, is_within

MAX_CALLERS: Final = 20_000
Headers = list[tuple[bytes, bytes]]
_PAGED: Final = re.compile(rb"(?:^|&)(?:max_id|min_id|since_id|page|offset)=")
_TOLD_FIRST: Final = frozenset({"statuses", "follows", "reports"})
_BY_ADDRESS: Final = frozenset({"apps", "sign_up"})
_FAMILIES: Final[Mapping[tuple[str, str], str]] = {
    ("POST", "/api/v1/media"): "media",
    ("POST", "/api/v2/media"): "media",
    ("DELETE", "/api/v1/statuses/{}"): "delete",
    ("POST", "/api/v1/statuses/{}/unreblog"): "delete",
    ("POST", "/api/v1/apps"): "apps",
    ("POST", "/api/v1/accounts"): "sign_up",
    ("POST", "/api/v1/emails/confirmations"): "mails",
    ("POST", "/api/v1/statuses"): "statuses",
    ("PUT", "/api/v1/statuses/{}"): "statuses",
    ("POST", "/api/v1/statuses/{}/reblog"): "statuses",
    ("POST", "/api/v1/accounts/{}/follow"): "follows",
    ("POST", "/api/v1/tags/{}/follow"): "follows",
    ("POST", "/api/v1/reports"): "reports",
}


def family_of(method: str, path: str) -> str | None:
    """Return the window of its own that a row of the route table has."""
    return _FAMILIES.get((method, unnamed(path)))


class Window:
    """One limit: how often each caller called since it began."""

    __slots__ = ("_counts", "_limit", "_number", "_told", "reset_s")

    def __init__(self, limit: Limit) -> None:
        self._limit: Final = limit
        self._told: Headers = []
        self._counts: dict[object, int] = {}
        self._number = -1
        self.reset_s = 0

    def count(self, caller: object, now_s: float) -> int:
        """Count a call and return how many the caller has left; less than nothing is too many."""
        number = int(now_s // self._limit.period_s)
        if number != self._number:
            self._begin(number)
        counts = self._counts
        count = counts.get(caller, 0) + 1
        if count == 1 and len(counts) >= MAX_CALLERS:
            del counts[next(iter(counts))]
        counts[caller] = count
        return self._limit.most - count

    def _begin(self, number: int) -> None:
        self._number, self._counts = number, {}
        self.reset_s = (number + 1) * self._limit.period_s
        reset = datetime.fromtimestamp(self.reset_s, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self._told = [(b"x-ratelimit-limit", str(self._limit.most).encode()), (b"x-ratelimit-reset", reset.encode())]

    def told(self, left: int) -> Headers:
        """Return the headers that tell a caller how much is left."""
        return [*self._told, (b"x-ratelimit-remaining", str(max(left, 0)).encode())]


class _Counted(NamedTuple):
    window: Window
    left: int


class Limits:
    """Every window of this process."""

    def __init__(self, changed: Mapping[str, int], *, trusted: Sequence[Network], free: Sequence[Network]) -> None:
        """`changed`: other numbers than the published ones, 0 for none. `free`: addresses that are not counted."""
        limits = {name: Limit(changed.get(name, one.most), one.period_s) for name, one in PUBLISHED.items()}
        self._windows: Final = {name: Window(one) for name, one in limits.items() if one.most > 0}
        self._trusted: Final = trusted
        self._free: Final = free
        self._token, self._account = self._windows.get("token"), self._windows.get("account")

    def charge(self, scope: Any, family: str | None, viewer: Viewer | None, now_s: float) -> Headers:
        """Count a request and return the headers that tell about it. Raises: Exceeded."""
        counted = self._by_token(viewer, now_s) if viewer is not None else self._of("address", scope, None, now_s)
        if _PAGED.search(scope["query_string"]) and scope["method"] == "GET":
            counted += self._of("paging", scope, viewer, now_s)
        own = self._of(family, scope, viewer, now_s) if family is not None else []
        counted += own
        if not counted:
            return []
        least = min(counted, key=lambda one: one.left)
        if least.left < 0:
            raise Exceeded(least.window.told(0), max(1, int(least.window.reset_s - now_s) + 1))
        shown = own[0] if own and family in _TOLD_FIRST else least
        return shown.window.told(shown.left)

    def _by_token(self, viewer: Viewer, now_s: float) -> list[_Counted]:
        counted = []
        if self._token is not None:
            counted.append(_Counted(self._token, self._token.count(viewer.token_id, now_s)))
        if self._account is not None and viewer.account_id is not None:
            counted.append(_Counted(self._account, self._account.count(viewer.account_id, now_s)))
        return counted

    def _of(self, name: str, scope: Any, viewer: Viewer | None, now_s: float) -> list[_Counted]:
        window = self._windows.get(name)
        if window is None:
            return []
        caller: object
        if viewer is not None and viewer.account_id is not None and name not in _BY_ADDRESS:
            caller = viewer.account_id
        else:
            address = client_address(scope, self._trusted)
            if is_within(address, self._free):
                return []
            caller = _network(address)
        return [_Counted(window, window.count(caller, now_s))]


class Exceeded(Problem):
    """The caller called too often; `told` are the headers that say so."""

    def __init__(self, told: Headers, wait_s: int) -> None:
        text = "Too many requests. Wait as long as Retry-After says."
        super().__init__(429, code="too-many-requests", text=text, retry_after_s=wait_s)
        self.told: Final = told


_network: Final = lru_cache(maxsize=4096)(network_of)
