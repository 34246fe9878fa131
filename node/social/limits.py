"""How often one may call the API, as apps know it from Mastodon. Numbers only; who counts is `web.limiting`."""

from collections.abc import Mapping
from typing import Final, NamedTuple

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE


class Limit(NamedTuple):
    """So many in so many seconds."""

    most: int
    period_s: int


PUBLISHED: Final[Mapping[str, Limit]] = {
    "token": Limit(300, 5 * _MINUTE),
    "account": Limit(1500, 5 * _MINUTE),
    "address": Limit(300, 5 * _MINUTE),  # without a token
    "paging": Limit(300, 15 * _MINUTE),
    "media": Limit(30, 30 * _MINUTE),
    "delete": Limit(30, 30 * _MINUTE),
    "apps": Limit(5, 10 * _MINUTE),
    "sign_up": Limit(5, 30 * _MINUTE),
    "mails": Limit(5, 30 * _MINUTE),
    "statuses": Limit(300, 3 * _HOUR),
    "follows": Limit(400, 24 * _HOUR),
    "reports": Limit(400, 24 * _HOUR),
}
