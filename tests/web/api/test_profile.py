"""The own account: what an app shows and changes."""

from typing import Any

import pytest

from tests.contract.entities import faults
from tests.support.world import World

VERIFY = "/api/v1/accounts/verify_credentials"
UPDATE = "/api/v1/accounts/update_credentials"


async def test_verify_credentials_is_a_whole_credential_account(world: World) -> None:
    """Every attribute that apps rely on is there with its type."""
    ines = await world.user("ines", display_name="Ines Okafor")

    shown = (await world.client(ines).get(VERIFY)).json()

    assert faults("CredentialAccount", shown) == []
    assert (shown["acct"], shown["display_name"], shown["uri"], shown["url"]) == (
        "ines",
        "Ines Okafor",
        "https://ward.example/users/ines",
        "https://ward.example/@ines",
    )
    assert shown["created_at"] == "2026-11-25T00:00:00.000Z"


async def test_administrator_is_told_so(world: World) -> None:
    """Apps show what a role may do."""
    head = await world.user("head", role="admin")

    role = (await world.client(head).get(VERIFY)).json()["role"]

    assert (role["name"], role["permissions"]) == ("Administrator", "1")


FORMS: list[dict[str, Any]] = [
    {
        "json": {
            "display_name": "Dr <b>Ines</b>",
            "note": "Hand hygiene.\n\nhttps://ward.example/x <script>",
            "locked": True,
            "fields_attributes": [{"name": "Ward", "value": "https://ward.example"}],
            "source": {"privacy": "unlisted", "sensitive": True, "language": "de"},
        }
    },
    {
        "data": {
            "display_name": "Dr <b>Ines</b>",
            "note": "Hand hygiene.\n\nhttps://ward.example/x <script>",
            "locked": "on",
            "fields_attributes[0][name]": "Ward",
            "fields_attributes[0][value]": "https://ward.example",
            "source[privacy]": "unlisted",
            "source[sensitive]": "1",
            "source[language]": "de",
        }
    },
]
FORMS.append({"files": {name: (None, value) for name, value in FORMS[1]["data"].items()}})


@pytest.mark.parametrize("form", FORMS, ids=["json", "form", "multipart"])
async def test_update_takes_the_three_forms_alike(world: World, form: dict[str, Any]) -> None:
    """Apps send all of them; the outcome is one."""
    ines = await world.user("ines")
    client = world.client(ines)

    response = await client.patch(UPDATE, **form)

    changed = response.json()
    assert (response.status_code, faults("CredentialAccount", changed)) == (200, [])
    assert (changed["display_name"], changed["locked"]) == ("Dr <b>Ines</b>", True)
    assert "<script" not in changed["note"]
    assert changed["source"]["note"] == "Hand hygiene.\n\nhttps://ward.example/x <script>"
    assert changed["fields"][0]["name"] == "Ward"
    assert 'href="https://ward.example"' in changed["fields"][0]["value"]
    assert [changed["source"][name] for name in ("privacy", "sensitive", "language")] == ["unlisted", True, "de"]
    assert changed["source"]["fields"][0]["value"] == "https://ward.example"


async def test_update_changes_only_what_was_sent(world: World) -> None:
    """Everything else stays as it was."""
    ines = await world.user("ines", display_name="Ines")
    client = world.client(ines)
    await client.patch(UPDATE, json={"note": "Kept", "bot": True})

    changed = (await client.patch(UPDATE, json={"locked": "false", "discoverable": "true"})).json()

    assert (changed["display_name"], changed["source"]["note"], changed["bot"]) == ("Ines", "Kept", True)
    assert (changed["locked"], changed["discoverable"]) == (False, True)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"display_name": "x" * 101}, "display_name"),
        ({"note": "x" * 501}, "note"),
        ({"fields_attributes": [{"name": "a", "value": "b"}] * 5}, "fields_attributes"),
        ({"source": {"privacy": "everybody"}}, "source[privacy]"),
        ({"source": {"language": "<b>"}}, "source[language]"),
        ({"locked": [1]}, "locked"),
    ],
)
async def test_update_refuses_with_the_field(world: World, sent: dict[str, Any], field: str) -> None:
    """422, a text, and details under the field's name."""
    ines = await world.user("ines")

    response = await world.client(ines).patch(UPDATE, json=sent)

    assert (response.status_code, list(response.json()["details"])) == (422, [field])
    assert response.json()["error"].startswith("Validation failed")


async def test_preferences_follow_the_profile(world: World) -> None:
    """What was set there is how one posts."""
    ines = await world.user("ines")
    client = world.client(ines)
    await client.patch(UPDATE, json={"source": {"privacy": "private"}})

    shown = (await client.get("/api/v1/preferences")).json()

    assert (faults("Preferences", shown), shown["posting:default:visibility"]) == ([], "private")
