"""A client whose every answer is compared with what the library says the call returns, down to each attribute."""

import types
import typing
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, wraps
from typing import Any, Final, ForwardRef, TypeVar, get_args, get_origin

from mastodon import Mastodon, return_types
from mastodon.types_base import AttribAccessDict, MaybeSnowflakeIdType

NAMES: Final = {**vars(return_types), **vars(typing), "datetime": datetime}


class Typed:
    """Mastodon.py for one person; what comes back is an error of the test if it is not what the call promises."""

    def __init__(self, client: Mastodon) -> None:
        self.client: Final = client

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call: Callable[..., Any] = getattr(self.client, name)
        promised = call.__annotations__.get("return") if callable(call) else None
        origin: Any = get_origin(promised)
        if promised is None or origin is Iterator:
            return call

        @wraps(call)
        def checked(*args: Any, **kwargs: Any) -> Any:
            answer = call(*args, **kwargs)
            wrong = faults(promised, answer, name)
            assert wrong == [], "\n".join(wrong)
            return answer

        return checked


def faults(wanted: Any, value: Any, where: str) -> list[str]:
    """Return a sentence for everything that is not of the type it was promised to be."""
    wanted = _resolved(wanted)
    if wanted is Any or isinstance(wanted, TypeVar | types.ModuleType):
        return []
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin in (typing.Union, types.UnionType):
        found = [faults(one, value, where) for one in inner]
        return [] if [] in found else found[0]
    if origin is tuple:
        return [] if isinstance(value, tuple) else [f"{where} is {value!r:.60}, no tuple"]
    if origin is not None and issubclass(origin, list):
        return _of_list(inner[0], value, where)
    if wanted is None or wanted is type(None):
        return [] if value is None else [f"{where} is {value!r:.60} and should be nothing"]
    kind = origin or wanted
    if not isinstance(value, _accepted(kind)):
        return [f"{where} is {value!r:.60}, no {getattr(kind, '__name__', kind)}"]
    return _of_entity(kind, value, where) if isinstance(value, AttribAccessDict) else []


def _of_list(wanted: Any, value: Any, where: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{where} is {value!r:.60}, no list"]
    return [fault for number, one in enumerate(value) for fault in faults(wanted, one, f"{where}[{number}]")]


def _of_entity(kind: type, value: AttribAccessDict, where: str) -> list[str]:
    found: list[str] = []
    for name, wanted in _attributes(kind).items():
        if value.get(name) is not None:  # what may be missing or null is the table's to say
            found += faults(wanted, value[name], f"{where}.{name}")
    return found


@cache
def _attributes(kind: type) -> dict[str, Any]:
    return {
        name: _resolved(one) for base in kind.__mro__ for name, one in vars(base).get("__annotations__", {}).items()
    }


def _accepted(kind: Any) -> Any:
    if kind is float:
        return (int, float)
    return (str, int) if kind in (MaybeSnowflakeIdType,) else kind


def _resolved(wanted: Any) -> Any:
    if isinstance(wanted, ForwardRef):
        wanted = wanted.__forward_arg__
    return eval(wanted, dict(NAMES)) if isinstance(wanted, str) else wanted
