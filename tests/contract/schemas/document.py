"""The OpenAPI document of the Mastodon API, made from the tables: paths, what each takes, and what it answers.

A body is described as JSON (a tree), and as a form whose names have brackets; files make it multipart.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from tests.contract.entities import MAY_BE_EMPTY, SPOKEN, Attribute, table
from tests.contract.mastodon import facts
from tests.contract.mastodon.facts import Endpoint, Param

Schema = dict[str, Any]
JSON: Final = "application/json"
MAX_ITEMS: Final = 8
_INSTANT: Final = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"
_WORDS: Final = re.compile(r"[\w.:]+(\|[\w.:]+)+")
_PATTERNS: Final = {
    "url": r"^(https?|wss?)://\S+$",
    "datetime": _INSTANT,
    "date": r"^\d{4}-\d\d-\d\d$",
    "integer": r"^-?\d+$",
    "id": r"^.+$",
}
_KINDS: Final[Mapping[str, Schema]] = {
    "String": {"type": "string"},
    "Integer": {"type": "integer"},
    "Float": {"type": "number"},
    "Number": {"type": "number"},
    "Boolean": {"type": "boolean"},
    "Hash": {"type": "object"},
    "File": {"type": "string", "format": "binary"},
    "Null": {"type": "null"},
    "Object": {"type": "object"},
}


def document(rows: Iterable[Endpoint]) -> Schema:
    """Return the document of these endpoints."""
    paths: dict[str, Schema] = {}
    for row in rows:
        paths.setdefault(template(row.path), {})[row.method.lower()] = _operation(row)
    return {
        "openapi": "3.1.0",
        "info": {"title": "The Mastodon API", "version": "4"},
        "paths": paths,
        "components": {"schemas": {_name(entity): entity_schema(entity) for entity in table()}},
    }


def template(path: str) -> str:
    """Return a path with its names in braces."""
    return re.sub(r":(\w+)", r"{\1}", path.partition("?")[0])


def _operation(row: Endpoint) -> Schema:
    given = facts.params().get(row.name, ())
    named = [_parameter(one) for one in given if one.place == "query"]
    named += [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in re.findall(r"\{(\w+)\}", template(row.path))
    ]
    described: Schema = {
        "parameters": named,
        "responses": {"2XX": _response(row.entity), "default": {"description": ""}},
    }
    sent = [one for one in given if one.place == "form"]
    if sent:
        described["requestBody"] = {"content": _contents(sent)}
    return described


def _parameter(one: Param) -> Schema:
    return {"name": one.name, "in": "query", "required": one.is_required, "schema": _taken(one)}


def _contents(sent: list[Param]) -> Schema:
    flat: Schema = {"type": "object", "properties": {one.name.replace(":index", "0"): _taken(one) for one in sent}}
    if any(one.type == "File" for one in sent):
        flat["required"] = [one.name for one in sent if one.is_required]
        return {"multipart/form-data": {"schema": flat}}
    return {JSON: {"schema": _tree(sent)}, "application/x-www-form-urlencoded": {"schema": flat}}


def _tree(sent: list[Param]) -> Schema:
    root: Schema = {"type": "object", "properties": {}, "required": []}
    for one in sent:
        steps = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", one.name)
        if one.is_required:
            root["required"] = sorted({*root["required"], steps[0]})
        place = root
        for step in steps[:-1]:
            place = _step(place, step)
        if steps[-1] == "":
            place.update(_list(place, _taken(one)))
        else:
            place.setdefault("properties", {})[steps[-1]] = _taken(one)
    return root


def _step(place: Schema, step: str) -> Schema:
    if step in ("", ":index"):
        place.setdefault("type", "array")
        place["type"], place["maxItems"] = "array", MAX_ITEMS
        place.pop("properties", None)
        found: Schema = place.setdefault("items", {"type": "object"})
        return found
    inner: Schema = place.setdefault("properties", {}).setdefault(step, {"type": "object"})
    return inner


def _list(place: Schema, taken: Schema) -> Schema:
    place.pop("properties", None)
    return {"type": "array", "maxItems": MAX_ITEMS, "items": taken.get("items", taken)}


def _taken(one: Param) -> Schema:
    if _WORDS.fullmatch(one.limits) and one.type == "String":
        return {"enum": one.limits.split("|")}
    if one.type.startswith("Array<"):
        return {"type": "array", "maxItems": MAX_ITEMS, "items": dict(_KINDS.get(one.type[6:-1], {"type": "string"}))}
    return dict(_KINDS.get(re.split(r"[(|]", one.type)[0], {"type": "string"}))


# ------------------------------------------------------------------ answers


def _response(entity: str) -> Schema:
    plain = entity.partition(" (")[0]
    if not plain or plain.startswith(("text", "empty", "HTML", "redirect", "HostMeta", "JSON", "DonationCampaign")):
        return {"description": entity}
    return {"description": entity, "content": {JSON: {"schema": _answer(plain)}}}


def _answer(entity: str) -> Schema:
    choices = re.split(r" or (?=[A-Z{])", entity)
    if len(choices) > 1:
        return {"anyOf": [_answer(one) for one in choices]}
    if entity.startswith("{"):
        members = re.findall(r"(\w+)(\??): (\w+)", entity)
        return {
            "type": "object",
            "properties": {name: _kind(kind, "") for name, _, kind in members},
            "required": [name for name, mark, _ in members if not mark],
        }
    return _kind(entity, "")


@cache
def entity_schema(entity: str) -> Schema:
    """Return what the table says of an entity, as a JSON Schema."""
    found: Schema = {"type": "object", "properties": {}}
    for attribute in table()[entity]:
        if attribute.path[0].startswith("(all of "):
            found.setdefault("allOf", []).append(_ref(attribute.type))
        else:
            _place(found, attribute, attribute.path, entity)
    return found


def _place(schema: Schema, attribute: Attribute, path: tuple[str, ...], entity: str) -> None:
    step, rest = path[0], path[1:]
    if step == "":
        inner = schema.setdefault("items", {})
        if rest:
            _place(inner, attribute, rest, entity)
        else:
            inner.update(_kind(attribute.type, attribute.note))
        return
    properties = schema.setdefault("properties", {})
    if rest:
        _place(properties.setdefault(step, {}), attribute, rest, entity)
        return
    kind = _kind(attribute.type, attribute.note)
    if attribute.is_nullable:
        kind = {"anyOf": [kind, {"type": "null"}]}
    if (entity, step) in MAY_BE_EMPTY:
        kind = {"anyOf": [kind, {"const": ""}]}
    properties[step] = {**properties.get(step, {}), **kind}
    if not attribute.is_optional and attribute.since <= SPOKEN and len(attribute.path) == 1:
        schema.setdefault("required", []).append(step)


def _kind(wanted: str, note: str) -> Schema:
    if wanted.startswith("Array<"):
        return {"type": "array", "items": _kind(wanted[6:-1], "")}
    if "|" in wanted:
        return {"anyOf": [_kind(one, "") for one in wanted.split("|")]}
    if wanted in table():
        return _ref(wanted)
    name, _, form = wanted.rstrip(")").partition("(")
    found = dict(_KINDS.get(re.split(r"[<]", name)[0], {}))
    if form in _PATTERNS:
        found["pattern"] = _PATTERNS[form]
    if form == "enum" and "|" in note:
        found = {"enum": next(part for part in note.split(";") if "|" in part).strip().split("|")}
    return found


def _ref(entity: str) -> Schema:
    return {"$ref": f"#/components/schemas/{_name(entity)}"}


def _name(entity: str) -> str:
    return entity.replace("::", ".")
