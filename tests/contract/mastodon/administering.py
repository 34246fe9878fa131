"""What administrators look after, made when a call needs it: a report, a blocked host, a link in the news."""

from sqlalchemy import insert

from node.services import trending
from node.store import tables
from node.store.unit import Unit
from tests.contract.mastodon.troupe import Troupe, good


class Administering(Troupe):
    """Makes what calls of administrators are about."""

    async def report(self) -> str:
        """Return a report about Sam."""
        sent = {"account_id": str(self.people["sam"].id), "comment": "Look", "category": "spam"}
        return str((await good(self.fred.post("/api/v1/reports", json=sent)))["id"])

    async def somebody(self) -> str:
        """Return an account of ours that may come to harm."""
        return str((await self._newcomer()).id)

    async def suspended(self) -> str:
        """Return an account of ours that is suspended."""
        found = await self.somebody()
        await good(self.ines.post(f"/api/v1/admin/accounts/{found}/action", json={"type": "suspend"}))
        return found

    async def waiting(self) -> str:
        """Return an account that waits to be let in."""
        person = await self.world.user(f"new{next(self._numbers)}")

        def unwelcome(unit: Unit) -> None:
            t = tables.users
            unit.conn.execute(t.update().where(t.c.id == person.user_id).values(approved_at=None))

        await self.world.db.write(unwelcome)
        return str(person.id)

    async def tag(self) -> str:
        """Return the id of a hashtag."""
        await self.status()
        return str((await good(self.ines.get("/api/v1/admin/tags")))[0]["id"])

    async def domain_block(self) -> str:
        """Return a decision about a host."""
        return await self._made("domain_blocks", domain=f"loud{next(self._numbers)}.example", severity="silence")

    async def domain_allow(self) -> str:
        """Return a host that is let in."""
        return await self._made("domain_allows", domain=f"good{next(self._numbers)}.example")

    async def email_domain_block(self) -> str:
        """Return a domain of addresses that may not sign up."""
        return await self._made("email_domain_blocks", domain=f"mail{next(self._numbers)}.example")

    async def canonical_email_block(self) -> str:
        """Return an address that may not sign up."""
        return await self._made("canonical_email_blocks", email=f"a{next(self._numbers)}@mail.example")

    async def ip_block(self) -> str:
        """Return a network that may not sign up."""
        return await self._made("ip_blocks", ip=f"192.0.2.{next(self._numbers)}", severity="sign_up_block")

    async def trending(self) -> None:
        """Have a hashtag and a post that many talk about."""
        liked = await self.status()
        for who in (self.fred, self.sam):
            await self.status_of(who, status="#wards are quiet")
            await good(who.post(f"/api/v1/statuses/{liked}/favourite"))
        await self.world.db.write(trending.count)

    async def trending_status(self) -> str:
        """Return a post that may trend."""
        return await self.their_status()

    async def trending_link(self) -> str:
        """Return the preview of a link."""
        return await self._card()

    async def publisher(self) -> str:
        """Return a site that links lead to."""
        await self._card()
        return str((await good(self.ines.get("/api/v1/admin/trends/links/publishers")))[0]["id"])

    async def _card(self) -> str:
        url = f"https://news.example/{next(self._numbers)}"
        return await self._row("cards", url=url, title="News", state="shown", provider_name="News", created_at=...)

    async def card_url(self) -> str:
        """Return the address of a link that is in the news."""
        number = await self._card()

        def trend(unit: Unit) -> str:
            card, status = tables.cards, tables.status_cards
            unit.conn.execute(card.update().where(card.c.id == int(number)).values(is_trendable=True))
            unit.conn.execute(insert(status).values(status_id=int(self._linking), card_id=int(number)))
            row = {"kind": "link", "item_id": int(number), "score": 1.0, "counted_at": unit.now}
            unit.conn.execute(insert(tables.trends).values(**row))
            return str(unit.conn.scalar(card.select().with_only_columns(card.c.url).where(card.c.id == int(number))))

        self._linking = await self.their_status()
        return await self.world.db.write(trend)

    async def _made(self, area: str, **sent: str) -> str:
        return str((await good(self.ines.post(f"/api/v1/admin/{area}", json=sent)))["id"])
