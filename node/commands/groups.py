"""`rounds group ...`: wards, teams and specialties as groups that people here and elsewhere follow."""

from msgspec import to_builtins

from federation.signatures.keys import generate_rsa
from node.commands import database
from node.commands.console import progress, say, say_json, say_table
from node.services import gathering, submitting
from node.services.accounts import KeyPair
from node.services.gathering import NewGroup
from node.settings import Settings
from node.store.unit import Snapshot, Unit

ACTOR = "command-line"


def create(
    settings: Settings,
    username: str,
    *,
    title: str,
    moderators: list[str],
    is_locked: bool,
    is_restricted: bool,
    as_json: bool,
) -> None:
    """Make a group with a key."""
    with database.current(settings) as session:
        with progress("Making a key", quiet=as_json):
            pair = KeyPair(*generate_rsa())
        new = NewGroup(
            username=username,
            title=title,
            keys=pair,
            moderators=tuple(moderators),
            is_locked=is_locked,
            is_restricted=is_restricted,
        )
        account = session.write(gathering.create, new, by=ACTOR)
    if as_json:
        say_json({"username": account.username, "uri": account.uri})
    else:
        say(f"@{account.username}@{settings.handle_domain} can be followed")


def show(settings: Settings, *, as_json: bool) -> None:
    """List the groups of this node."""
    with database.current(settings) as session:
        found = session.read(gathering.listed)
    if as_json:
        say_json(to_builtins(found))
        return
    rows = [
        (
            one.username,
            one.title,
            str(one.members),
            str(one.requests),
            "by approval" if one.is_locked else "open",
            "moderators" if one.is_restricted else "members",
            ", ".join(one.moderators),
        )
        for one in found
    ]
    columns = ("name", "title", "members", "asking", "to join", "threads by", "moderators")
    say_table(f"{len(found)} groups", columns, rows)


def appoint(settings: Settings, username: str, who: str) -> None:
    """Make somebody a moderator of a group."""
    _change(settings, "appoint", username, who)
    say(f"{who} moderates {username}")


def dismiss(settings: Settings, username: str, who: str) -> None:
    """End somebody's moderating of a group."""
    _change(settings, "dismiss", username, who)
    say(f"{who} does not moderate {username} any more")


def requests(settings: Settings, username: str, *, as_json: bool) -> None:
    """List who asks to be let into a group."""
    with database.current(settings) as session:
        found = session.read(_asking, username)
    if as_json:
        say_json(found)
        return
    for handle in found:
        say(handle)


def admit(settings: Settings, username: str, who: str) -> None:
    """Let somebody into a group who asked."""
    _change(settings, "admit", username, who)
    say(f"{who} is a member of {username}")


def block(settings: Settings, username: str, who: str) -> None:
    """Put somebody out of a group for good."""
    _change(settings, "block", username, who)
    say(f"{who} is out of {username}")


def unblock(settings: Settings, username: str, who: str) -> None:
    """Let somebody ask to join a group again."""
    _change(settings, "unblock", username, who)
    say(f"{who} may ask to join {username}")


def remove(settings: Settings, username: str, post: str, *, by: str, reason: str) -> None:
    """Hide a post in a group."""
    with database.current(settings) as session:
        session.write(_moderate, username, post, by=by, reason=reason, is_removal=True)
    say(f"{post} is hidden in {username}")


def restore(settings: Settings, username: str, post: str, *, by: str) -> None:
    """Show a hidden post in a group again."""
    with database.current(settings) as session:
        session.write(_moderate, username, post, by=by, reason="", is_removal=False)
    say(f"{post} is shown in {username}")


def _asking(snapshot: Snapshot, username: str) -> list[str]:
    return gathering.asking(snapshot, gathering.named(snapshot, username))


def _change(settings: Settings, what: str, username: str, who: str) -> None:
    with database.current(settings) as session:
        session.write(_changed, what, username, who)


def _changed(unit: Unit, what: str, username: str, who: str) -> None:
    change = {
        "appoint": gathering.appoint,
        "dismiss": gathering.dismiss,
        "admit": gathering.admit,
        "block": gathering.block,
        "unblock": gathering.unblock,
    }[what]
    change(unit, gathering.named(unit, username), gathering.find(unit, who), by=ACTOR)


def _moderate(unit: Unit, username: str, post: str, *, by: str, reason: str, is_removal: bool) -> None:
    group, moderator = gathering.named(unit, username), gathering.find(unit, by)
    submitting.moderate_by(unit, group, post, by=moderator, reason=reason, is_removal=is_removal)
