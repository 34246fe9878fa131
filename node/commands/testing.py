"""`rounds serve --testing FILE`: fills a node that only this machine can reach with fixed people and tokens."""

import tomllib
from pathlib import Path

import msgspec

from federation.signatures.keys import generate_rsa
from node.commands import database
from node.commands.console import Code, Stop, bytes_of
from node.services import seeding
from node.services.accounts import KeyPair
from node.services.seeding import Prepared, Seed
from node.services.signing_in import Passwords
from node.settings import Settings
from node.store import accounts
from node.store.unit import Snapshot


def seed(settings: Settings, file: Path) -> None:
    """Make the people and tokens of a file. Raises: `Stop` or Problem naming what is wrong."""
    wanted = read(file)
    with database.current(settings) as session:
        made = set(session.read(_made, [one.username for one in wanted.accounts]))
        passwords = Passwords(time_cost=1, memory_kib=8)  # quick: none of them is a secret
        hashes = {one.username: session.run(passwords.hash(one.password)) for one in wanted.accounts}
        keys = {one.username: KeyPair(*generate_rsa()) for one in wanted.accounts if one.username not in made}
        session.write(seeding.seed, wanted, Prepared(hashes, keys))


def _made(snapshot: Snapshot, usernames: list[str]) -> list[str]:
    return [name for name in usernames if accounts.local_by_username(snapshot, name) is not None]


def read(file: Path) -> Seed:
    """Return what a TOML or JSON file says. Raises: `Stop` naming what is wrong."""
    try:
        data = bytes_of(file)
        raw = msgspec.json.decode(data) if file.suffix == ".json" else tomllib.loads(data.decode())
        return msgspec.convert(raw, Seed)
    except (msgspec.MsgspecError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Stop(Code.SETTINGS, f"{file}: {error}. See docs/testing.md") from None
