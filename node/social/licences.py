"""The licences that public records may be published under, and where each can be read."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

Licence = Literal["CC BY 4.0", "CC BY-SA 4.0", "CC0 1.0", "All rights reserved"]
LICENCES: Final[tuple[Licence, ...]] = get_args(Licence)
URLS: Final[Mapping[str, str]] = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
