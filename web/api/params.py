"""What a client sent, as ONE typed struct: query, JSON, form and multipart alike.

How it works. Every source becomes the same tree (`poll[options][]=a` and `{"poll": {"options": ["a"]}}` are equal; the
body wins over the query). The tree is shaped after the struct (words become booleans, a single value a list, indexed
keys a list) and then converted by msgspec, whose complaint is turned into a sentence that names the field.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import inspect
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.requests import Request

from node.errors import Problem, invalid
from web.bodies import too_large
from web.routing import Call

T = TypeVar("T")
Tree = dict[str, Any]

MAX_PARAMS: Final = 1000
MAX_DEPTH: Final = 4
MAX_FILES: Final = 4
MAX_PART_BYTES: Final = 256 * 1024
JSON: Final = "application/json"
_CHARSETS: Final = frozenset({b"utf-8", b"utf8", b"us-ascii", b"iso-8859-1"})
_FALSE: Final = frozenset({"0", "f", "F", "false", "FALSE", "False", "off", "OFF"})
_TWICE: Final = re.compile(r"(?:\[\]){2,}")  # a list of lists is nowhere asked for, but some clients say so: one list
_KEY: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


class Upload:
    """A file that came with a form."""

    __slots__ = ("content_type", "data", "filename")

    def __init__(self, filename: str, content_type: str, data: bytes) -> None:
        self.filename: Final = filename
        self.content_type: Final = content_type
        self.data: Final = data


async def decode(call: Call, kind: type[T]) -> T:
    """Return what the client sent as a `kind`.

    Shapes: query, JSON object, urlencoded form, multipart form; unknown names are ignored.
    Raises: 400 malformed, 413 too large, 415 another content type, 422 naming the field that is wrong.
    """
    tree = _tree(_pairs(call.request.scope["query_string"]))
    if call.request.method not in ("GET", "HEAD") or _media_type(call.request) == JSON:  # some send lists of ids so
        tree |= await _body(call.request)
    return convert(tree, kind)


def query(call: Call, kind: type[T]) -> T:
    """Return the query alone as a `kind`. Raises: 400, 422 as `decode`."""
    return of_query(call.request.scope["query_string"], kind)


def of_query(query: bytes, kind: type[T]) -> T:
    """Return a query as a `kind`. Raises: 400, 422 as `decode`."""
    return convert(_tree(_pairs(query)), kind)


def convert(tree: Tree, kind: type[T]) -> T:
    """Return a tree as a `kind`. Raises: 422 naming the field that is wrong."""
    described: Any = kind
    shaped = _shape(_described(described), tree)
    try:
        return msgspec.convert(shaped, kind, strict=False, dec_hook=_only_uploads)
    except msgspec.ValidationError as error:
        raise _complaint(str(error)) from None


# ------------------------------------------------------------------ sources


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _body(request: Request) -> Tree:
    media_type = _media_type(request)
    if media_type == JSON or media_type.endswith("+json"):
        return _json(await request.body())
    if media_type == "application/x-www-form-urlencoded":
        return _tree(_pairs(await request.body()))
    if media_type == "multipart/form-data":
        return _tree(await _parts(request))
    if await request.body():
        raise Problem(415, "wrong-content-type", "Send the body as JSON, as a form or as multipart")
    return {}


def _json(body: bytes) -> Tree:
    if not body.strip():
        return {}
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Problem(400, "malformed", "The body is not valid JSON") from None
    if not isinstance(value, dict):
        raise Problem(400, "malformed", "The body must be a JSON object")
    return {key.removesuffix("[]"): one for key, one in value.items()}  # some name lists as in a form


def _pairs(raw: bytes) -> list[tuple[str, Any]]:
    if not raw:
        return []
    try:
        text = raw.decode()
        return list(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_PARAMS))
    except ValueError:
        raise Problem(400, "malformed", "The form cannot be read, or has too many fields") from None


async def _parts(request: Request) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    _check_charset(request)
    try:
        async with request.form(max_files=MAX_FILES, max_fields=MAX_PARAMS, max_part_size=MAX_PART_BYTES) as form:
            for name, value in form.multi_items():
                pairs.append((name, await _upload(value) if isinstance(value, UploadFile) else value))
    except Problem:
        raise
    except Exception as error:
        if "maximum size" in getattr(error, "message", ""):
            raise too_large(MAX_PART_BYTES) from None
        raise Problem(400, "malformed", "The multipart form cannot be read") from None
    return pairs


def _check_charset(request: Request) -> None:
    """Refuse a form in a strange encoding: some take very long to read, others give half characters."""
    _, options = parse_options_header(request.headers["content-type"])
    if options.get(b"charset", b"utf-8").lower() not in _CHARSETS:
        raise Problem(415, "wrong-content-type", "Send the form as UTF-8")


async def _upload(file: UploadFile) -> Upload:
    return Upload(file.filename or "", file.content_type or "", await file.read())


# ------------------------------------------------------------------ brackets


def _tree(pairs: Iterable[tuple[str, Any]]) -> Tree:
    root: Tree = {}
    for key, value in pairs:
        match = _KEY.fullmatch(key)
        if match is None:
            continue  # not a name of ours
        steps = [match[1], *(re.findall(r"\[([^\[\]]*)\]", _TWICE.sub("[]", match[2])))]
        if len(steps) > MAX_DEPTH:
            raise Problem(400, "malformed", f"{match[1]} is nested too deep")
        _put(root, steps, value)
    return root


def _put(place: Any, steps: list[str], value: Any) -> None:
    step, rest = steps[0], steps[1:]
    if isinstance(place, list):
        if not rest:
            place.append(value)
            return
        if not place or not isinstance(place[-1], dict) or (rest[0] in place[-1]):
            place.append({})
        _put(place[-1], rest, value)
        return
    if not rest:
        place[step] = value
        return
    inner = place.setdefault(step, [] if rest[0] == "" else {})
    if isinstance(inner, list) != (rest[0] == "") or not isinstance(inner, list | dict):
        raise Problem(400, "malformed", f"{step} is sent in two different shapes")
    _put(inner, rest, value)


# ------------------------------------------------------------------ shapes

_ABSENT: Final = object()


@lru_cache(maxsize=512)
def _described(kind: Any) -> inspect.Type:
    return inspect.type_info(kind)


def _shape(kind: inspect.Type, value: Any) -> Any:
    if isinstance(kind, inspect.UnionType):
        return _union(kind, value)
    shaper = _SHAPERS.get(type(kind))
    if shaper is not None:
        return shaper(kind, value)
    return _ABSENT if value == "" else value


def _union(kind: inspect.UnionType, value: Any) -> Any:
    if value is None:
        return None if kind.includes_none else _ABSENT
    members = [member for member in kind.types if not isinstance(member, inspect.NoneType)]
    return _shape(members[0], value) if len(members) == 1 else value


def _text(_kind: Any, value: Any) -> Any:
    if isinstance(value, str):
        if "\0" in value:
            raise invalid("Text must not hold a NUL character")
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _boolean(_kind: Any, value: Any) -> Any:
    if isinstance(value, str):
        return _ABSENT if not value else value not in _FALSE
    return bool(value) if value in (0, 1) else value


def _list(kind: Any, value: Any) -> Any:
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value, key=_position)]
    elif value == "":
        value = []
    elif not isinstance(value, list):
        value = [value]
    return [shaped for one in value if (shaped := _shape(kind.item_type, one)) is not _ABSENT]


def _position(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isascii() and key.isdigit() and len(key) < 10 else (MAX_PARAMS, key)


def _struct(kind: Any, value: Any) -> Any:
    if not isinstance(value, Mapping):
        return _ABSENT if value == "" else value
    shaped = {}
    for field in kind.fields:
        name = field.encode_name
        if name in value and (inner := _shape(field.type, value[name])) is not _ABSENT:
            shaped[name] = inner
    return shaped


_SHAPERS: Final[Mapping[type, Callable[[Any, Any], Any]]] = {
    inspect.StrType: _text,
    inspect.LiteralType: lambda _kind, value: _ABSENT if value == "" else value,
    inspect.BoolType: _boolean,
    inspect.ListType: _list,
    inspect.VarTupleType: _list,
    inspect.StructType: _struct,
}


def _only_uploads(kind: type, value: Any) -> Any:
    if kind is Upload and isinstance(value, Upload):
        return value
    raise TypeError("Expected a file")


# ------------------------------------------------------------------ complaints

_AT: Final = re.compile(r"(.*?)(?: - at `(?:key in )?\$\.?([^`]*)`)?", re.DOTALL)
_PHRASES: Final = (
    (re.compile(r"Object missing required field `(\w+)`"), "is missing"),
    (re.compile(r"Expected `str` of length <= (\d+)"), r"may have at most \1 characters"),
    (re.compile(r"Expected `str` of length >= (\d+)"), r"must have at least \1 characters"),
    (re.compile(r"Expected `array` of length <= (\d+)"), r"may have at most \1 entries"),
    (re.compile(r"Expected `(?:int|float)` (<=|>=|<|>) (\S+)"), r"must be \1 \2"),
    (re.compile(r"Expected `str.*"), "must be text"),
    (re.compile(r"Expected `bool.*"), "must be true or false"),
    (re.compile(r"Expected `(?:int|float).*"), "must be a number"),
    (re.compile(r"Expected `array.*"), "must be a list"),
    (re.compile(r"Expected `object.*"), "must be an object"),
    (re.compile(r"Expected a file"), "must be a file"),
    (re.compile(r"Invalid enum value.*"), "is none of the known words"),
    (re.compile(r"Invalid RFC3339.*|Expected `(?:datetime|date).*"), "must be a date such as 2027-01-15"),
)


def _complaint(message: str) -> Problem:
    match = _AT.fullmatch(message)
    what, field = (match[1], match[2] or "") if match else (message, "")
    for pattern, phrase in _PHRASES:
        if found := pattern.match(what):
            if phrase == "is missing":
                field = f"{field}.{found[1]}".strip(".")
            what = found.expand(phrase)
            break
    else:
        what = "has a wrong value"
    return invalid(f"Validation failed: {field or 'the request'} {what}", field=field or None)
