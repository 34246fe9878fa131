"""What one peer can make of others' work and of our rows: bounded, however many names it speaks under."""

import random
from typing import Any

import pytest

from node.commands.console import say_table
from node.services import reporting
from node.social import blocklist
from node.social.blocklist import Entry
from node.store import arrivals, held
from node.store.arrivals import Unverified
from node.store.unit import Unit
from tests.node.federating.conftest import Ward, ward
from tests.support.peers import PeerActor

__all__ = ["ward"]


async def test_a_flood_of_reports_of_one_server_opens_a_bounded_number(ward: Ward) -> None:
    """Under fresh ids, by fresh actors and from names below its own; others are still heard."""
    admin = await ward.node.world.user("mod_ana", role="admin")
    hosts = ["evil.example", "a.evil.example", "b.evil.example"]
    mallories = [ward.network.peer(host).actor("mallory", key=1) for host in hosts]

    for number in range(120):
        mallory = mallories[number % 3]
        answer = await ward.takes(mallory.activity("Flag", [ward.asha.account.uri], content=f"No {number}"), by=mallory)
        assert answer.status_code == 202
    await ward.takes(ward.okapi.activity("Flag", [ward.asha.account.uri], content="Heard"))

    found = await ward.node.db.read(reporting.unresolved, limit=1000)
    assert sum(one.host.endswith("evil.example") for one in found) == reporting.MAX_OPEN_OF_SERVER
    assert [one.comment for one in found if one.host == "masto.example"] == ["Heard"]
    assert await ward.node.count(admin, "admin.report") <= reporting.MAX_OPEN_OF_SERVER


def test_a_table_on_the_command_line_holds_nothing_that_steers_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """What a report says is shown as letters: no escape sequence, no turned text, no line of its own."""
    say_table("1 open reports", ("id", "comment"), [("1", "\x1b[2J\x1b]0;owned\x07gone\u202e\x9b31m\rnew")])

    shown = capsys.readouterr().out
    assert not set("\x1b\x07\x9b\r\u202e") & set(shown)
    assert "gone" in shown


@pytest.mark.parametrize("comment", ["=1+1", "\t=1+1", " =1+1", "\r=1+1", "'\t@SUM(A1)", "\n-1"])
def test_a_comment_in_a_list_is_no_formula_whatever_stands_before_it(comment: str) -> None:
    """Programs for tables skip white space."""
    [_head, line] = blocklist.render([Entry("evil.example", "suspend", comment=comment)]).splitlines()[:2]

    cell = line.split(",")[4].lstrip('"')
    assert cell.startswith("'")


async def test_names_below_one_domain_do_not_fill_what_is_held(ward: Ward) -> None:
    """However many hosts it speaks under, there is room for others."""

    def fill(unit: Unit) -> int:
        kept = 0
        for number in range(30):
            host = f"h{number}.evil.example"
            kept += sum(
                held.keep(unit, host, f"https://{host}/u", f'{{"n":{n}}}') for n in range(held.MAX_HELD_OF_HOST)
            )
        return kept

    kept = await ward.node.db.write(fill)

    assert kept <= held.MAX_HELD // 5
    assert await ward.node.db.write(held.keep, "good.example", "https://good.example/u", "{}")


async def test_names_below_one_domain_do_not_fill_what_waits_for_keys(ward: Ward) -> None:
    """Nothing of it is signed as far as we know."""
    now = ward.network.clock.now()

    def fill(unit: Unit) -> int:
        return sum(arrivals.queue(unit, one(f"h{number % 30}.evil.example")) for number in range(3000))

    def one(host: str) -> Unverified:
        return Unverified(host=host, path="/inbox", headers={}, body="{}", received_at=now)

    kept = await ward.node.db.write(fill)

    assert kept <= arrivals.MAX_WAITING // 5
    assert await ward.node.db.write(arrivals.queue, one("good.example"))


async def test_long_ids_are_refused_or_kept_and_break_nothing(ward: Ward) -> None:
    """As long as an address may be, of letters that do not pack, in every place where an id goes into an index."""
    chance = random.Random(1)
    wide = "".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(1900))
    plain = "".join(chance.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(1980))
    long_named = ward.peer.actor("b" + plain[:480])
    for tail in (wide, plain):
        uri = f"https://masto.example/{tail}"
        for by in (ward.okapi, long_named):
            for activity in _with(by, uri, tail):
                answer = await ward.takes(activity, by=by)
                assert answer.status_code < 500, (activity["type"], len(tail))


def _with(by: PeerActor, uri: str, tail: str) -> list[dict[str, Any]]:
    return [
        by.activity("Delete", uri),
        by.activity("Undo", uri),
        by.activity("Flag", uri),
        by.activity("Accept", uri),
        by.create("x", id=uri),
        by.create("x") | {"id": uri},
        by.create("x", context=uri),
        by.create("x", context=f"tag:{tail}"),
        by.create("x", inReplyTo=uri),
        by.create("x", quoteUrl=uri),
        by.create("x", url=uri),
        by.create("x", tag=[{"type": "Hashtag", "name": f"#{tail}"}, {"type": "Mention", "href": uri}]),
        by.announce(uri),
        by.follow("https://ward.example/users/asha") | {"id": uri},
    ]
