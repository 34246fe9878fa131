"""Nodes on this machine, made as `rounds init` and `rounds account create` make them.

Settings of this machine (`ROUNDS_...`) are kept away from them.
"""

import contextlib
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from federation.signatures.keys import generate_rsa
from node import settings as reading
from node.commands import database, setup
from node.services import accounts
from node.services.accounts import KeyPair, NewUser
from node.services.signing_in import Passwords

LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node is and what it is called."""

    name: str
    port: int
    folder: Path
    timezone: str = "UTC"

    @property
    def host(self) -> str:
        """The host of its addresses and handles."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def base_url(self) -> str:
        """Scheme and host."""
        return f"http://{self.host}"

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.folder / "rounds.toml"

    @property
    def log(self) -> Path:
        """What the process says."""
        return self.folder / "log"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in."""

    username: str
    display_name: str
    password: str = field(repr=False)
    role: str = "staff"

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.username}@hospital.example"


def make(place: Place, people: tuple[Person, ...] = (), **decided: str) -> None:
    """Make a node with its people; `decided` are further settings. Raises: `Stop` or `SettingsError` with sentences."""
    options = {
        "host": place.host,
        "institution_name": place.name,
        "data_dir": str(place.folder),
        "bind": LOOPBACK,
        "port": str(place.port),
        "timezone": place.timezone,
        "contact_email": "it@hospital.example",
        "allow_loopback_http": "true",
        "federation_mode": "open",
        **decided,
    }
    with _without_settings(), contextlib.redirect_stdout(io.StringIO()):
        setup.init(options, file=place.config, as_json=True)
    settings = reading.load({}, file=place.config)
    with database.current(settings) as session:
        for person in people:
            kept = session.run(Passwords().hash(person.password))
            session.write(accounts.create_user, _user(person, kept))


def environment(place: Place) -> dict[str, str]:
    """Return the environment of a process that is this node."""
    lifted = {f"{reading.PREFIX}RATE_LIMITS": "off"}  # everybody of a demonstration comes from one address
    return {**_without(os.environ), **lifted, reading.CONFIG_VARIABLE: str(place.config)}


def _user(person: Person, password_hash: str) -> NewUser:
    return NewUser(
        username=person.username,
        email=person.email,
        password_hash=password_hash,
        keys=KeyPair(*generate_rsa()),
        display_name=person.display_name,
        role=person.role,
    )


def _without(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in environ.items() if not name.startswith(reading.PREFIX)}


@contextmanager
def _without_settings() -> Iterator[None]:
    before = dict(os.environ)
    for name in set(before) - set(_without(before)):
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(before)
