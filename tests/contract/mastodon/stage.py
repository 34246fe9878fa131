"""A node with people on it, and what a call needs, made when it is asked for: a list, a filter, a poll to vote in."""

import inspect
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import insert

from node.store import tables
from node.store.unit import Unit
from tests.contract.mastodon.administering import Administering
from tests.contract.mastodon.troupe import good
from tests.contract.pictures import picture
from tests.support.world import World

KEYS: Final = {
    "p256dh": "BEm_a0bdPDhf0SOsrnB2-ategf1hHoCnpXgQsFj5JCkcoMrMt2WHoPfEYOYPzOIs9mZE8ZUaD7VA5vouy0kEkr8=",
    "auth": "eH_C8rq2raXqlcBVDa1gLg==",
}


class Stage(Administering):
    """Ines (an administrator), who calls, and Fred and Sam, her colleagues."""

    async def make(self, what: str) -> str:
        """Make a thing and return the id or name that calls name it by."""
        if what.startswith("="):
            return what[1:]
        maker: Callable[[], Awaitable[str] | str] = getattr(self, what)
        made = maker()
        return await made if inspect.isawaitable(made) else made

    # ------------------------------------------------------------------ people and posts

    async def follow_request(self) -> str:
        """Return somebody who asks Ines to follow her."""
        await good(self.ines.patch("/api/v1/accounts/update_credentials", json={"locked": True}))
        asking = await self._newcomer()
        await good(self.world.client(asking).post(f"/api/v1/accounts/{self.me()}/follow"))
        return str(asking.id)

    async def quoting(self) -> str:
        """Return a post of Fred's that quotes one of Ines's."""
        return await self.status_of(self.fred, quoted_status_id=await self._quoted())

    async def _quoted(self) -> str:
        self.last_quoted = await self.status()
        return self.last_quoted

    async def quoted(self) -> str:
        """Return the post of Ines's that was quoted last, or one that Fred quotes."""
        if not hasattr(self, "last_quoted"):
            await self.quoting()
        return self.last_quoted

    async def poll(self) -> str:
        """Return a poll of Fred's."""
        poll = {"options": ["early", "late"], "expires_in": 3600}
        found = await self.status_of(self.fred, poll=poll)
        return str((await good(self.fred.get(f"/api/v1/statuses/{found}")))["poll"]["id"])

    async def scheduled(self) -> str:
        """Return a post of Ines's that waits."""
        at = (self.world.clock.now() + timedelta(hours=1)).isoformat()
        return str((await good(self.ines.post("/api/v1/statuses", json={"status": "Later", "scheduled_at": at})))["id"])

    async def media(self) -> str:
        """Return a file of Ines's in no post."""
        files = {"file": ("ward.png", picture(), "image/png")}
        return str((await good(self.ines.post("/api/v2/media", files=files)))["id"])

    async def conversation(self) -> str:
        """Return a conversation that Fred began with Ines."""
        await self.status_of(self.fred, status=f"@ines a word, {next(self._numbers)}", visibility="direct")
        return str((await good(self.ines.get("/api/v1/conversations")))[0]["id"])

    async def status_url(self) -> str:
        """Return where a post of Ines's stands."""
        return str((await good(self.ines.get(f"/api/v1/statuses/{await self.status()}")))["url"])

    def in_two_hours(self) -> str:
        """Return a time that is far enough ahead."""
        return (self.world.clock.now() + timedelta(hours=2)).isoformat()

    async def client(self) -> dict[str, str]:
        """Return how a new app proves who it is."""
        sent = {"client_name": "An app", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
        app = await good(self.ines.post("/api/v1/apps", json=sent))
        return {"client_id": app["client_id"], "client_secret": app["client_secret"]}

    def token(self) -> str:
        """Return Ines's own token."""
        return self.people["ines"].token

    async def refresh(self) -> str:
        """Return what stands for a thread of elsewhere that is being completed."""
        found = int(await self.their_status())

        def from_elsewhere(unit: Unit) -> str:
            uri, s = f"https://far.example/notes/{found}", tables.statuses
            unit.conn.execute(s.update().where(s.c.id == found).values(uri=uri, is_local=False))
            unit.conn.execute(insert(tables.backfills).values(uri=uri, begun_at=unit.now))
            return f"thread-{found}"

        return await self.world.db.write(from_elsewhere)

    # ------------------------------------------------------------------ what one arranges

    async def blocked(self) -> None:
        """Have Ines block Sam."""
        await good(self.ines.post(f"/api/v1/accounts/{self.people['sam'].id}/block"))

    async def muted(self) -> None:
        """Have Ines mute Sam for a while."""
        await good(self.ines.post(f"/api/v1/accounts/{self.people['sam'].id}/mute", json={"duration": 60}))

    async def bookmarked(self) -> None:
        """Have Ines keep a post of Fred's."""
        await good(self.ines.post(f"/api/v1/statuses/{await self.their_status()}/bookmark"))

    async def favourited(self) -> None:
        """Have Ines favourite a post of Fred's."""
        await good(self.ines.post(f"/api/v1/statuses/{await self.their_status()}/favourite"))

    async def followed_tag(self) -> None:
        """Have Ines follow a hashtag."""
        await good(self.ines.post("/api/v1/tags/wards/follow"))

    async def endorsed(self) -> None:
        """Have Ines recommend Fred."""
        await good(self.ines.post(f"/api/v1/accounts/{await self.followed()}/endorse"))

    async def full_list(self) -> str:
        """Return a list of Ines's with Fred in it."""
        found = await self.list()
        await good(self.ines.post(f"/api/v1/lists/{found}/accounts", json={"account_ids": [await self.followed()]}))
        return found

    async def rule(self) -> None:
        """Lay down a rule."""
        await self._row("rules", text="Be kind", hint="Always", translations={"de": {"text": "Nett", "hint": ""}})

    async def list(self) -> str:
        """Return a list of Ines's."""
        return str((await good(self.ines.post("/api/v1/lists", json={"title": f"Team {next(self._numbers)}"})))["id"])

    async def _filter(self) -> Any:
        sent = {"title": "Noise", "context": ["home"], "keywords_attributes": [{"keyword": "drill"}]}
        return await good(self.ines.post("/api/v2/filters", json=sent))

    async def filter(self) -> str:
        """Return a filter of Ines's."""
        return str((await self._filter())["id"])

    async def keyword(self) -> str:
        """Return a keyword of a filter of Ines's, which is a whole filter of the older API."""
        return str((await self._filter())["keywords"][0]["id"])

    async def filter_status(self) -> str:
        """Return a post that Ines filters."""
        body = {"status_id": await self.their_status()}
        return str((await good(self.ines.post(f"/api/v2/filters/{await self.filter()}/statuses", json=body)))["id"])

    async def filter_with_a_status(self) -> str:
        """Return a filter of Ines's with a post in it."""
        found, body = await self.filter(), {"status_id": await self.their_status()}
        await good(self.ines.post(f"/api/v2/filters/{found}/statuses", json=body))
        return found

    async def featured_tag(self) -> str:
        """Return a hashtag on Ines's profile."""
        name = f"featured{next(self._numbers)}"
        found = str((await good(self.ines.post("/api/v1/featured_tags", json={"name": name})))["id"])
        self._featured = getattr(self, "_featured", [])
        if self._featured:
            await self.ines.delete(f"/api/v1/featured_tags/{self._featured.pop()}")
        self._featured.append(found)
        return found

    async def collection(self) -> str:
        """Return a collection of Ines's with Fred in it."""
        await good(self.fred.patch("/api/v1/accounts/update_credentials", json={"discoverable": True}))
        for one in (await good(self.ines.get(f"/api/v1/accounts/{self.me()}/collections")))["collections"]:
            await self.ines.delete(f"/api/v1/collections/{one['id']}")
        sent = {"name": "People of the wards", "account_ids": [self.colleague()]}
        found = (await good(self.ines.post("/api/v1/collections", json=sent)))["collection"]
        self.last_collection = str(found["id"])
        return self.last_collection

    async def empty_collection(self) -> str:
        """Return a collection of Ines's with nobody in it."""
        found = await self.collection()
        item = (await good(self.ines.get(f"/api/v1/collections/{found}")))["collection"]["items"][0]["id"]
        await self.ines.delete(f"/api/v1/collections/{found}/items/{item}")
        return found

    async def item(self) -> str:
        """Return Fred's place in the collection that was made last."""
        shown = await good(self.ines.get(f"/api/v1/collections/{self.last_collection}"))
        return str(shown["collection"]["items"][0]["id"])

    # ------------------------------------------------------------------ what one is told

    async def notification(self) -> str:
        """Return a notification of Ines's."""
        await self.followed()  # whatever her policy says of strangers
        await good(self.fred.post(f"/api/v1/statuses/{await self.status()}/favourite"))
        return str((await good(self.ines.get("/api/v1/notifications")))[0]["id"])

    async def group_key(self) -> str:
        """Return a group of notifications of Ines's."""
        await self.notification()
        return str((await good(self.ines.get("/api/v2/notifications")))["notification_groups"][0]["group_key"])

    async def request(self) -> str:
        """Return what stands for somebody whose notifications Ines filters."""
        await good(self.ines.patch("/api/v2/notifications/policy", json={"for_not_following": "filter"}))
        await self.status_of(self.world.client(await self._newcomer()), status="@ines may I ask?")
        return str((await good(self.ines.get("/api/v1/notifications/requests")))[0]["id"])

    async def announcement(self) -> str:
        """Return an announcement."""
        return await self._row("announcements", text="Tea", content_html="<p>Tea</p>", published_at=..., updated_at=...)

    async def announcement_with_a_reaction(self) -> str:
        """Return an announcement that Ines reacted to."""
        found = await self.announcement()
        await good(self.ines.put(f"/api/v1/announcements/{found}/reactions/✅"))
        return found

    async def push(self) -> str:
        """Have Ines's app told by push."""
        endpoint = "https://push.example/one"
        sent = {"subscription": {"endpoint": endpoint, "keys": KEYS}, "data": {"alerts": {"mention": True}}}
        await good(self.ines.post("/api/v1/push/subscription", json=sent))
        return ""

    async def terms(self) -> str:
        """Return the day from which terms of service count."""
        now = self.world.clock.now()
        await self._row(
            "documents", kind="terms", text="Be kind", content_html="<p>Be kind</p>", effective_at=now, created_at=...
        )
        return f"{now:%Y-%m-%d}"


async def set_up(world: World) -> Stage:
    """Return a stage whose people have said something."""
    people = [await world.user("ines", role="admin"), await world.user("fred"), await world.user("sam")]
    stage = Stage(world, *people)
    await stage.status()
    await stage.their_status()
    return stage
