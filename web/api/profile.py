"""The own account: what an app shows and changes about the person it acts for."""

from msgspec import Struct
from starlette.responses import Response

from node.services import accounts, portraying, profiles
from node.services.portraying import Portrait
from node.services.profiles import ProfileEdit, ProfileField
from node.services.uploading import NewFile, Outside
from web import answers
from web.api import auth, params
from web.api.params import Upload
from web.routing import Call, Handler, Route


class _Source(Struct):
    privacy: str | None = None
    sensitive: bool | None = None
    language: str | None = None
    quote_policy: str | None = None


class _Edit(Struct):
    display_name: str | None = None
    note: str | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hide_collections: bool | None = None
    show_media: bool | None = None
    show_media_replies: bool | None = None
    show_featured: bool | None = None
    attribution_domains: list[str] | None = None
    fields_attributes: list[ProfileField] | None = None
    source: _Source | None = None
    avatar: Upload | None = None
    avatar_description: str | None = None
    header: Upload | None = None
    header_description: str | None = None


async def show(call: Call) -> Response:
    """Return the CredentialAccount of the token's user."""
    return answers.rendered(await call.node.db.read(accounts.own, call.account_id))


async def show_raw(call: Call) -> Response:
    """Return the Profile of the token's user: everything as it was typed, to be edited."""
    return answers.json(await call.node.db.read(profiles.profile, call.account_id))


async def update(call: Call) -> Response:
    """Change what was sent and nothing else; answer with the CredentialAccount."""
    await _change(call)
    return await show(call)


async def update_raw(call: Call) -> Response:
    """Change what was sent and nothing else; answer with the Profile."""
    await _change(call)
    return await show_raw(call)


async def _change(call: Call) -> None:
    sent = await params.decode(call, _Edit)
    portrait, node = Portrait(_file(sent.avatar), _file(sent.header)), call.node
    outside, limit = Outside(node.workshop, node.blobs), node.settings.max_upload_bytes
    await portraying.edit_profile(node.db, outside, call.account_id, _edit(sent), portrait, max_bytes=limit)


def _edit(sent: _Edit) -> ProfileEdit:
    source = sent.source or _Source()
    return ProfileEdit(
        display_name=sent.display_name,
        note=sent.note,
        is_locked=sent.locked,
        is_bot=sent.bot,
        is_discoverable=sent.discoverable,
        is_indexable=sent.indexable,
        hides_collections=sent.hide_collections,
        shows_media=sent.show_media,
        shows_media_replies=sent.show_media_replies,
        shows_featured=sent.show_featured,
        attribution_domains=None if sent.attribution_domains is None else tuple(sent.attribution_domains),
        avatar_alt=sent.avatar_description,
        header_alt=sent.header_description,
        fields=None if sent.fields_attributes is None else tuple(sent.fields_attributes),
        privacy=source.privacy,
        is_sensitive=source.sensitive,
        language=source.language,
        quote_policy=source.quote_policy,
    )


def _file(sent: Upload | None) -> NewFile | None:
    return None if sent is None else NewFile(sent.data)


def _without(edit: ProfileEdit) -> Handler:
    """Return what takes a picture away; none is fine."""

    async def answer(call: Call) -> Response:
        await call.node.db.write(profiles.edit_profile, call.account_id, edit)
        return await show(call)

    return answer


async def preferences(call: Call) -> Response:
    """Return how the user posts and reads unless something else is said."""
    kept = await call.node.db.read(accounts.preferences, call.account_id)
    return answers.json(
        {
            "posting:default:visibility": kept.privacy,
            "posting:default:sensitive": kept.is_sensitive,
            "posting:default:language": kept.language,
            "posting:default:quote_policy": kept.quote_policy,
            "reading:expand:media": kept.media,
            "reading:expand:spoilers": kept.opens_warnings,
            "reading:autoplay:gifs": kept.plays_gifs,
        }
    )


_read, _write = auth.user("profile", "read:accounts"), auth.user("write:accounts")

routes = [
    Route("GET", "/api/v1/accounts/verify_credentials", show, _read),
    Route("PATCH", "/api/v1/accounts/update_credentials", update, _write, is_upload=True),
    Route("GET", "/api/v1/profile", show_raw, _read),
    Route("PATCH", "/api/v1/profile", update_raw, _write, is_upload=True),
    Route("PUT", "/api/v1/profile", update_raw, _write, is_upload=True),
    Route("DELETE", "/api/v1/profile/avatar", _without(ProfileEdit(avatar="")), _write),
    Route("DELETE", "/api/v1/profile/header", _without(ProfileEdit(header="")), _write),
    Route("GET", "/api/v1/preferences", preferences, auth.user("read:accounts")),
]
