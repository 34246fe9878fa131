"""Names that look like others, turn the text around or tower over it: not taken, or tamed where they are shown."""

import unicodedata
from typing import Any

import pytest

from federation.vocab import prose
from node.errors import Problem
from node.services import accounts
from node.services.accounts import RESERVED, NewUser
from node.store.unit import Unit
from tests.node.federating.conftest import Ward, ward
from tests.support.world import PASSWORD, World, key_pair
from tests.web.pages.browser import Browser

__all__ = ["ward"]

LOOK_ALIKES = [
    "\u0430dmin",
    "\uff41\uff44\uff4d\uff49\uff4e",
    "in\u200des",
    "ines.",
    "in\u00ads",
    "in\u212aes",
    "\u017fystem",
    "in es",
    "in\u0456s",
    "ines\u0301",
    "",
]


async def made(world: World, username: str) -> int:
    """Return the status with which a name is refused, 200 when it is taken."""
    new = NewUser(username, f"{len(username)}{ord((username or 'x')[0])}@ward.example", "x", key_pair(0))

    def create(unit: Unit) -> None:
        accounts.create_user(unit, new)

    try:
        await world.db.write(create)
    except Problem as problem:
        return problem.status
    return 200


@pytest.mark.parametrize("username", LOOK_ALIKES)
async def test_S174_a_name_that_looks_like_another_is_refused(world: World, username: str) -> None:
    """Other scripts, wide letters, joiners, dots, and letters that become ours in lower case."""
    await world.user("ines")

    assert await made(world, username) == 422


async def test_S174_a_name_is_one_in_every_case(world: World) -> None:
    """What is taken is taken."""
    await world.user("ines")

    assert [await made(world, name) for name in ("INES", "Ines", " ines ", "omar")] == [422, 422, 422, 200]


async def test_S174_names_of_the_house_are_reserved(world: World) -> None:
    """Nobody goes by what people take for the administrators, or for the node itself."""
    wanted = [*sorted(RESERVED), "actor", world.site.institution_username, "Admin", "ROOT"]

    assert {name: await made(world, name) for name in wanted} == dict.fromkeys(wanted, 422)


TRICKS = [
    "a\u202egnp.exe",
    "a\nb\r\nc",
    "Z" + "\u0301" * 40 + "algo",
    "\u2067x\u2069",
    "a\u200b\u200eb\x00\x07",
    "\ufeffBOM",
]


def is_tame(text: str) -> bool:
    """Tell whether a text is one line without direction marks and towers."""
    marks = [unicodedata.category(sign) in ("Mn", "Me") for sign in text]
    is_towering = any(all(marks[at : at + 6]) for at in range(len(marks) - 5))
    return not is_towering and not any(unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") for sign in text)


@pytest.mark.parametrize("trick", TRICKS)
async def test_S175_names_and_warnings_are_tamed(ward: Ward, trick: str) -> None:
    """Those of peers and our own: in the API, and on the pages within an element that keeps their direction."""
    finch = ward.peer.actor("finch", key=1)
    ward.peer.publish(finch.document(name=trick))
    create = finch.create("hello", summary=trick, to=[ward.asha.account.uri])
    await ward.takes(create, by=finch)
    asha = ward.node.world.client(ward.asha)
    await asha.patch("/api/v1/accounts/update_credentials", json={"display_name": trick.replace("\0", "")})
    own: dict[str, Any] = (
        await asha.post("/api/v1/statuses", json={"status": "x", "spoiler_text": trick.replace("\0", "")})
    ).json()

    found = (await asha.get("/api/v1/accounts/lookup", params={"acct": "finch@masto.example"})).json()
    seen = (await asha.get(f"/api/v1/statuses/{(await ward.holds(create['object']['id'])).id}")).json()
    names = [found["display_name"], seen["spoiler_text"], own["account"]["display_name"], own["spoiler_text"]]

    assert [name for name in names if not is_tame(name)] == []
    assert all(names)


async def test_S175_a_handle_stands_beside_every_name(world: World) -> None:
    """A name is wrapped so that it turns nothing around, and is never all that is shown."""
    ines = await world.user("ines", display_name="Chief \u05d0\u05d1\u05d2")
    omar = await world.user("omar")
    said = (await world.client(ines).post("/api/v1/statuses", json={"status": "@omar hello"})).json()
    await world.client(omar).post(f"/api/v1/statuses/{said['id']}/reblog")
    browser = Browser(world.anybody)
    await browser.sign_in("omar", PASSWORD)

    for path in ("/@ines", f"/@ines/{said['id']}", "/notifications", "/home", "/local"):
        page = (await browser.client.get(path)).text
        shown = page.count("Chief \u05d0\u05d1\u05d2</bdi>")
        if path != "/local":
            assert shown, path
        assert page.count("ines") >= shown
        for before in page.split("Chief \u05d0\u05d1\u05d2</bdi>")[1:]:
            assert "ines" in before[:200], path


def test_S175_marks_of_real_scripts_stay() -> None:
    """Vietnamese, Hebrew with points, Thai, an emoji with its variation."""
    for name in ("Nguye\u0302\u0303n", "\u05e9\u05bc\u05c1\u05b8", "\u0e17\u0e35\u0e48", "\u2764\ufe0f", "José"):
        assert prose.line(name, 100) == name
