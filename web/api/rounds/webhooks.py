"""Webhooks: other systems of the house that hear what happens in the loop; for administrators."""

from datetime import datetime
from typing import Final

from msgspec import Struct, field
from starlette.responses import Response

from node.services import entering, hooking
from node.services.hooking import Webhook
from web import answers
from web.api import params
from web.api.admin import access
from web.api.rounds.openapi import row
from web.routing import Call

READS: Final = access.administrators("admin:read")
WRITES: Final = access.administrators("admin:write")


class WebhookEntity(Struct):
    """An address that is told. `failures` are in a row, the twentieth switches it off; `last_status` 0: no answer."""

    id: str
    url: str
    events: list[str]
    is_active: bool
    failures: int
    last_status: int | None
    last_at: datetime | None
    created_at: datetime


class WebhookBody(Struct):
    """Where to post to, and of what to tell; no events: of everything."""

    url: str = ""
    events: list[str] = field(default_factory=list)


async def list_webhooks(call: Call) -> Response:
    """Return every webhook."""
    return answers.json([_webhook(one) for one in await call.node.db.read(hooking.listed)])


async def create_webhook(call: Call) -> Response:
    """Tell an address from now on; one that is there changes and is switched on again."""
    sent = await params.decode(call, WebhookBody)
    by = access.acting(call).name
    await entering.check(call.node.db, call.node.addresses, sent.url, what="url", by=by)
    made = await call.node.db.write(hooking.add, sent.url, sent.events, by=by, account_id=call.account_id)
    return answers.json(_webhook(made))


async def test_webhook(call: Call) -> Response:
    """Have a webhook told something harmless."""
    return answers.json(_webhook(await call.node.db.write(hooking.test, call.id())))


async def remove_webhook(call: Call) -> Response:
    """Tell an address nothing any more."""
    await call.node.db.write(hooking.remove, call.id(), by=access.acting(call).name)
    return answers.empty()


def _webhook(one: Webhook) -> WebhookEntity:
    return WebhookEntity(
        id=str(one.id),
        url=one.url,
        events=list(one.events),
        is_active=one.is_active,
        failures=one.failures,
        last_status=one.last_status,
        last_at=one.last_at,
        created_at=one.created_at,
    )


OPERATIONS: Final = (
    row("GET", "/webhooks", list_webhooks, READS, list[WebhookEntity]),
    row("POST", "/webhooks", create_webhook, WRITES, WebhookEntity, body=WebhookBody),
    row("POST", "/webhooks/{id}/test", test_webhook, WRITES, WebhookEntity),
    row("DELETE", "/webhooks/{id}", remove_webhook, WRITES, "application/json"),
)
