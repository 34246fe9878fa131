"""`rounds peer allow`, `suspend`, `import` and so on: what moderators decide about other servers."""

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from msgspec import to_builtins
from msgspec.structs import replace

from federation.reasons import PeerError
from node.commands import database
from node.commands.console import Code, Stop, complain, say, say_json, say_table
from node.commands.database import Session
from node.services import policing
from node.services.policing import Decided
from node.settings import Settings
from node.social import blocklist, policy
from node.social.blocklist import Entry, Listed
from node.social.policy import Level
from node.store import domains
from node.store.domains import Cut, Domain

ACTOR: Final = "command-line"
MAX_FILE_BYTES: Final = 16 * 1024 * 1024
_SHOWN: Final = 200
_NOTHING: Final = Cut()
_SAME: Final = "is decided so already"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be different about a host; None leaves it as it is."""

    level: Level | None = None
    no_media: bool | None = None
    no_reports: bool | None = None
    comment: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class How:
    """How a list is taken in."""

    is_dry: bool = False
    is_replacing: bool = False
    is_asking: bool = True


def folded(text: str) -> str:
    """Return a host in the form in which hosts are compared. Raises: `Stop` when it is none."""
    try:
        return policy.fold(text)
    except PeerError as error:
        raise Stop(
            Code.SETTINGS, f"{text}: {error.detail or 'is no host'}. Write it alone, such as other.example"
        ) from error


def decide(settings: Settings, text: str, wish: Wish, *, is_asking: bool = False, as_json: bool) -> None:
    """Decide about a host, and say what followed. Raises: `Stop` when it is no host or our own."""
    host = folded(text)
    with database.current(settings) as session:
        held = session.read(domains.by_host, host) or Domain(host, "none")
        if is_asking:
            _ask(session.read(policing.preview, [_changed(held, wish)]).get(host, _NOTHING), host)
        done = session.write(policing.decide, _changed(held, wish), by=ACTOR)
    _tell(done, as_json=as_json)


def _changed(held: Domain, wish: Wish) -> Domain:
    return replace(
        held,
        level=wish.level or held.level,
        no_media=held.no_media if wish.no_media is None else wish.no_media,
        no_reports=held.no_reports if wish.no_reports is None else wish.no_reports,
        public_comment=held.public_comment if wish.comment is None else wish.comment,
        private_comment=held.private_comment if wish.note is None else wish.note,
    )


def forget(settings: Settings, text: str, *, as_json: bool) -> None:
    """Take a decision back. Raises: `Stop` when there was none."""
    host = folded(text)
    with database.current(settings) as session:
        done = session.write(policing.forget, host, by=ACTOR)
    if done is None:
        raise Stop(Code.FAILED, f"Nothing was decided about {host}.")
    _tell(done, as_json=as_json)


def take_in(settings: Settings, file: Path, how: How, *, as_json: bool) -> None:
    """Take over a list, after saying what each line cuts. Raises: `Stop` when it cannot be read."""
    found = _read(file)
    with database.current(settings) as session:
        wanted, left = _sorted_out(
            session, found, is_replacing=how.is_replacing, ours=(settings.host, settings.handle_domain)
        )
        cuts = session.read(policing.preview, wanted)
        if not as_json:
            _show(wanted, left, found, cuts)
        if how.is_dry or not wanted:
            done = None
        else:
            if how.is_asking:
                _ask(_sum(cuts.values()), f"{len(wanted)} hosts")
            done = session.write(policing.decide_all, wanted, by=ACTOR)
    if as_json:
        say_json(
            {
                "lines": [to_builtins(one) | {"cuts": to_builtins(cuts.get(one.host, _NOTHING))} for one in wanted],
                "left": left,
                "skipped": to_builtins(found.skipped),
                "done": to_builtins(done),
            }
        )
    elif done is not None:
        _tell(done, as_json=False)


def give_out(settings: Settings) -> None:
    """Print the decisions as a list."""
    with database.current(settings) as session:
        found = session.read(domains.every)
    entries = [Entry(one.host, one.level, one.no_media, one.no_reports, one.public_comment) for one in found]
    sys.stdout.write(blocklist.render(entries))
    silent = sum(one.level in ("allow", "review") for one in found)
    if silent:
        complain([f"{silent} decisions (allow, review) have no word in such a list and were left out"])


def _read(file: Path) -> Listed:
    try:
        with open(0, "rb", closefd=False) if str(file) == "-" else file.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            raise ValueError(f"is larger than {MAX_FILE_BYTES} bytes")
        return blocklist.parse(data.decode())
    except OSError as error:
        raise Stop(Code.FAILED, f"{file}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError:
        raise Stop(Code.FAILED, f"{file}: is not UTF-8 text") from None
    except ValueError as error:
        raise Stop(Code.FAILED, f"{file}: {error}") from None


def _sorted_out(
    session: Session, found: Listed, *, is_replacing: bool, ours: Sequence[str]
) -> tuple[list[Domain], dict[str, str]]:
    """Return what is to be decided, and why other lines are left alone."""
    held = {one.host: one for one in session.read(domains.every)}
    wanted: list[Domain] = []
    left: dict[str, str] = {}
    for entry in found.entries:
        before = held.get(entry.host)
        new = Domain(entry.host, entry.level, entry.no_media, entry.no_reports, entry.comment)
        if entry.host in ours:
            left[entry.host] = "is our own"
        elif before is not None and before.decision == new.decision:
            left[entry.host] = _SAME
        elif before is not None and not is_replacing:
            left[entry.host] = f"was decided otherwise ({before.level}); --replace changes it"
        else:
            wanted.append(replace(new, private_comment=before.private_comment) if before else new)
    return wanted, left


def _show(wanted: Sequence[Domain], left: Mapping[str, str], found: Listed, cuts: Mapping[str, Cut]) -> None:
    cutting = [(one, cuts[one.host]) for one in wanted if one.host in cuts]
    rows = [
        (one.host, one.level, str(cut.accounts), str(cut.following), str(cut.followers))
        for one, cut in cutting[:_SHOWN]
    ]
    if rows:
        columns = ("host", "level", "accounts known", "follows of ours lost", "followers lost")
        say_table("What is cut", columns, rows)
    say(f"{len(wanted)} decisions, of which {len(cutting)} cut something; {len(left)} left as they are.")
    for host, why in list(left.items())[:_SHOWN]:
        if why != _SAME:
            say(f"  {host} {why}")
    for one in found.skipped[:_SHOWN]:
        say(f"  line {one.line}: {one.text} {one.reason}")


def _sum(some: Collection[Cut]) -> Cut:
    return Cut(sum(c.accounts for c in some), sum(c.following for c in some), sum(c.followers for c in some))


def _ask(cut: Cut, what: str) -> None:
    """Ask a person who is there before anything is cut."""
    if cut == _NOTHING or not sys.stdin.isatty():
        return
    import typer

    typer.confirm(
        f"{what}: {cut.accounts} accounts are hidden, {cut.following} follows of ours and {cut.followers} of theirs end. "
        "Go on?",
        abort=True,
    )


def _tell(done: Decided, *, as_json: bool) -> None:
    if as_json:
        say_json(to_builtins(done))
        return
    said = (
        (done.cut.accounts, "accounts are hidden"),
        (done.cut.following, "follows of ours ended"),
        (done.cut.followers, "follows of theirs ended"),
        (done.shown_again, "accounts are shown again"),
        (done.dropped_deliveries, "deliveries were given up"),
        (done.dropped_held, "held activities were dropped"),
        (done.released, "held activities go on"),
        (done.asked_again, "follows of ours are asked for again"),
    )
    say("Decided." + "".join(f" {count} {words}." for count, words in said if count))
