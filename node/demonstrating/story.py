"""The main job as a story in five steps: a nurse learns, a doctor tries, the numbers speak, a third hospital adopts.

Everything is done as a person with an app does it, and verified at another hospital than the one where it was done.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from node.demonstrating import again, anyapp, looking, script
from node.demonstrating.browser import Browser, Page
from node.demonstrating.cast import Cast, Player
from node.demonstrating.looking import API, Json
from node.demonstrating.telling import Teller
from node.demonstrating.watching import check, eventually


@dataclass(slots=True)
class Story:
    """The players, what has been made so far (by its id on the wire), and who tells it."""

    cast: Cast
    teller: Teller
    made: dict[str, Json] = field(default_factory=dict)

    def uri(self, what: str) -> str:
        """Return the id on the wire of something made."""
        return str(self.made[what]["uri"])

    def here(self, player: Player, what: str) -> Json:
        """Return something made as it is at the player's hospital."""
        found: Json = player.app.find_status(self.uri(what))
        return found


def play(cast: Cast, teller: Teller) -> None:
    """Play all of it. Raises: `Failed` at the first thing that is not as it must be."""
    story = Story(cast, teller)
    scenes: tuple[tuple[str, Callable[[Story], None]], ...] = (
        ("They sign in, and follow each other across hospitals", meet),
        ("A nurse at St Mary's records what she learned", learn),
        ("A doctor at Riverside tries it", act),
        ("Riverside counts for sixteen weeks and shares what came of it", share),
        ("St Mary's hears of it, and both see one loop", close),
        ("Lakeside, which follows only Riverside's institution, adopts it in turn", spread),
        ("Lakeside learns something else, and Riverside tries it with commands, from any app", by_command),
        ("What was learned comes back: @recall asks who recorded it", seen_again),
    )
    for number, (title, scene) in enumerate(scenes):
        teller.step(number, title)
        scene(story)


def meet(story: Story) -> None:
    """Sign in three people; Riverside's doctor follows the nurse, Lakeside's lead follows Riverside's institution."""
    nurse, doctor, lead = story.cast.players
    for player in story.cast.players:
        me = player.sign_in()
        story.teller.did(f"{me['display_name']} signs in at {player.place.name} and allows an app")
    _follow(story, doctor, nurse.handle, nurse)
    _follow(story, lead, doctor.institution, doctor)


def learn(story: Story) -> None:
    """Post the learning as any Mastodon app can; it must be in the home timeline at Riverside with all it says."""
    nurse, doctor, _lead = story.cast.players
    posted = nurse.app.post("/api/v1/statuses", status=script.LEARNING_POST, visibility="public")
    made = nurse.app.get(f"{API}/records/{posted['id']}")
    story.made["learning"] = made
    story.cast.loop_url = made["loop_url"]
    story.teller.did(f"{nurse.name} posts with #learning: “{made['title']}”")
    seen = looking.in_home(doctor, made["uri"])
    record = doctor.app.get(f"{API}/records/{seen['id']}")["record"]
    check(record.get("type") == "Learning", "a Learning in Riverside's home timeline", record)
    for name in ("title", "text", "question", "answer"):
        check(record.get(name) == script.LEARNING[name], f"the {name} to travel with it", record)
    source = (record.get("learnedFrom") or {}).get("label")
    check(source == script.LEARNING["source"], "its source to travel with it", record)
    story.teller.saw(f"Riverside shows it in {doctor.name}'s home timeline, with source, question and answer")


def act(story: Story) -> None:
    """Begin the action; it must stand under the learning at St Mary's, and the nurse must be told."""
    nurse, doctor, _lead = story.cast.players
    begun = script.action(story.uri("learning"), doctor.today)
    made = doctor.app.post(f"{API}/actions", **begun)
    story.made["action"] = made
    story.teller.did(f"{doctor.name}: “{made['title']}”, decided by {begun['due_on']}, measured by one proportion")
    looking.told(nurse, made["uri"], "that her learning is tried")
    story.teller.saw(f"St Mary's tells {nurse.name} that her learning is tried at Riverside")
    thread = nurse.app.get(f"/api/v1/statuses/{story.made['learning']['id']}/context")["descendants"]
    check(made["uri"] in looking.uris(thread), "the action under the learning in any app", looking.uris(thread))
    doing = looking.doing(nurse, story.made["learning"]["id"], made["uri"])
    check(doing["word"] == "Trying", "the action as being tried", doing["word"])
    story.teller.saw("St Mary's shows the action under the learning, as being tried")


