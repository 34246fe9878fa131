"""What people bring in: files that are no lists, and fields that are not theirs to set."""

import gzip
import io
import zipfile
from typing import Any

import pytest
from sqlalchemy import select

from node.store import tables
from node.store.unit import Snapshot
from tests.contract.behaviours.people import UPDATE
from tests.support.world import PASSWORD, World
from tests.web.pages.browser import Browser, fields, origin

FORM = "/settings/data/imports"


def archive(name: str, content: bytes) -> bytes:
    """Return a zip file with one entry."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as inside:
        inside.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("filename", "data", "status"),
    [
        ("list.csv", archive("bomb.csv", b"a@far.example\n" * 4_000_000), 422),
        ("../../list.csv", archive("../../../tmp/evil.csv", b"a@far.example\n"), 422),
        ("/dev/zero", archive("/dev/zero", b""), 422),
        ("list.csv.gz", gzip.compress(b"a@far.example\n" * 100_000), 422),
        ("../../../tmp/evil.csv", b"a@far.example\n", 200),
        ("list.csv", b"a@far.example\n" * 100_000, 413),
    ],
    ids=["bomb", "dots", "device", "gzip", "name", "large"],
)
async def test_S126_archives_are_not_opened_and_names_of_files_mean_nothing(
    world: World, filename: str, data: bytes, status: int
) -> None:
    """Only a text of a bounded size is read, in memory; nothing is written outside the database."""
    ines = await world.user("ines")
    browser = Browser(world.client())
    await browser.sign_in(ines.email, PASSWORD)
    sent = fields((await browser.open("/settings/data")).form(FORM)) | {"kind": "blocks"}
    sent.pop("file")

    response = await browser.client.post(
        FORM,
        data=sent,
        files={"file": (filename, data, "text/csv")},
        headers={"origin": origin(browser.client), "accept": "text/html"},
        follow_redirects=True,
    )

    def kept(snapshot: Snapshot) -> list[Any]:
        return [row[0] for row in snapshot.conn.execute(select(tables.imports.c.rows))]

    assert response.status_code == status
    assert await world.db.read(kept) == ([[["a@far.example"]]] if status == 200 else [])
    assert world.blobs.kept == {}


FOREIGN: dict[str, Any] = {
    "role": "admin", "is_admin": True, "admin": True, "confirmed": True, "confirmed_at": "2020-01-01T00:00:00Z",
    "approved": True, "suspended": True, "is_suspended": True, "id": "1", "account_id": "1", "owner_id": "1",
    "username": "root", "username_key": "root", "host": "far.example", "uri": "https://far.example/x", "kind": "group",
    "created_at": "2020-01-01T00:00:00Z", "followers_count": 1000, "part": "{}", "moved_to_uri": "https://far.example/y",
    "is_limited": True, "email": "evil@far.example", "password_hash": "x", "also_known_as": ["https://far.example/z"],
}  # fmt: skip


@pytest.mark.parametrize("path", [UPDATE, "/api/v1/profile"])
@pytest.mark.parametrize("is_json", [True, False])
async def test_S171_a_profile_takes_no_field_that_is_not_offered(world: World, path: str, is_json: bool) -> None:
    """Neither at the top nor inside `source` or a field; the rows are as before."""
    ines = await world.user("ines")
    client, inside = world.client(ines), FOREIGN | {"source": FOREIGN, "fields_attributes": []}

    def rows(snapshot: Snapshot) -> list[Any]:
        a, u = tables.accounts, tables.users
        account = snapshot.conn.execute(select(a).where(a.c.id == ines.id)).one()
        return [account, snapshot.conn.execute(select(u).where(u.c.id == ines.user_id)).one().role]

    before = await world.db.read(rows)
    response = await (client.patch(path, json=inside) if is_json else client.patch(path, data=FOREIGN))
    after = await world.db.read(rows)

    assert (response.status_code, after) == (200, before)


async def test_S171_an_app_registers_with_no_more_than_it_may(world: World) -> None:
    """What it says of itself beyond its name, address and scopes is not kept."""
    sent = {"client_name": "App", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read"} | FOREIGN

    made = (await world.anybody.post("/api/v1/apps", json=sent | {"client_id": "mine", "client_secret": "mine"})).json()

    def row(snapshot: Snapshot) -> Any:
        a = tables.apps
        return snapshot.conn.execute(select(a).where(a.c.id == int(made["id"]))).one()

    kept = await world.db.read(row)
    assert (made["id"] != "1", made["client_id"] != "mine", made["client_secret"] != "mine") == (True, True, True)
    assert (kept.scopes, kept.created_at) == ("read", world.clock.now())
