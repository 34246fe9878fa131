"""The SHA-256 of a record's canonical form (RFC 8785): which of two versions with one revision stands."""

import hashlib
from collections.abc import Mapping
from typing import Any

from federation import canonical


def digest_of(record: object) -> str:
    """Give the digest of a `learningRecord` as it arrived, unknown fields and all, in lower-case hex.

    Whole numbers that JSON readers may round are rounded as they would be.
    """
    return hashlib.sha256(canonical.write(_as_numbers(record))).hexdigest()


def _as_numbers(value: Any) -> Any:
    """JCS knows one kind of number, a double: 10**20 is 1e20, and 5.0 is 5."""
    if isinstance(value, Mapping):
        return {key: _as_numbers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_numbers(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53:
        return _as_double(value)
    return value


def _as_double(value: int) -> float | str:
    try:
        return float(value)
    except OverflowError:  # no double at all: any fixed form will do, as long as it is always the same
        return hex(value)
