"""JSON in its canonical form (RFC 8785), as it is hashed for proofs and for versions of a record.

What has no fractions and plain keys msgspec writes the same, at a twentieth of the cost; the package does the rest.
"""

from typing import Any, Final

import msgspec
import rfc8785

_MOST: Final = 2**53 - 1  # whole numbers beyond are not the same everywhere
_write: Final = msgspec.json.Encoder(order="sorted").encode


def write(value: object) -> bytes:
    """Give the canonical form.

    Raises: ValueError for what has none: numbers that readers differ about, halves of characters, endless nesting.
    """
    loosely: Any = value
    try:
        return _write(value) if _is_plain(value) else rfc8785.dumps(loosely)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError):
        raise ValueError("the value has no canonical form") from None


def _is_plain(value: object) -> bool:
    """Tell whether all keys are ASCII (any order of characters is the same then) and all numbers small and whole."""
    kind = type(value)
    if kind is dict:
        assert isinstance(value, dict)
        for key, one in value.items():
            if type(key) is not str or not key.isascii() or not (type(one) is str or _is_plain(one)):
                return False
        return True
    if kind is list:
        assert isinstance(value, list)
        return all([type(one) is str or _is_plain(one) for one in value])
    if kind is int:
        assert isinstance(value, int)
        return -_MOST <= value <= _MOST
    return kind is str or kind is bool or value is None
