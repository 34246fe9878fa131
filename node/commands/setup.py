"""`rounds init` and `rounds migrate`: from nothing to a node that can be served."""

import base64
import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from node import settings as reading
from node.commands import database
from node.commands.console import Code, Stop, progress, say, say_json
from node.settings import PREFIX, SECRET_BYTES, Settings, SettingsError

HEADER: Final = "# Settings of this Rounds node; docs/settings.md explains each. Written by rounds init.\n"
PRIVATE: Final = 0o600
MODE: Final = "allowlist"  # what a hospital is proposed


def init(options: Mapping[str, str], *, file: Path, as_json: bool) -> None:
    """Make the folder, the secret, the schema, the institution and, last of all, the settings file.

    What `options` leave out may come from the environment. Every step but the last may be repeated, so that a failed
    `init` is simply run again.
    """
    if file.exists():
        raise Stop(Code.SETTINGS, f"{file} exists already. Change it by hand, or name another with --config.")
    given = _given(options)
    known = _checked(given, options)
    data_dir = known["data_dir"]
    assert isinstance(data_dir, Path)
    with _refusals_of_the_system():
        _make_folder(data_dir)
        _make_secrets(_secrets_file(known, data_dir))
        _check_writable(file.parent)
    settings = reading.load(given, file=None)
    before, after = upgrade(settings, quiet=as_json)
    make_actors(settings, quiet=as_json)
    with _refusals_of_the_system():
        _write_private(file, HEADER + "".join(f"{name} = {_toml(value)}\n" for name, value in known.items()))
    _tell(settings, file, before=before, after=after, as_json=as_json)


def proposed_mode(options: Mapping[str, str], *, is_asking: bool) -> dict[str, str]:
    """Return the mode of federation where nobody chose one: an allow list, unless a person who is there wants another."""
    if "federation_mode" in options or f"{PREFIX}FEDERATION_MODE" in reading.for_child():
        return {}
    if not (is_asking and sys.stdin.isatty()):
        return {"federation_mode": MODE}
    import typer

    say("With whom shall this node speak? allowlist: with servers you name; open: with all but those you suspend; off.")
    return {"federation_mode": typer.prompt("Mode", default=MODE)}


def migrate(settings: Settings, *, as_json: bool) -> None:
    """Bring the schema to what this version needs and say what was done."""
    before, after = upgrade(settings, quiet=as_json)
    make_actors(settings, quiet=as_json)  # an older version had fewer
    if as_json:
        say_json({"before": before, "after": after})
    else:
        say(f"The schema is {after}" + (", as before." if before == after else f"; it was {before or 'absent'}."))


def upgrade(settings: Settings, *, quiet: bool) -> tuple[str | None, str | None]:
    """Bring the schema to what this version needs; return the revisions before and after.

    Raises: `Stop` when the database cannot be reached or is newer than this version.
    """
    from alembic.util.exc import CommandError
    from sqlalchemy.exc import SQLAlchemyError

    from migrations import runner
    from node.store import schema
    from node.store.database import make_engine

    if settings.database_file is None or settings.database_file.exists():
        with database.opened(settings) as session:
            database.check_known(session.read(schema.revision))
    engine = make_engine(settings.database_url)
    try:
        with progress("Bringing the database to the newest schema", quiet=quiet):
            return runner.upgrade(engine)
    except CommandError as error:
        raise Stop(Code.DATABASE, f"The schema is not known to this version ({error}). Install a newer one.") from error
    except SQLAlchemyError as error:
        raise database.unreachable(settings, error) from error
    finally:
        engine.dispose()


def make_actors(settings: Settings, *, quiet: bool) -> None:
    """Make the institution's actor and the server's own, each with its keys, unless they are there already.

    Raises: `Stop` when the data belong to another host.
    """
    from federation.signatures.keys import generate_rsa
    from node.services import accounts
    from node.services.accounts import ActorKeys, KeyPair

    with database.opened(settings) as session, progress("Making the keys of the institution", quiet=quiet):
        database.check_origin(session)
        if session.read(accounts.lacks_actors):
            session.write(accounts.ensure_actors, ActorKeys(*(KeyPair(*generate_rsa()) for _ in ActorKeys._fields)))


def _given(options: Mapping[str, str]) -> dict[str, str]:
    around = {name: text for name, text in reading.for_child().items() if name.startswith(PREFIX)}
    around.pop(reading.CONFIG_VARIABLE, None)
    return {**around, **{f"{PREFIX}{name.upper()}": text for name, text in options.items()}}


def _checked(given: Mapping[str, str], options: Mapping[str, str]) -> dict[str, object]:
    known, faults = reading.read(given, file=None)
    if faults:
        raise SettingsError(_as_option(fault, options) for fault in faults)
    return known


def _as_option(fault: str, options: Mapping[str, str]) -> str:
    label, _, rest = fault.partition(":")
    name = label.removeprefix(PREFIX).lower()
    is_missing = rest.startswith(" is missing")
    option = f"--{name.replace('_', '-')}"
    return f"{option}: is missing; give it" if is_missing else f"{option}:{rest}" if name in options else fault


def _secrets_file(known: Mapping[str, object], data_dir: Path) -> Path:
    named = known.get("secrets_file")
    return named if isinstance(named, Path) else data_dir / "secrets.toml"


@contextmanager
def _refusals_of_the_system() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Stop(Code.FAILED, f"{error.filename}: {error.strerror}. Nothing more was done.") from error


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
    (folder / "media").mkdir(mode=0o700, exist_ok=True)


def _make_secrets(file: Path) -> None:
    if not file.exists():
        key = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
        _write_private(
            file, f'# Whoever has this can forge sessions. Keep it private, and in the backup.\nsecret_key = "{key}"\n'
        )


def _write_private(file: Path, text: str) -> None:
    """Write a new file that only its owner can read, whole or not at all."""
    made = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(made, file)  # unlike a rename it never replaces what somebody else has just made
    finally:
        made.unlink(missing_ok=True)


def _check_writable(folder: Path) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(13, "cannot be written by this user", str(folder))


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(name)} = {_toml(one)}" for name, one in value.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(json.dumps(str(one)) for one in value) + "]"
    return json.dumps(str(value), ensure_ascii=False)


def _tell(settings: Settings, file: Path, *, before: str | None, after: str | None, as_json: bool) -> None:
    if as_json:
        say_json({
            "address": settings.base_url, "config": str(file), "data_dir": str(settings.data_dir),
            "secrets_file": str(settings.secrets_file), "schema": {"before": before, "after": after},
        })  # fmt: skip
        return
    say(f"{settings.institution_name} is ready at {settings.base_url}, and its settings are in {file}.")
    if settings.federation_mode == "allowlist":
        say("It speaks with servers that you name alone: rounds peer allow HOST (docs/federation-policy.md)")
    say("Next: rounds account create NAME --email ADDRESS --role admin")
    say("Then: rounds serve")
