"""Apps that make accounts for people: signing up, and the mail that confirms an address."""

from msgspec import Struct
from starlette.responses import Response

from node.services import signing_up
from node.services.signing_up import Newcomer
from web import answers
from web.api import auth, params
from web.api.oauth import token_entity
from web.routing import Call, Route


class _Wanted(Struct):
    username: str = ""
    email: str = ""
    password: str = ""
    agreement: bool = False
    locale: str = ""
    reason: str = ""
    date_of_birth: str = ""


class _Email(Struct):
    email: str = ""


async def sign_up(call: Call) -> Response:
    """Make an account and return a token of it, which is good for something as soon as the person is let in."""
    assert call.viewer is not None
    sent = await params.decode(call, _Wanted)
    new = Newcomer(
        username=sent.username,
        email=sent.email,
        password=sent.password,
        has_agreed=sent.agreement,
        locale=sent.locale,
        reason=sent.reason,
        born_on=sent.date_of_birth,
    )
    node = call.node
    issued = await signing_up.sign_up(node.door, node.db, call.viewer, new, address=call.address)
    return answers.json(token_entity(issued), headers={"cache-control": "no-store"})


async def confirm_again(call: Call) -> Response:
    """Send the mail of confirmation once more."""
    assert call.viewer is not None
    sent = await params.decode(call, _Email)
    await call.node.db.write(signing_up.change_email, call.viewer, sent.email)
    return answers.empty()


async def is_confirmed(call: Call) -> Response:
    """Tell whether the address is confirmed."""
    assert call.viewer is not None
    return answers.json(await call.node.db.read(signing_up.is_confirmed, call.viewer.user_id or 0))


routes = [
    Route("POST", "/api/v1/accounts", sign_up, auth.app("write:accounts")),
    Route("POST", "/api/v1/emails/confirmations", confirm_again, auth.newcomer("write:accounts")),
    Route("GET", "/api/v1/emails/check_confirmation", is_confirmed, auth.newcomer("read:accounts")),
]
