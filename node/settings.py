"""What an administrator decides, read once at the start from the environment and an optional TOML file.

The only place that reads the environment. It opens no database and no socket, and it never prints a secret.
The readers of `node.values` judge one value each; `load` collects every fault before it gives up.
"""

import base64
import binascii
import difflib
import importlib.util
import ipaddress
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from node import values
from node.social.licences import LICENCES, Licence
from node.social.policy import MODES, Mode
from node.social.site import Audience, Registrations, Site, TimelinesAccess
from node.values import KIB, LOOPBACK, MIB, UTC, Network

PREFIX: Final = "ROUNDS_"
CONFIG_VARIABLE: Final = "ROUNDS_CONFIG"
DEFAULT_FILE: Final = Path("rounds.toml")
MAX_FILE_BYTES: Final = MIB
SECRET_BYTES: Final = 32


class SettingsError(Exception):
    """The settings cannot be used; `faults` holds one sentence per fault, `NAME: what is wrong; what to do`."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults: Final = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting of a node. `docs/settings.md` describes each one; a test compares the two."""

    host: str
    institution_name: str
    data_dir: Path
    secret_key: bytes = field(repr=False)
    handle_domain: str = ""
    institution_username: str = "institution"
    recall_username: str = "recall"
    database_url: str = field(default="", repr=False)
    secrets_file: Path = Path()
    bind: str = "127.0.0.1"
    port: int = 8000
    proxy_trusted: tuple[Network, ...] = LOOPBACK
    allow_loopback_http: bool = False
    timezone: ZoneInfo = UTC
    locale: str = "en"
    contact_email: str = ""
    licence: Licence = "CC BY 4.0"
    ca_file: Path | None = None
    federation_mode: Mode = "open"
    secure_fetch: bool = True
    quarantine: bool = False
    allow_networks: Mapping[str, tuple[Network, ...]] = field(default_factory=dict)
    registrations: Registrations = "closed"
    min_age: int = 0
    rate_limits: Mapping[str, int] = field(default_factory=dict)
    rate_limit_free: tuple[Network, ...] = ()
    publish_peers: bool = True
    publish_activity: bool = True
    publish_domain_blocks: Audience = "nobody"
    timelines_access: TimelinesAccess = "public"
    max_body_bytes: int = MIB
    max_upload_bytes: int = 20 * MIB
    max_film_bytes: int = 40 * MIB
    preview_cards: bool = True
    source_lookup: bool = True
    trends: bool = True
    worker_count: int = 4
    deliver_concurrency: int = 128
    sqlite_synchronous: str = "FULL"
    log_level: str = "info"
    log_format: str = "text"
    s3_endpoint: str = ""
    s3_bucket: str = ""
    s3_region: str = "us-east-1"
    s3_access_key_id: str = field(default="", repr=False)
    s3_secret_access_key: str = field(default="", repr=False)
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""

    def __post_init__(self) -> None:
        """Fill in what follows from other settings."""
        if not self.handle_domain:
            object.__setattr__(self, "handle_domain", self.host)
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data_dir / 'rounds.sqlite3'}")
        if self.secrets_file == Path():
            object.__setattr__(self, "secrets_file", self.data_dir / "secrets.toml")

    @property
    def base_url(self) -> str:
        """Return scheme and host, without a slash at the end."""
        return f"{'http' if self.allow_loopback_http and self.is_loopback else 'https'}://{self.host}"

    @property
    def is_sqlite(self) -> bool:
        """Return whether the database is one SQLite file."""
        return self.database_url.startswith("sqlite:")

    @property
    def database_file(self) -> Path | None:
        """Return the SQLite file, None on PostgreSQL."""
        return Path(self.database_url.removeprefix("sqlite:///")) if self.is_sqlite else None

    @property
    def is_loopback(self) -> bool:
        """Return whether the public host is this machine, as in a demonstration or a test."""
        return values.is_loopback_host(self.host)

    @property
    def site(self) -> Site:
        """Return what the pure parts and the store know of the place they are at."""
        return Site(
            host=self.host,
            handle_host=self.handle_domain,
            base_url=self.base_url,
            institution_name=self.institution_name,
            institution_username=self.institution_username,
            recall_username=self.recall_username,
            timezone=self.timezone.key,
            language=self.locale,
            loopback_http=self.allow_loopback_http,
            contact_email=self.contact_email,
            max_upload_bytes=self.max_upload_bytes,
            max_film_bytes=self.max_film_bytes,
            has_previews=self.preview_cards and self.federation_mode == "open",
            has_source_lookup=self.source_lookup and self.federation_mode != "off",
            has_trends=self.trends,
            federation_mode=self.federation_mode,
            is_quarantining=self.quarantine,
            has_secure_fetch=self.secure_fetch,
            registrations=self.registrations,
            min_age=self.min_age,
            shows_peers=self.publish_peers,
            shows_activity=self.publish_activity,
            shows_domain_blocks=self.publish_domain_blocks,
            timelines_access=self.timelines_access,
            licence=self.licence,
            has_mail=bool(self.smtp_url),
        )

    @property
    def media_dir(self) -> Path:
        """Return the folder of media files."""
        return self.data_dir / "media"