def share(story: Story) -> None:
    """Enter the numbers, read the chart, share; the series and the chart must arrive at St Mary's whole."""
    nurse, doctor, _lead = story.cast.players
    action = story.made["action"]
    (series,) = doctor.app.get(f"{API}/actions/{action['id']}/measures")
    measure_id = series["measure"]["id"]
    numbers = script.weeks(script.day_zero(doctor.today))
    for day, entry in numbers:
        doctor.app.put(f"{API}/measures/{measure_id}/points/{day.isoformat()}", entry=entry)
    (series,) = doctor.app.get(f"{API}/actions/{action['id']}/measures")
    looking.check_shift(series, len(numbers))
    check("<svg" in doctor.app.text(series["chart_url"]), "the run chart to be drawn", series["chart_url"])
    story.teller.did(f"{doctor.name} enters {len(numbers)} weeks. The chart says: {series['finding']}")
    made = doctor.app.post(f"{API}/shares", action_id=action["id"], **script.SHARE)
    story.made["share"] = made
    story.teller.did(f"{doctor.name} shares, decision {made['record']['decision']}: “{script.SHARE['sentence']}”")
    seen = eventually("the share to arrive at St Mary's", lambda: looking.mention(nurse, made["uri"]))["status"]
    looking.check_picture(nurse, seen)
    story.teller.saw("St Mary's has the chart as a picture, with an alternative text that says the finding")
    doing = looking.doing(nurse, story.made["learning"]["id"], action["uri"])
    looking.check_shift(doing["series"][0], len(numbers))
    hidden = [one["period"] for one in doing["series"][0]["points"] if one["state"] != "shown"]
    check(not hidden, "every point of the series to travel", f"hidden periods {hidden}")
    story.teller.saw(f"St Mary's has the aggregated series of {len(numbers)} weeks and reads the same shift in it")


def close(story: Story) -> None:
    """The nurse must be told, and the loop must be one thing at both hospitals, in the API and on the page."""
    nurse, doctor, _lead = story.cast.players
    looking.told(nurse, story.uri("share"), "what came of her learning")
    story.teller.saw(f"St Mary's tells {nurse.name} that her learning was tried and what came of it")
    for player in (nurse, doctor):
        _check_loop(story, player)
        story.teller.saw(f"{player.place.name} shows learning, action, share and chart as one loop, also on its page")


def spread(story: Story) -> None:
    """Lakeside must see the share through the institution, boost it and adopt it; all three must agree on the lineage."""
    nurse, doctor, lead = story.cast.players
    boost = eventually(
        "the share, boosted by Riverside, at Lakeside", lambda: looking.boosted_in_home(lead, story.uri("share"))
    )
    by = boost["account"]["acct"]
    check(f"@{by}" == doctor.institution, "the boost to be the institution's", by)
    story.teller.saw(f"Lakeside shows the share, passed on by {doctor.institution}")
    shared = boost["reblog"]
    lead.app.post(f"/api/v1/statuses/{shared['id']}/reblog")
    story.teller.did(f"{lead.name} boosts it")
    looking.notified(doctor, "reblog", story.uri("share"), lead.handle)
    story.teller.saw(f"Riverside tells {doctor.name} that Lakeside boosted it")
    made = lead.app.post(f"{API}/actions", **script.adoption(shared["uri"], lead.today))
    story.made["adoption"] = made
    relation = made["record"].get("relation")
    check(relation == "adopts", "an action that adopts", relation)
    (series,) = lead.app.get(f"{API}/actions/{made['id']}/measures")
    check(series["measure"]["label"] == script.MEASURE["label"], "the measure to be taken over", series["measure"])
    story.teller.did(f"{lead.name}: “{made['title']}”, with the measure taken over")
    looking.told(doctor, made["uri"], "that Lakeside adopts")
    story.teller.saw(f"Riverside tells {doctor.name} that Lakeside adopts")
    looking.told(nurse, made["uri"], "that Lakeside adopts what grew from her learning")
    story.teller.saw(f"St Mary's tells {nurse.name}, from whose learning it grew")
    _check_lineage(story)


