"""The digest by mail: once a week to whom something waits for, with titles and links and nothing else."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from node.errors import Problem
from node.ports import Mail, MailError
from node.services import choosing, digesting, mailing, posting
from node.services.choosing import Change
from node.store import tables
from node.store.unit import Snapshot, Unit
from tests.node.services.loops import begun, learned
from tests.node.services.mails import RELAY, house, local, mailed
from tests.support.world import Person, World

SUNDAY = local(2026, 11, 22, 12)
MARKER = "Zanzibar bed nine"


def jobs_of(snapshot: Snapshot, kind: str) -> int:
    count = select(func.count()).select_from(tables.jobs).where(tables.jobs.c.kind == kind)
    return snapshot.conn.scalar(count) or 0


async def somebody_trying(world: World, name: str = "ines", **more: object) -> tuple[Person, int]:
    """Return somebody who tries something that is due within the week."""
    person = await world.user(name)
    learning_id = await learned(world, person)
    return person, await begun(world, person, learning_id, due_on=date(2026, 11, 27), **more)


async def test_one_mail_a_week_comes_on_monday_morning(database_url: str, tmp_path: Path) -> None:
    """Over three weeks of hours there are three mails, each between seven and eight of a Monday."""
    async with house(database_url, tmp_path, SUNDAY, **RELAY) as world:
        ines, _ = await somebody_trying(world)

        at = await mailed(world, 22)

        assert at == ["Mon 23 07", "Mon 30 07", "Mon 07 07", "Mon 14 07"]
        assert {ines.email} == {mail.to for mail in world.mailer.sent}


async def test_no_mail_comes_when_nothing_is_due(database_url: str, tmp_path: Path) -> None:
    """Somebody who recorded nothing hears nothing, and the job is done."""
    async with house(database_url, tmp_path, SUNDAY, **RELAY) as world:
        await world.user("ines")

        await mailed(world, 1)

        assert world.mailer.sent == []
        assert await world.db.read(jobs_of, "mail") == 0


async def test_nothing_queues_where_no_mail_is_configured(database_url: str, tmp_path: Path) -> None:
    """Without a mail server there is no row that would wait for one."""
    async with house(database_url, tmp_path, SUNDAY) as world:
        await somebody_trying(world)
        world.clock.pass_time(hours=20)

        assert await world.db.write(digesting.queue) == 0
        assert await world.db.read(jobs_of, "mail") == 0


async def test_the_day_can_be_moved_and_two_mails_are_six_days_apart(database_url: str, tmp_path: Path) -> None:
    """Who moves the day from Monday to Tuesday on a Monday gets the next on the Tuesday of the week after."""
    async with house(database_url, tmp_path, SUNDAY, **RELAY) as world:
        ines, _ = await somebody_trying(world)
        await mailed(world, 1)
        await world.db.write(choosing.choose, ines.id, Change(digest_day=1))

        at = await mailed(world, 10)

        assert at == ["Tue 01 07"]


async def test_who_wants_none_gets_none_even_if_one_was_queued(database_url: str, tmp_path: Path) -> None:
    """What is chosen between the queue and the mail counts."""
    async with house(database_url, tmp_path, SUNDAY, **RELAY) as world:
        ines, _ = await somebody_trying(world)
        world.clock.pass_time(hours=20)
        assert await world.db.write(digesting.queue) == 1

        await world.db.write(choosing.choose, ines.id, Change(digest="none"))
        await world.work()

        assert world.mailer.sent == []


async def test_what_was_deleted_meanwhile_is_not_in_the_mail(database_url: str, tmp_path: Path) -> None:
    """The words are looked up when the mail is sent."""
    async with house(database_url, tmp_path, SUNDAY, **RELAY) as world:
        ines, action_id = await somebody_trying(world)
        world.clock.pass_time(hours=20)
        await world.db.write(digesting.queue)

        await world.db.write(posting.delete, ines.id, action_id)
        await world.work()

        assert not any("soft-close" in mail.text for mail in world.mailer.sent)


async def test_mail_holds_titles_of_public_records_and_no_text(database_url: str, tmp_path: Path) -> None:
    """A marker in every text of a record, and in the title of one for few, is in no part of a mail."""
    async with house(database_url, tmp_path, SUNDAY, **RELAY) as world:
        ines = await world.user("ines")
        open_id = await learned(
            world, ines, f"Lids wake patients. {MARKER} told us.", question=f"Why {MARKER}?", answer=MARKER
        )
        more = {"plan": MARKER, "steps": (MARKER,), "aim": None}
        await begun(world, ines, open_id, due_on=date(2026, 11, 27), change=f"Fit soft lids. {MARKER}", **more)
        hidden_id = await learned(world, ines, f"{MARKER} is known to us. More.", visibility="direct")
        await begun(world, ines, hidden_id, due_on=date(2026, 11, 27), change=f"Visit {MARKER}.", visibility="direct")

        await mailed(world, 1)

        (mail,) = world.mailer.sent
        assert "Fit soft lids" in mail.text
        assert digesting.HIDDEN in mail.text
        assert not any(MARKER in part for part in (mail.subject, mail.text, mail.html, str(mail.headers)))
        assert "/numbers?measure=" not in mail.html or "&amp;day=" in mail.html


@pytest.mark.parametrize(("is_final", "waiting"), [(True, 0), (False, 1)])
async def test_a_refusal_for_good_ends_the_job_and_another_is_tried_again(
    database_url: str, tmp_path: Path, is_final: bool, waiting: int
) -> None:
    """A recipient that is refused is not asked again; a relay that is away is."""
    async with house(database_url, tmp_path, SUNDAY, **RELAY) as world:
        await somebody_trying(world)
        world.mailer.faults.append(MailError("the mail server answered 550 to RCPT", is_final=is_final))
        world.clock.pass_time(hours=20)

        await world.db.write(digesting.queue)
        await world.work()

        assert (waiting, []) == (await world.db.read(jobs_of, "mail"), world.mailer.sent)
        world.clock.pass_time(minutes=5)
        await world.work()
        assert waiting == len(world.mailer.sent)


async def test_summer_time_moves_nothing(database_url: str, tmp_path: Path) -> None:
    """Seven stays seven by the clocks of the house in the week in which they change."""
    async with house(database_url, tmp_path, local(2027, 3, 21, 12), **RELAY) as world:
        ines = await world.user("ines")
        await begun(world, ines, await learned(world, ines), due_on=date(2027, 3, 26))

        at = await mailed(world, 15)

        assert at == ["Mon 22 07", "Mon 29 07", "Mon 05 07"]


async def test_a_thousand_people_are_queued_in_bounded_steps(database_url: str, tmp_path: Path) -> None:
    """No transaction takes more than its batch, and everybody is in one of them."""
    async with house(database_url, tmp_path, SUNDAY, **RELAY) as world:
        ines = await world.user("ines")
        await world.db.write(copies, ines.user_id, 1000)
        world.clock.pass_time(hours=20)

        counts = [await world.db.write(digesting.queue) for _ in range(4)]

        assert counts == [500, 500, 1, 0]
        assert await world.db.read(jobs_of, "mail") == 1001


def copies(unit: Unit, user_id: int, count: int) -> None:
    """Make many people like one, each with an account."""
    a, u = tables.accounts, tables.users
    user = dict(unit.conn.execute(select(u).where(u.c.id == user_id)).one()._mapping)
    account = dict(unit.conn.execute(select(a).where(a.c.id == user["account_id"])).one()._mapping)
    first = unit.new_ids(count)
    people = [
        account | {"id": first + n, "uri": f"{account['uri']}{n}", "username": f"p{n}", "username_key": f"p{n}"}
        for n in range(count)
    ]
    unit.conn.execute(a.insert(), people)
    unit.conn.execute(
        u.insert(),
        [user | {"id": one["id"], "account_id": one["id"], "email": f"{one['username']}@x.example"} for one in people],
    )


# ------------------------------------------------------------------ ending it


def token_of(mail: Mail) -> str:
    return mail.headers["List-Unsubscribe"].strip("<>").partition("token=")[2]


async def test_the_link_of_a_mail_ends_the_mails_of_its_reader_alone(database_url: str, tmp_path: Path) -> None:
    """It needs nobody signed in, and works once more."""
    async with house(database_url, tmp_path, SUNDAY, **RELAY) as world:
        ines, _ = await somebody_trying(world)
        tom, _ = await somebody_trying(world, "tom")
        await mailed(world, 1)
        token = next(token_of(mail) for mail in world.mailer.sent if mail.to == ines.email)

        for _ in range(2):
            await world.db.write(mailing.end, token)

        assert (await world.db.read(choosing.chosen, ines.id)).digest == "none"
        assert (await world.db.read(choosing.chosen, tom.id)).digest == "mail"


async def test_a_forged_or_old_link_is_refused(database_url: str, tmp_path: Path) -> None:
    """Another user's number, another seal, another time, half a token, and a real one after a hundred days."""
    async with house(database_url, tmp_path, SUNDAY, **RELAY) as world:
        ines, _ = await somebody_trying(world)
        await mailed(world, 1)
        token = token_of(world.mailer.sent[0])
        number, until, seal = token.split(".")
        wrong = ["", "..", seal, f"{int(number) + 1}.{until}.{seal}", f"{number}.{int(until) + 1}.{seal}",
                 f"{number}.{until}.", f"{number}.{until}.{seal[:-1]}", f"²{number}.{until}.{seal}", "é" * 300]  # fmt: skip

        for forged in wrong:
            with pytest.raises(Problem, match="not-found"):
                await world.db.write(mailing.end, forged)
        world.clock.pass_time(days=101)
        with pytest.raises(Problem, match="not-found"):
            await world.db.write(mailing.end, token)

        assert (await world.db.read(choosing.chosen, ines.id)).digest == "mail"