def from_environment(file: Path | None = None) -> Settings:
    """Return the settings of this process: `ROUNDS_*`, and `file` or the one that `config_file` finds."""
    return load(os.environ, file=file or config_file(os.environ))


def for_child(file: Path | None = None, **more: str) -> dict[str, str]:
    """Return the environment for a process that shall read the same settings as this one."""
    found = file or config_file(os.environ)
    return {**os.environ, **({CONFIG_VARIABLE: str(found.absolute())} if found else {}), **more}


def for_testing(settings: Settings) -> Settings:
    """Return the settings of a node that anybody may try things on: open, and counting nothing.

    Raises: `SettingsError` unless nobody but this machine can reach it.
    """
    if not (settings.is_loopback and ipaddress.ip_address(settings.bind).is_loopback):
        raise SettingsError([
            f"host and bind: are {settings.host} and {settings.bind}; --testing lets anybody in, so that they must be "
            "this machine: 127.0.0.1:PORT or localhost:PORT, and 127.0.0.1 or ::1"
        ])  # fmt: skip
    return replace(settings, registrations="open", min_age=0, rate_limits=values.limits("off"))


def config_file(environ: Mapping[str, str] | None = None) -> Path | None:
    """Return the settings file that counts for `environ` (this process when absent), or None if there is none."""
    named = (os.environ if environ is None else environ).get(CONFIG_VARIABLE, "")
    if named:
        return Path(named).absolute()
    return DEFAULT_FILE.absolute() if DEFAULT_FILE.exists() else None


def load(environ: Mapping[str, str], *, file: Path | None) -> Settings:
    """Return the settings, ready to be used: the folder exists, the secret is there.

    Raises: `SettingsError` with every fault at once.
    """
    known, faults = read(environ, file=file)
    if "data_dir" in known:
        secrets = _or_fault(_secrets, _secrets_path(known), "secrets_file", faults)
        known |= secrets if isinstance(secrets, dict) else {}
        _or_fault(values.writable_folder, known["data_dir"], "data_dir", faults)
        faults += _bucket_faults(known)
    if faults:
        raise SettingsError(faults)
    return Settings(**known)  # type: ignore[arg-type]  # each value came from the reader of its name


def read(environ: Mapping[str, str], *, file: Path | None) -> tuple[dict[str, object], list[str]]:
    """Return the typed values that were given and a sentence for every fault in them; looks at no folder or secret."""
    faults: list[str] = []
    raw = {name: (label, value, file.parent) for name, label, value in _from_file(file, faults)} if file else {}
    raw |= {name: (label, value, Path.cwd()) for name, label, value in _from_environ(environ)}
    known: dict[str, object] = {}
    for name, (label, value, folder) in raw.items():
        if name not in READERS:
            faults.append(_unknown(label, name))
            continue
        based = folder / value if name in PATHS and isinstance(value, str) else value
        result = _or_fault(READERS[name], based, label, faults)
        if result is not None:
            known[name] = result
    faults += [f"{name}: is missing; {_how_to_set(name)}" for name in REQUIRED if name not in raw]
    faults += _contradictions(known)
    return known, faults


