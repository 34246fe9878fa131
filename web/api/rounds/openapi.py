"""The OpenAPI 3.1 document of /api/rounds/v1, made from its table of operations and the structs they take and give."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from node.social.site import Site
from web.api import auth
from web.api.rounds import shapes
from web.routing import Handler, Route

Document = dict[str, Any]
START: Final = "/api/rounds/v1"
READ: Final = auth.user("read:rounds")
OPEN: Final = auth.anyone("read:rounds")
WRITE: Final = auth.user("write:rounds")
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
_ERRORS: Final[Mapping[str, str]] = {
    "400": "What was sent cannot be read",
    "401": "No token, or not a valid one",
    "403": "Not allowed to this account, or outside the scopes of the token",
    "404": "Nothing here, or not for you",
    "413": "More was sent than is taken",
    "415": "The body is neither JSON nor a form",
    "422": "Something is wrong with what was sent; `details` names the field",
    "429": "Too many requests: wait as long as Retry-After says",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A row of the table: a route, and what it takes and gives. `answer` is a struct, or a content type for a file."""

    method: str
    path: str
    handler: Handler
    access: auth.Token | None
    summary: str
    tag: str
    answer: Any
    body: Any = None
    query: Any = None

    @property
    def route(self) -> Route:
        """The row as the router takes it."""
        return Route(self.method, self.path, self.handler, self.access)

    @property
    def name(self) -> str:
        """The operation's id: the name of its function and of what it is about."""
        return self.handler.__name__


def row(method: str, path: str, handler: Any, access: auth.Token | None, answer: Any, **more: Any) -> Operation:
    """Return a row of the table; its summary is the sentence of the handler, its tag the first word of its path."""
    tag = path.lstrip("/").partition("/")[0].partition(".")[0]
    summary = (handler.__doc__ or "").strip()
    return Operation(
        method=method,
        path=START + path,
        handler=handler,
        access=access,
        summary=summary,
        tag=tag,
        answer=answer,
        **more,
    )


def build(operations: Sequence[Operation], site: Site) -> Document:
    """Return the document."""
    schemas, components = _schemas(operations)
    paths: dict[str, Document] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Rounds",
            "version": "1",
            "description": "Loops of learning, action and share, beside the Mastodon API. Tokens and scopes are the same.",
        },
        "servers": [{"url": site.base_url}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "oauth": {
                    "type": "oauth2",
                    "flows": {
                        "authorizationCode": {
                            "authorizationUrl": f"{site.base_url}/oauth/authorize",
                            "tokenUrl": f"{site.base_url}/oauth/token",
                            "scopes": {
                                "read:rounds": "Read loops",
                                "write:rounds": "Write them",
                                "admin:read": "Read what administrators arrange",
                                "admin:write": "Arrange it",
                            },
                        }
                    },
                }
            },
        },
    }


def _schemas(operations: Iterable[Operation]) -> tuple[dict[Any, Document], Document]:
    structs: dict[Any, None] = {shapes.ErrorEntity: None}
    for operation in operations:
        for kind in (operation.body, operation.query, operation.answer):
            if kind is not None and not isinstance(kind, str):
                structs[kind] = None
    kinds = list(structs)
    found, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    return dict(zip(kinds, found, strict=True)), components


def _operation(operation: Operation, schemas: Mapping[Any, Document]) -> Document:
    scopes = list(operation.access.scopes) if operation.access else []
    is_open = operation.access is None or operation.access.who == "anyone"
    described: Document = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": [*_in_path(operation.path), *_in_query(operation)],
        "security": [{"oauth": scopes}, *([{}] if is_open else [])],
        "responses": {
            "200": {"description": "What was asked for", "content": _content(operation.answer, schemas)},
            **{status: _error(words, schemas) for status, words in _ERRORS.items()},
        },
    }
    if operation.body is not None:
        schema = {"schema": schemas[operation.body]}
        described["requestBody"] = {"content": {JSON: schema, FORM: schema}}
    return described


def _content(answer: Any, schemas: Mapping[Any, Document]) -> Document:
    return {answer: {}} if isinstance(answer, str) else {JSON: {"schema": schemas[answer]}}


def _error(words: str, schemas: Mapping[Any, Document]) -> Document:
    return {"description": words, "content": {JSON: {"schema": schemas[shapes.ErrorEntity]}}}


def _in_path(path: str) -> list[Document]:
    names = re.findall(r"{(\w+)}", path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _in_query(operation: Operation) -> list[Document]:
    if operation.query is None:
        return []
    return [
        {
            "name": field.encode_name,
            "in": "query",
            "required": field.required,
            "schema": {"type": "string"},
        }
        for field in msgspec.structs.fields(operation.query)
    ]
