"""Names of hashtags: which texts are one, and how two are compared. How they are found in texts is in `text`."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from node.social.text import fold_tag

MAX_CHARS: Final = 200
_NAME: Final = re.compile(r"\w*[^\W\d_]\w*")
_PLAIN: Final = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ł": "l", "ŧ": "t", "ı": "i"})


def is_name(text: str) -> bool:
    """Tell whether a text, with or without `#`, can be a hashtag."""
    shown = fold_tag(text)
    return len(shown) <= MAX_CHARS and _NAME.fullmatch(shown) is not None


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """Return a hashtag as it is looked up: `fold_tag`, and Latin letters without their accents."""
    shown = fold_tag(name)
    if shown.isascii():
        return shown
    return "".join(_bare(letter) for letter in shown).translate(_PLAIN)


def _bare(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    return parts[0] if len(parts) > 1 and parts[0].isascii() else letter