READERS: Final[Mapping[str, Callable[[object], object]]] = {
    "host": values.public_host,
    "handle_domain": values.public_host,
    "institution_name": values.line(100),
    "institution_username": values.matching(r"[a-z0-9_]{1,30}", "must be 1 to 30 of a-z, 0-9 and _; choose another"),
    "recall_username": values.matching(r"[a-z0-9_]{1,30}", "must be 1 to 30 of a-z, 0-9 and _; choose another"),
    "data_dir": values.path_of,
    "database_url": values.database_url,
    "secrets_file": values.path_of,
    "bind": values.address,
    "port": values.integer(1, 65535),
    "proxy_trusted": values.networks,
    "allow_loopback_http": values.boolean,
    "timezone": values.zone,
    "locale": values.matching(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "is not a language; write a code such as en or pt-BR"),
    "contact_email": values.matching(
        r"[^@\s]+@[^@\s]+", "is not an e-mail address; write one such as it@hospital.example"
    ),
    "licence": values.one_of(*LICENCES),
    "smtp_url": values.smtp_url,
    "mail_from": values.matching(
        r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}",
        "is not an e-mail address; write it alone, such as rounds@hospital.example",
    ),
    "ca_file": values.existing_file,
    "federation_mode": values.one_of(*MODES),
    "secure_fetch": values.boolean,
    "quarantine": values.boolean,
    "allow_networks": values.peer_networks,
    "registrations": values.one_of("closed", "approval", "open"),
    "min_age": values.integer(0, 120),
    "rate_limits": values.limits,
    "rate_limit_free": values.networks,
    "publish_peers": values.boolean,
    "publish_activity": values.boolean,
    "publish_domain_blocks": values.one_of("nobody", "users", "everyone"),
    "timelines_access": values.one_of("public", "authenticated", "disabled"),
    "max_body_bytes": values.integer(64 * KIB, 16 * MIB),
    "max_upload_bytes": values.integer(MIB, 1024 * MIB),
    "max_film_bytes": values.integer(MIB, 1024 * MIB),
    "preview_cards": values.boolean,
    "source_lookup": values.boolean,
    "trends": values.boolean,
    "worker_count": values.integer(1, 32),
    "deliver_concurrency": values.integer(1, 256),
    "sqlite_synchronous": values.one_of("FULL", "NORMAL", "EXTRA"),
    "log_level": values.one_of("debug", "info", "warning", "error"),
    "log_format": values.one_of("text", "json"),
    "s3_endpoint": values.matching(
        r"https?://[^\s/?#@]+", "is not an address; write https://HOST or https://HOST:PORT"
    ),
    "s3_bucket": values.matching(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "is not the name of a bucket; write it alone"),
    "s3_region": values.matching(r"[a-z0-9-]{1,40}", "is not a region; write one such as us-east-1"),
}
REQUIRED: Final = ("host", "institution_name", "data_dir")
PATHS: Final = frozenset({"data_dir", "secrets_file", "ca_file"})
SECRETS: Final = frozenset({"secret_key", "s3_access_key_id", "s3_secret_access_key"})
assert set(READERS) == {one.name for one in fields(Settings)} - SECRETS


def _or_fault(reader: Callable[[object], object], value: object, label: str, faults: list[str]) -> object:
    try:
        return reader(value)
    except ValueError as error:
        faults.append(f"{label}: {error}")
    except OSError as error:
        faults.append(f"{label}: cannot be looked at ({error.strerror}); check the owner and mode of its folder")
    return None


