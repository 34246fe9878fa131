"""Keys of our own accounts: an RSA pair signs requests, an Ed25519 pair proves documents. Made, replaced, let go of.

RSA pairs are handed in because they are slow to make; Ed25519 pairs are made in place.
"""

from typing import Final

from federation.signatures.keys import generate_ed25519
from node import events
from node.errors import not_found
from node.store import accounts, keys
from node.store.unit import Unit

BATCH: Final = 100


def equip(unit: Unit, account_id: int, uri: str, pair: tuple[str, str]) -> None:
    """Give a new account of ours its keys; `pair` is private and public PEM of its RSA key."""
    keys.replace(unit, account_id, f"{uri}#main-key", pair[1], private_pem=pair[0])
    _add_ed25519(unit, account_id, f"{uri}#ed25519-key")


def rotate(unit: Unit, username: str, pair: tuple[str, str]) -> str:
    """Publish new keys of an account beside the old, under new ids, and tell its followers; return the new RSA key's id.

    The old keys sign for two days more and stay published for a week. Raises: 404 for nobody.
    """
    account = accounts.local_by_username(unit, username)
    if account is None:
        raise not_found()
    keys.retire(unit, account.id)
    number = unit.new_id()
    key_id = f"{account.uri}#main-key-{number}"
    keys.add(unit, account.id, key_id, pair[1], private_pem=pair[0])
    _add_ed25519(unit, account.id, f"{account.uri}#ed25519-key-{number}")
    unit.audit(actor="system", act="account.rotate-keys", object=account.uri)
    unit.record(events.AccountEdited(account.id))
    return key_id


def complete(unit: Unit) -> int:
    """Give accounts made before there were Ed25519 keys theirs; return how many. Call again while it is `BATCH`."""
    found = keys.lacking(unit, "ed25519", limit=BATCH)
    for account_id, uri in found:
        _add_ed25519(unit, account_id, f"{uri}#ed25519-key")
    return len(found)


def _add_ed25519(unit: Unit, account_id: int, uri: str) -> None:
    private_pem, public_pem = generate_ed25519()
    keys.add(unit, account_id, uri, public_pem, private_pem=private_pem, kind="ed25519")
