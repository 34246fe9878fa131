"""The picture and the header of a profile: cut to their shape from their pixels alone, and kept like any file of ours."""

import secrets
from functools import partial
from typing import Final, NamedTuple

import msgspec

from node.privacy import images
from node.services import profiles, uploading
from node.services.profiles import ProfileEdit
from node.services.uploading import NewFile, Outside
from node.store.database import Database

_CUT: Final = {
    "avatar": partial(images.cut, width=400, height=400),
    "header": partial(images.cut, width=1500, height=500),
}


class Portrait(NamedTuple):
    """What a person sends of themselves; None leaves things as they are."""

    avatar: NewFile | None = None
    header: NewFile | None = None


async def edit_profile(
    db: Database, outside: Outside, account_id: int, change: ProfileEdit, new: Portrait, *, max_bytes: int
) -> None:
    """Change the own profile with its pictures; the files of the old ones go.

    Raises: 422 naming what is wrong, 503 when there is no room; then nothing has changed.
    """
    kept: dict[str, str] = {}
    try:
        for field, file in new._asdict().items():
            if file is not None:
                kept[field] = await _keep(outside, account_id, field, file, max_bytes)
        await db.write(profiles.edit_profile, account_id, msgspec.structs.replace(change, **kept))
    except BaseException:
        await uploading.take_back(outside.blobs, kept.values())
        raise


async def _keep(outside: Outside, account_id: int, field: str, file: NewFile, max_bytes: int) -> str:
    uploading.check_file(file.data, max_bytes, field=field)
    made = await uploading.worked(outside.workshop, _CUT[field], file.data, field=field)
    key = f"{field}s/{account_id}/{secrets.token_hex(16)}{made.suffix}"
    await uploading.put(outside.blobs, key, made)
    return key