def _from_environ(environ: Mapping[str, str]) -> list[tuple[str, str, object]]:
    names = [name for name in environ if name.startswith(PREFIX) and not name.startswith("ROUNDS_TEST_")]
    given = [name for name in sorted(names) if name != CONFIG_VARIABLE and environ[name].strip()]
    return [(name.removeprefix(PREFIX).lower(), name, environ[name].strip()) for name in given]


def _from_file(file: Path, faults: list[str]) -> list[tuple[str, str, object]]:
    try:
        table = _toml(file)
    except ValueError as error:
        faults.append(f"{file.name}: {error}")
        return []
    urls = [url for name in ("database_url", "smtp_url") if isinstance(url := table.get(name), str)]
    has_password = any(re.match(r"[^/]*//[^/@]*:[^/@]*@", url) for url in urls)
    if has_password and file.stat().st_mode & 0o077:
        faults.append(f"{file.name}: holds a password and can be read by others; run: chmod 600 {file}")
    return [(name, f"{name} in {file.name}", value) for name, value in table.items()]


def _toml(file: Path) -> dict[str, object]:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            raise ValueError(f"is larger than {MAX_FILE_BYTES} bytes; name the right file")
        return tomllib.loads(data.decode())
    except OSError as error:
        raise ValueError(f"cannot be read ({error.strerror}); check {file}") from None
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at [^)]*\)", str(error))
        raise ValueError(f"is not valid TOML {place[0] if place else ''}; correct that line") from None


def _secrets_path(known: Mapping[str, object]) -> object:
    data_dir = known["data_dir"]
    return known.get("secrets_file") or (data_dir / "secrets.toml" if isinstance(data_dir, Path) else None)


def _secrets(value: object) -> dict[str, object]:
    file = values.path_of(value)
    if not file.exists():
        raise ValueError(f"{file} does not exist; make it with: rounds init")
    if file.stat().st_mode & 0o077:
        raise ValueError(f"{file} can be read by others; run: chmod 600 {file}")
    table = _toml(file)
    if unknown := set(table) - SECRETS:
        raise ValueError(f"{file} holds an unknown name ({min(unknown)}); it knows {', '.join(sorted(SECRETS))}")
    try:
        key = base64.b64decode(str(table.get("secret_key", "")), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != SECRET_BYTES:
        raise ValueError(
            f"{file} does not hold a secret_key of {SECRET_BYTES} bytes in base64; restore it from a backup"
        )
    return {name: str(text) for name, text in table.items()} | {"secret_key": key}


def _bucket_faults(known: Mapping[str, object]) -> list[str]:
    needed = ("s3_endpoint", "s3_access_key_id", "s3_secret_access_key")
    if not known.get("s3_bucket"):
        return []
    faults = [
        f"{name}: is missing; s3_bucket needs it" + (" in the secrets file" if name in SECRETS else "")
        for name in needed
        if not known.get(name)
    ]
    if importlib.util.find_spec("obstore") is None:
        faults.append("s3_bucket: needs a further package; install it with: pip install 'rounds[s3]'")
    return faults


def _unknown(label: str, name: str) -> str:
    near = difflib.get_close_matches(name, READERS, n=1)
    return f"{label}: is not a setting; " + (f"did you mean {near[0]}?" if near else "remove it")


def _how_to_set(name: str) -> str:
    return f"set {PREFIX}{name.upper()}, or {name} in {DEFAULT_FILE}, or run: rounds init"


def _contradictions(known: Mapping[str, object]) -> list[str]:
    if known.get("smtp_url") and not known.get("mail_from"):
        return [f"mail_from: is missing; smtp_url needs it; {_how_to_set('mail_from')}", *_of_host(known)]
    return _of_host(known)


def _of_host(known: Mapping[str, object]) -> list[str]:
    host = known.get("host")
    if known.get("allow_loopback_http") and isinstance(host, str) and not values.is_loopback_host(host):
        return [f"allow_loopback_http: is only for hosts on this machine, and {host} is not; remove it"]
    return []
