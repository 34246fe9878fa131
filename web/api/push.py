"""Where an app wants to be pushed to: one subscription for each token."""

from typing import Any

import msgspec
from msgspec import Struct, field
from starlette.responses import Response

from node.errors import Problem
from node.services import pushing
from node.services.pushing import Policy, Wanted
from web import answers
from web.api import auth, params
from web.routing import Call, Route


class _Sent(Struct):
    subscription: Any = None
    data: Any = None
    policy: Policy | None = None


class _Keys(Struct):
    p256dh: str = ""
    auth: str = ""


class _Subscription(Struct):
    endpoint: str = ""
    keys: _Keys = field(default_factory=_Keys)
    standard: bool = False


class _Alerts(Struct, rename={"admin_sign_up": "admin.sign_up", "admin_report": "admin.report"}):
    mention: bool | None = None
    status: bool | None = None
    reblog: bool | None = None
    follow: bool | None = None
    follow_request: bool | None = None
    favourite: bool | None = None
    poll: bool | None = None
    update: bool | None = None
    quote: bool | None = None
    quoted_update: bool | None = None
    severed_relationships: bool | None = None
    moderation_warning: bool | None = None
    annual_report: bool | None = None
    added_to_collection: bool | None = None
    collection_update: bool | None = None
    admin_sign_up: bool | None = None
    admin_report: bool | None = None


class _Data(Struct):
    alerts: _Alerts | None = None
    policy: Policy | None = None


async def show(call: Call) -> Response:
    """Return the subscription of this token."""
    return answers.json(await call.node.db.read(pushing.subscription, _token_id(call)))


async def create(call: Call) -> Response:
    """Subscribe, in the place of what this token had. Raises: 400 for another shape, 422 for what cannot be pushed to."""
    sent = await params.decode(call, _Sent)
    wanted = params.convert(_object(sent.subscription, "subscription", "keys"), _Subscription)
    data = _data(sent)
    await pushing.check_endpoint(call.node.addresses, wanted.endpoint, loopback_http=call.node.site.loopback_http)
    asked = Wanted(
        endpoint=wanted.endpoint,
        p256dh=wanted.keys.p256dh,
        auth=wanted.keys.auth,
        is_standard=wanted.standard,
        alerts=_alerts(data) or {},
        policy=data.policy or "all",
    )
    made = await call.node.db.write(pushing.subscribe, call.account_id, _token_id(call), asked)
    return answers.json(made)


async def change(call: Call) -> Response:
    """Change what the subscription lets through."""
    sent = await params.decode(call, _Sent)
    data = _data(sent)
    policy = data.policy or sent.policy
    changed = await call.node.db.write(pushing.change, _token_id(call), alerts=_alerts(data), policy=policy)
    return answers.json(changed)


async def remove(call: Call) -> Response:
    """End the subscription; none is fine."""
    await call.node.db.write(pushing.unsubscribe, _token_id(call))
    return answers.empty()


def _token_id(call: Call) -> int:
    assert call.viewer is not None
    return call.viewer.token_id


def _object(value: Any, name: str, inner: str) -> dict[str, Any]:
    """Return an object that may hold another one. Raises: 400 for anything else: apps tell it from a wrong value."""
    if value is None or value == "":
        return {}
    if not isinstance(value, dict) or not isinstance(value.get(inner, {}), dict | None):
        raise Problem(400, "malformed", f"{name} must be an object", field=name)
    return value


def _data(sent: _Sent) -> _Data:
    return params.convert(_object(sent.data, "data", "alerts"), _Data)


def _alerts(data: _Data) -> dict[str, bool] | None:
    if data.alerts is None:
        return None
    named: dict[str, bool | None] = msgspec.to_builtins(data.alerts)
    return {name: wants for name, wants in named.items() if wants is not None}


_push = auth.user("push")

routes = [
    Route("GET", "/api/v1/push/subscription", show, _push),
    Route("POST", "/api/v1/push/subscription", create, _push),
    Route("PUT", "/api/v1/push/subscription", change, _push),
    Route("PATCH", "/api/v1/push/subscription", change, _push),
    Route("DELETE", "/api/v1/push/subscription", remove, _push),
]
