"""What an administrator may write into the settings, and what is said when it is wrong."""

import base64
import re
from dataclasses import fields
from pathlib import Path

import pytest

from node.settings import READERS, SECRETS, Settings, SettingsError, config_file, load

ROOT = Path(__file__).parents[2]
SECRET = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Return the least that a node needs, with its secret in place."""
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(f'secret_key = "{SECRET}"\n')
    secrets.chmod(0o600)
    return {
        "ROUNDS_HOST": "rounds.hospital.example",
        "ROUNDS_INSTITUTION_NAME": "St Mary's",
        "ROUNDS_DATA_DIR": str(tmp_path),
    }


def faults(environ: dict[str, str], file: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(environ, file=file)
    return caught.value.faults


def test_load_with_the_least_fills_in_the_rest(environ: dict[str, str], tmp_path: Path) -> None:
    """Three values and a secret are enough, and what follows from them is filled in."""
    settings = load(environ, file=None)

    assert settings.base_url == "https://rounds.hospital.example"
    assert settings.handle_domain == "rounds.hospital.example"
    assert settings.database_url == f"sqlite:///{tmp_path}/rounds.sqlite3"
    assert settings.media_dir == tmp_path / "media"
    assert settings.secret_key == bytes(range(32))
    assert (settings.is_sqlite, settings.is_loopback) == (True, False)


def test_load_with_many_faults_names_every_one(tmp_path: Path) -> None:
    """An administrator sees all faults at once, not one after the other."""
    environ = {
        "ROUNDS_PORT": "99999",
        "ROUNDS_TIMEZONE": "Mars/Olympus",
        "ROUNDS_PROT": "1",
        "ROUNDS_HOST": "https://a/",
    }

    named = {fault.split(":")[0] for fault in faults(environ)}

    assert named == {
        "ROUNDS_PORT", "ROUNDS_TIMEZONE", "ROUNDS_PROT", "ROUNDS_HOST", "institution_name", "data_dir",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOST", "https://rounds.hospital.example"),
        ("HOST", "rounds.hospital.example/path"),
        ("HOST", "me@rounds.hospital.example"),
        ("HOST", "hospital"),
        ("HOST", "192.0.2.7"),
        ("HOST", "a.example:0"),
        ("HOST", "a.example:"),
        ("HOST", "a.example:70000"),
        ("HOST", "-a-.example"),
        ("INSTITUTION_NAME", "x" * 101),
        ("INSTITUTION_NAME", "two\nlines"),
        ("INSTITUTION_USERNAME", "St Mary"),
        ("DATABASE_URL", "mysql://a:b@c/d"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "postgresql://a:b@c:port/d"),
        ("BIND", "example.org"),
        ("PORT", "0"),
        ("PORT", "8_000"),
        ("PROXY_TRUSTED", "10.0.0.1/8"),
        ("ALLOW_LOOPBACK_HTTP", "perhaps"),
        ("ALLOW_LOOPBACK_HTTP", "true"),
        ("TIMEZONE", "../../etc/passwd"),
        ("LOCALE", "english please"),
        ("CONTACT_EMAIL", "nobody"),
        ("CA_FILE", "/nowhere/ca.pem"),
        ("MAX_BODY_BYTES", "-1"),
        ("MAX_UPLOAD_BYTES", "1e9"),
        ("SQLITE_SYNCHRONOUS", "off"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("S3_ENDPOINT", "s3.hospital.example"),
        ("S3_BUCKET", "bucket/folder"),
        ("S3_REGION", "Mars!"),
    ],
)
def test_load_with_a_wrong_value_says_what_to_do(environ: dict[str, str], name: str, value: str) -> None:
    """Each wrong value is one sentence: its name, what is wrong, and after a semicolon what to do."""
    found = faults({**environ, f"ROUNDS_{name}": value})

    assert len(found) == 1
    assert re.fullmatch(rf"(ROUNDS_{name}|{name.lower()}): .+; .+", found[0])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Rounds.Hospital.Example", "rounds.hospital.example"),
        ("klinik-köln.example", "xn--klinik-kln-lcb.example"),
        ("127.0.0.1:8001", "127.0.0.1:8001"),
        ("[::1]:8001", "[::1]:8001"),
        ("localhost", "localhost"),
    ],
)
def test_host_is_kept_in_the_form_of_our_addresses(environ: dict[str, str], written: str, expected: str) -> None:
    """A host is lower case and IDNA, and a port stays only where it was written."""
    assert load({**environ, "ROUNDS_HOST": written}, file=None).host == expected


def test_loopback_http_makes_addresses_plain_for_this_machine_only(environ: dict[str, str]) -> None:
    """The one setting that allows http needs a loopback host."""
    local = {**environ, "ROUNDS_HOST": "127.0.0.1:8001"}

    assert load(local, file=None).base_url == "https://127.0.0.1:8001"
    assert load({**local, "ROUNDS_ALLOW_LOOPBACK_HTTP": "true"}, file=None).base_url == "http://127.0.0.1:8001"


def test_no_fault_shows_a_secret(environ: dict[str, str], tmp_path: Path) -> None:
    """A password in a wrong database address and a wrong secret stay out of the message and out of the repr."""
    (tmp_path / "secrets.toml").write_text('secret_key = "hunter2"\n')
    text = "\n".join(faults({**environ, "ROUNDS_DATABASE_URL": "oracle://scott:tiger@db/x"}))

    assert "hunter2" not in text
    assert "tiger" not in text


def test_settings_do_not_show_secrets_when_printed(environ: dict[str, str]) -> None:
    """A log line with the settings gives nothing away."""
    shown = repr(load({**environ, "ROUNDS_DATABASE_URL": "postgresql://scott:tiger@db/x"}, file=None))

    assert "tiger" not in shown
    assert "secret_key" not in shown


def test_postgres_address_names_the_driver(environ: dict[str, str]) -> None:
    """The usual spelling works, and the driver is ours to choose."""
    settings = load({**environ, "ROUNDS_DATABASE_URL": "postgresql://u:p@db:5433/rounds"}, file=None)

    assert settings.database_url == "postgresql+psycopg://u:p@db:5433/rounds"
    assert not settings.is_sqlite


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_secrets_that_others_can_read_are_refused(environ: dict[str, str], tmp_path: Path, mode: int) -> None:
    """A secret is not a secret when the group or the world can read it."""
    (tmp_path / "secrets.toml").chmod(mode)

    assert "chmod 600" in faults(environ)[0]


@pytest.mark.parametrize(
    "text", ["", 'secret_key = "AAAA"', "secret_key = 7", 'secret_key = "%"', f'secret_key = "{SECRET}"\nmore = 1', "="]
)
def test_wrong_secrets_are_refused(environ: dict[str, str], tmp_path: Path, text: str) -> None:
    """A short, absent, unreadable or accompanied key stops the node."""
    (tmp_path / "secrets.toml").write_text(text)

    assert faults(environ)[0].startswith("secrets_file: ")


def test_bucket_needs_an_address_and_its_keys(environ: dict[str, str], tmp_path: Path) -> None:
    """A bucket alone is three faults; its keys come from the secrets file, and are not shown."""
    with_bucket = {**environ, "ROUNDS_S3_BUCKET": "media"}
    found = [fault.split(":")[0] for fault in faults(with_bucket)]
    (tmp_path / "secrets.toml").write_text(
        f'secret_key = "{SECRET}"\ns3_access_key_id = "who"\ns3_secret_access_key = "hunter2"\n'
    )

    settings = load({**with_bucket, "ROUNDS_S3_ENDPOINT": "https://s3.hospital.example"}, file=None)

    assert found == ["s3_endpoint", "s3_access_key_id", "s3_secret_access_key"]
    assert (settings.s3_bucket, settings.s3_access_key_id, settings.s3_secret_access_key) == ("media", "who", "hunter2")
    assert "hunter2" not in repr(settings)


def test_missing_secrets_and_folder_point_to_init(environ: dict[str, str], tmp_path: Path) -> None:
    """Who starts a node before making it learns the command that makes it."""
    found = faults({**environ, "ROUNDS_DATA_DIR": str(tmp_path / "absent")})

    assert [fault.split(":")[0] for fault in found] == ["secrets_file", "data_dir"]
    assert all("rounds init" in fault for fault in found)


def test_file_gives_values_and_environment_wins(environ: dict[str, str], tmp_path: Path) -> None:
    """A file may hold everything; the environment overrides it; paths are relative to the file."""
    file = tmp_path / "rounds.toml"
    file.write_text(
        'host = "file.example"\ninstitution_name = "Riverside"\ndata_dir = "."\nport = 9000\n'
        'proxy_trusted = ["10.0.0.0/8", "fd00::/8"]\nallow_loopback_http = false\n'
    )

    settings = load({"ROUNDS_HOST": "env.example"}, file=file)

    assert (settings.host, settings.port, settings.institution_name) == ("env.example", 9000, "Riverside")
    assert settings.data_dir == tmp_path
    assert [str(network) for network in settings.proxy_trusted] == ["10.0.0.0/8", "fd00::/8"]


def test_empty_variable_counts_as_absent(environ: dict[str, str]) -> None:
    """Compose files pass empty variables on; they are not values."""
    assert load({**environ, "ROUNDS_PORT": ""}, file=None).port == 8000


def test_proxy_trusted_none_trusts_nobody(environ: dict[str, str]) -> None:
    """The word none empties the list."""
    assert load({**environ, "ROUNDS_PROXY_TRUSTED": "none"}, file=None).proxy_trusted == ()


@pytest.mark.parametrize("text", ["host = ", "colour = 1", "host = 7", "[host]\nname = 1", "\udcff"])
def test_broken_file_is_one_clear_fault_that_names_the_file(environ: dict[str, str], tmp_path: Path, text: str) -> None:
    """Bad TOML, an unknown name, a wrong type, a table, and bytes that are not UTF-8."""
    file = tmp_path / "rounds.toml"
    file.write_bytes(text.encode(errors="surrogateescape"))
    del environ["ROUNDS_HOST"]

    assert "rounds.toml: " in " ".join(faults(environ, file))


def test_file_with_a_password_must_be_private(environ: dict[str, str], tmp_path: Path) -> None:
    """A database password in a file that others can read is refused."""
    file = tmp_path / "rounds.toml"
    file.write_text('database_url = "postgresql://scott:tiger@db/x"\n')
    file.chmod(0o644)

    found = faults(environ, file)
    file.chmod(0o600)

    assert "chmod 600" in found[0]
    assert "tiger" not in found[0]
    assert load(environ, file=file).is_sqlite is False


def test_config_variable_names_the_file_even_when_it_is_absent(tmp_path: Path, environ: dict[str, str]) -> None:
    """A wrong ROUNDS_CONFIG is a fault, never silently ignored."""
    file = config_file({"ROUNDS_CONFIG": str(tmp_path / "absent.toml")})

    assert "absent.toml: cannot be read" in faults(environ, file)[0]


def test_every_setting_is_documented_once() -> None:
    """The page of settings has one row for each, and none for what does not exist."""
    rows = re.findall(r"^\| `([a-z0-9_]+)` \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)

    assert sorted(rows) == sorted(READERS)


def test_every_setting_but_the_secret_has_a_reader() -> None:
    """A field without a reader could never be set."""
    assert {one.name for one in fields(Settings)} - set(READERS) == SECRETS


def test_allow_networks_from_the_file_and_from_the_environment_are_the_same(
    environ: dict[str, str], tmp_path: Path
) -> None:
    """A table of hosts, or the same on one line; hosts are folded."""
    file = tmp_path / "rounds.toml"
    file.write_text(
        'allow_networks = { "Rounds.Other.example" = ["10.1.2.0/24", "fd00:1::/64"], "b.example:8443" = ["192.168.1.0/24"] }\n'
    )
    line = "rounds.other.example=10.1.2.0/24,fd00:1::/64;b.example:8443=192.168.1.0/24"

    written = load(environ, file=file)
    given = load(environ | {"ROUNDS_ALLOW_NETWORKS": line}, file=None)

    assert written.allow_networks == given.allow_networks
    assert [str(one) for one in given.allow_networks["rounds.other.example"]] == ["10.1.2.0/24", "fd00:1::/64"]


def test_the_policy_reaches_the_site(environ: dict[str, str]) -> None:
    """What the store and the services decide by."""
    more = {"ROUNDS_FEDERATION_MODE": "Allowlist", "ROUNDS_SECURE_FETCH": "no", "ROUNDS_QUARANTINE": "yes"}

    usual, other = load(environ, file=None).site, load(environ | more, file=None).site

    assert (usual.federation_mode, usual.has_secure_fetch, usual.is_quarantining) == ("open", True, False)
    assert (other.federation_mode, other.has_secure_fetch, other.is_quarantining) == ("allowlist", False, True)


MAIL = {"ROUNDS_MAIL_FROM": "rounds@hospital.example"}


@pytest.mark.parametrize(
    "url",
    ["smtp://relay", "smtp://10.0.0.5:2525", "smtps://u:p%40ss@mail.example", "smtp+starttls://u:p@mail.example:587"],
)
def test_a_mail_server_can_be_named(environ: dict[str, str], url: str) -> None:
    """With its sender; the services know that there is one, and nothing shows the password."""
    settings = load({**environ, **MAIL, "ROUNDS_SMTP_URL": url}, file=None)

    assert (settings.smtp_url, settings.site.has_mail) == (url, True)
    assert "p%40ss" not in repr(settings)


@pytest.mark.parametrize(
    "url",
    ["relay", "http://relay", "smtp://", "smtp://u@relay", "smtps://u:tiger@", "smtp://u:tiger@mail.example",
     "smtps://u:tiger@mail.example/path", "smtps://u:tiger@mail.example?x=1", "smtps://u:tiger@mail.example:99999"],
)  # fmt: skip
def test_a_wrong_mail_server_is_refused_without_its_password(environ: dict[str, str], url: str) -> None:
    """Half an address, another scheme, and a password in the clear to another machine."""
    (found,) = faults({**environ, **MAIL, "ROUNDS_SMTP_URL": url})

    assert found.startswith("ROUNDS_SMTP_URL: ")
    assert "tiger" not in found


def test_a_mail_server_needs_a_sender_and_a_private_file(environ: dict[str, str], tmp_path: Path) -> None:
    """Nobody guesses who sends; a file with its password is for its owner alone."""
    file = tmp_path / "rounds.toml"
    file.write_text('smtp_url = "smtps://scott:tiger@mail.example"\n')
    file.chmod(0o644)

    found = faults(environ, file)

    assert [fault.split(":")[0] for fault in found] == ["rounds.toml", "mail_from"]
    assert not any("tiger" in fault for fault in found)
