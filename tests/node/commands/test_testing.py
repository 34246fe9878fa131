"""A node that other programs' suites run against: open to this machine, closed to all others."""

from pathlib import Path

import httpx
import pytest

from tests.bench.processes import free_port, running

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs" / "testing.toml"


@pytest.fixture
def here(rounds, folder: Path) -> int:
    """Return the port of a node of this machine that was just made."""
    port = free_port()
    said = rounds(
        *("init", "--host", f"127.0.0.1:{port}", "--institution-name", "Test", "--data-dir", "data", "--mode", "open"),
        *("--allow-loopback-http", "--port", str(port)),
    )
    assert said.code == 0, said.err
    return port


@pytest.mark.parametrize(
    "setting",
    [{"ROUNDS_HOST": "rounds.hospital.example"}, {"ROUNDS_BIND": "0.0.0.0"}],  # is refused
)
def test_a_node_that_others_can_reach_is_not_opened(rounds, here, setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by its name nor by where it listens; the serving process looks once more by itself."""
    from node import app, settings

    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    if "ROUNDS_HOST" in setting:
        monkeypatch.setenv("ROUNDS_ALLOW_LOOPBACK_HTTP", "false")
        monkeypatch.setattr("node.store.origin.made_under", lambda _snapshot: None)

    said = rounds("serve", "--testing", str(EXAMPLE))

    assert said.code == 2
    assert "--testing lets anybody in" in said.err
    with pytest.raises(settings.SettingsError):
        settings.for_testing(settings.from_environment())
    assert app.main(["--testing"]) == app.CANNOT_START


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[accounts]]\nusername = 'asha'\n", "missing required field `password`"),
        ("[[accounts]]\nusername = 'asha'\npassword = 'long enough'\nnose = 1\n", "unknown field `nose`"),
        ("[[accounts]]\nusername = 'A-B'\npassword = 'long enough'\n", "username must be"),
        ("[app]\ntokens = [{ token = 'short' }]\n", "8 to 256"),
        ("[app]\ntokens = [{ token = 'long-enough', scopes = 'all' }]\n", "all is no scope"),
        (f"[app]\nclient_id = '{'x' * 65}'\n", "at most 64 characters"),
        ("[app\n", "docs/testing.md"),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence(rounds, here, folder: Path, text: str, words: str) -> None:
    """Before anything is served."""
    (folder / "seed.toml").write_text(text)

    said = rounds("serve", "--testing", "seed.toml")

    assert said.code in (1, 2)
    assert words in said.err
    assert "Traceback" not in said.err


def test_a_seeded_token_works_in_a_real_process_and_seeding_may_be_repeated(folder: Path, here: int) -> None:
    """As the documentation says, twice; then it is an ordinary node again."""
    environment = {"ROUNDS_CONFIG": str(folder / "rounds.toml")}
    words = ["-c", "from node.cli import main; main()", "serve", "--testing", str(EXAMPLE)]
    seen = []
    for _ in range(2):
        with (
            running(words, environment, port=here, log=folder / "log"),
            httpx.Client(base_url=f"http://127.0.0.1:{here}") as client,
        ):
            seen.append(_seen(client))
    with (
        running(["-m", "node.app"], environment, port=here, log=folder / "log"),
        httpx.Client(base_url=f"http://127.0.0.1:{here}") as client,
    ):
        ordinary = _by_password(client)

    assert seen == [("asha", "Administrator", 1, 200, 200, False)] * 2
    assert (ordinary.status_code, ordinary.json()["error"]) == (400, "unsupported_grant_type")


def _seen(client: httpx.Client) -> tuple[object, ...]:
    asha = {"authorization": "Bearer asha-testing-token"}
    me = client.get("/api/v1/accounts/verify_credentials", headers=asha)
    token = _by_password(client)
    new = {
        "username": "noor", "email": "noor@mail.example", "password": "long enough", "agreement": True, "locale": "en",
    }  # fmt: skip
    made = client.post("/api/v1/accounts", json=new, headers={"authorization": "Bearer app-testing-token"})
    role = me.json()["role"]["name"]
    status = 200 if made.status_code in (200, 422) else made.status_code  # the second time she is there already
    return (
        me.json()["username"], role, me.json()["following_count"], token.status_code, status,
        "x-ratelimit-limit" in me.headers,
    )  # fmt: skip


def _by_password(client: httpx.Client) -> httpx.Response:
    asked = {"grant_type": "password", "username": "ben", "password": "ben-testing-password", "scope": "read write"}
    return client.post("/oauth/token", data=asked, auth=("testing-client", "testing-secret"))
