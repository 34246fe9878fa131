"""JSON in its canonical form (RFC 8785), as it is hashed for proofs and for versions of a record.

What has no fractions and plain keys the standard library writes the same, at a fifth of the cost; the package does the rest.
"""

import json
from typing import Any, Final

import rfc8785

_MOST: Final = 2**53 - 1  # whole numbers beyond are not the same everywhere
_write: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def write(value: object) -> bytes:
    """Give the canonical form.

    Raises: ValueError for what has none: numbers that readers differ about, halves of characters, endless nesting.
    """
    loosely: Any = value
    try:
        return _write(value).encode() if _is_plain(value) else rfc8785.dumps(loosely)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError):
        raise ValueError("the value has no canonical form") from None


def _is_plain(value: object) -> bool:
    """Tell whether all keys are ASCII (any order of characters is the same then) and all numbers small and whole."""
    waiting: list[object] = [value]
    while waiting:
        item = waiting.pop()
        kind = type(item)
        if kind is dict:
            assert isinstance(item, dict)
            if not all(type(key) is str and key.isascii() for key in item):
                return False
            waiting.extend(item.values())
        elif kind is list:
            assert isinstance(item, list)
            waiting.extend(item)
        elif kind is int:
            assert isinstance(item, int)
            if not -_MOST <= item <= _MOST:
                return False
        elif kind is not str and kind is not bool and item is not None:
            return False
    return True