def by_command(story: Story) -> None:
    """Every command once; what they make must be at Lakeside, and the commands themselves must not."""
    _nurse, doctor, lead = story.cast.players
    anyapp.play(doctor, lead, story.teller)


def seen_again(story: Story) -> None:
    """A result of another hospital makes a card due; it is asked as a poll, and the vote grades it."""
    nurse, _doctor, lead = story.cast.players
    again.play(nurse, script.LEARNING["question"], script.LEARNING["answer"], story.teller)
    again.play(lead, anyapp.LEARNING, "", story.teller, grade="Hard")


# ------------------------------------------------------------------ looking


def _follow(story: Story, who: Player, handle: str, at: Player) -> None:
    found = who.app.find_account(handle)
    who.app.post(f"/api/v1/accounts/{found['id']}/follow")
    story.teller.did(f"{who.name} finds {handle} from {who.place.name} and follows")
    username = handle.lstrip("@").partition("@")[0]
    account_id = at.app.get("/api/v1/accounts/lookup", acct=username)["id"]

    def look() -> bool | None:
        followers = at.app.get(f"/api/v1/accounts/{account_id}/followers")
        return True if who.handle in [f"@{one['acct']}" for one in followers] else None

    eventually(f"{who.handle} among the followers of {handle}", look)
    story.teller.saw(f"{at.place.name} lists {who.handle} as a follower")


def _check_loop(story: Story, player: Player) -> None:
    learning = story.here(player, "learning")
    doing = looking.doing(player, learning["id"], story.uri("action"))
    check([one["uri"] for one in doing["shares"]] == [story.uri("share")], "the share in the loop", doing["shares"])
    check(doing["word"] == "Kept", "the action as kept", doing["word"])
    check(doing["series"] and doing["series"][0]["points"], "the chart in the loop", doing["series"])
    with Browser(player.place.base_url) as browser:
        browser.sign_in(player.person.email, player.person.password)
        page = browser.get(f"/loops/{learning['id']}")
    _check_page(page, player)


def _check_page(page: Page, player: Player) -> None:
    for text in (script.LEARNING["title"], script.ACTION["title"], script.SHARE["sentence"]):
        check(text in page.text, f"“{text}” on the loop's page at {player.place.name}", page.text)
    check(page.count("svg", role="img"), f"a chart on the loop's page at {player.place.name}", page.text)


def _check_lineage(story: Story) -> None:
    uris = {story.uri(what) for what in ("learning", "action", "share", "adoption")}

    def look() -> list[Json] | None:
        found = [one.app.get(f"{API}/lineage", uri=story.uri("learning")) for one in story.cast.players]
        seen = [f"{one['hash'][:8]} with {len(one['edges'])} edges" for one in found]
        names = [{node["uri"] for node in one["nodes"]} for one in found]
        check(all(one >= uris for one in names), "all four records in the lineage everywhere", seen)
        check(len({one["hash"] for one in found}) == 1, "one hash everywhere", seen)
        return found

    found = eventually("the same lineage at all three hospitals", look)
    same = all(one["nodes"] == found[0]["nodes"] and one["edges"] == found[0]["edges"] for one in found)
    check(same, "the same records and edges at all three hospitals", found)
    check(
        looking.hash_of(found[0]) == found[0]["hash"],
        "the hash to be that of these records and edges",
        looking.hash_of(found[0]),
    )
    edges = len(found[0]["edges"])
    story.teller.saw(f"All three hospitals show the same lineage: {edges} edges, hash {found[0]['hash'][:16]} ...")
