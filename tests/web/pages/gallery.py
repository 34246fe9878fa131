"""Draws every template with invented people and numbers: for the tests, and into a folder to be looked at.

`python -m tests.web.pages.gallery FOLDER` writes one file per page; the style sheet goes beside them.
"""

import pkgutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from markupsafe import Markup

from tests.web.pages import galleries
from tests.web.pages.exhibits import (
    ANNEKE,
    GUEST,
    INES,
    KESTREL,
    LEARNED,
    NOW,
    PLAIN,
    PREVIEW,
    SHARE,
    SHELL,
    WARNED,
)
from web.pages import vocabulary
from web.pages.assets import assets
from web.pages.rendering import render
from web.pages.views import data, pages, posts, seeing
from web.pages.views.dates import When
from web.pages.views.forms import Choice, Form, Mistake
from web.pages.views.shell import Flash, Link, Shell


def cases() -> Iterator[tuple[str, str, Shell, object]]:
    """Yield (name, template, shell, view-model) for every page and the states worth seeing; `galleries` has more."""
    yield "sign-in", "sign-in", GUEST, pages.SignIn(form=Form())
    wrong = Form(
        {"email": "ines@linden-vale.example"},
        (Mistake("", "No account has this e-mail and password."),),
        "Not signed in",
    )
    yield "sign-in-error", "sign-in", GUEST, pages.SignIn(form=wrong, next="/home")
    yield (
        "resume",
        "resume",
        SHELL,
        pages.Resume(action="/record", kept=(pages.Kept("text", "The drug is\nfar away."), pages.Kept("due", ""))),
    )
    yield "consent", "consent", SHELL, pages.Consent(
        app="Tusk for Wards",
        website="https://tusk.example",
        rights=(pages.Right("read everything you can see"), pages.Right("write posts and records"), pages.Right("act as an administrator", is_grave=True)),
        hidden=(("client_id", "abc"), ("scope", "read write")),
        goes_to="Then you go back to tusk.example.",
    )  # fmt: skip
    yield "apps", "apps", SHELL, pages.AllowedApps((
        pages.AllowedApp(
            id=7, name="Tusk for Wards", website="https://tusk.example", since=NOW,
            rights=(pages.Right("read everything you can see"), pages.Right("act as an administrator", is_grave=True)),
        ),
    ))  # fmt: skip
    yield "apps-none", "apps", SHELL, pages.AllowedApps(())
    yield "code", "code", SHELL, pages.CodePage("Tusk for Wards", "q7Jd0-WZr2m1kTyxQf5nUe8VbC")
    yield from _settings()
    yield from _timelines()
    yield from _rest()
    for found in sorted(pkgutil.iter_modules(galleries.__path__), key=lambda one: one.name):
        yield from import_module(f"{galleries.__name__}.{found.name}").cases()


def _settings() -> Iterator[tuple[str, str, Shell, object]]:
    media = (Choice("default", "Hide what its author marked"), Choice("show_all", "Show everything"))
    one = seeing.Kept(
        what="filter", which="7", words="Spiders", verb="Delete", detail="Left out of home.", is_final=True
    )
    held = seeing.Section(
        key="filters", title="Filters", about="What you do not want to read.", none="None.", items=(one,)
    )
    tag = replace(one, what="tag", which="sepsis", words="#sepsis", verb="Unfollow", url="/tags/sepsis", is_final=False)
    tags = replace(held, key="tags", title="Hashtags you follow", items=(tag,), has_more=True)
    none = replace(held, key="muted", title="People you mute", items=())
    yield "seen", "seen", SHELL, seeing.Seeing((tags, held, none))
    yield "reading", "reading", SHELL, pages.Preferring(Form({"media": "default", "plays_gifs": "1"}), media)


def _timelines() -> Iterator[tuple[str, str, Shell, object]]:
    tabs = (
        pages.Tab("Following", "/home", is_current=True),
        pages.Tab("This hospital", "/home/house", is_current=False),
    )
    home = pages.Timeline(
        title="Home", posts=(SHARE, LEARNED, PLAIN, WARNED), tabs=tabs, newer="/home?min_id=1", older="/home?max_id=1"
    )
    flash = Flash("Recorded. People who follow you see it now.")
    yield "home", "timeline", replace(SHELL, current="home", flash=flash), home
    empty = replace(home, posts=(), empty_link=Link("Find people", "/search"), older="", newer="")
    folded = replace(PLAIN, id="15", boosted_by=None, filtered="Spiders", preview=PREVIEW, pictures=())
    film = posts.Picture("How we turn somebody", "/media/a.mp4", is_ours=True, shown="/media/a.png", kind="film")
    sound = replace(film, alt="", url="/media/a.mp3", shown="", kind="sound")
    shown = (
        folded,
        replace(folded, id="16", filtered="", is_bookmarked=True),
        replace(folded, id="17", filtered="", preview=None, blurred="Needles", pictures=(film, sound)),
    )
    told = (pages.Announcement("3", Markup("<p>No network on Sunday.</p>")),)
    yield "home-told", "timeline", SHELL, replace(home, posts=shown, told=told, waiting=2)
    yield "home-empty", "timeline", replace(SHELL, current="home", unread=0), empty
    yield "profile", "profile", SHELL, pages.Profile(
        person=ANNEKE, address="@anneke@ashmere.example", note=Markup("<p>Microbiologist. Stewardship.</p>"),
        fields=(("Unit", Markup("Microbiology")),), posts_count=12, followers_count=31, following_count=7,
        relation="none", follows_you=True, posts=(SHARE, PLAIN), since=When("2026-03-01", "1 March"),
    )  # fmt: skip
    wards = pages.Collection(
        name="Wound care", description="Who to ask", language="en", owner=INES, people=(INES, KESTREL), tag="Gel"
    )
    yield "collection", "collection", SHELL, wards
    yield "collection-empty", "collection", GUEST, replace(wards, people=(), tag="", is_listed=False)
    yield (
        "status",
        "status",
        SHELL,
        pages.StatusPage(
            title="Anneke Brandt reports",
            before=(LEARNED,),
            post=replace(SHARE, is_focus=True),
            after=(PLAIN,),
            form=Form(),
        ),
    )
    yield (
        "status-guest",
        "status",
        GUEST,
        pages.StatusPage(title="A post by Leonie Maurer", before=(), post=PLAIN, after=(), form=Form()),
    )


def _rest() -> Iterator[tuple[str, str, Shell, object]]:
    tried = pages.Notice(
        icon="branch", person=KESTREL, words="tries your idea", when=NOW, url="/loops/1", quote="Soft-close bins"
    )
    asked = pages.Notice(icon="reply", person=ANNEKE, words="answered", when=NOW, url="/@ines/11", quote="Which hinge?")
    wants = pages.Notice(
        icon="people", person=KESTREL, words="asks to follow you", when=NOW, url="/", answer="/notifications/requests/7"
    )
    bell = replace(SHELL, current="notifications")
    yield (
        "notifications",
        "notifications",
        bell,
        pages.Notices(answer=(asked, wants), know=(tried,), older="/notifications?max_id=1"),
    )
    yield "notifications-empty", "notifications", bell, pages.Notices(answer=(), know=())
    yield (
        "search",
        "search",
        SHELL,
        pages.Search(query="anneke", people=(ANNEKE, KESTREL), tags=(Link("#sepsis", "/tags/sepsis"),), posts=(PLAIN,)),
    )
    yield "search-empty", "search", SHELL, pages.Search(query="nothing such")
    yield (
        "more",
        "more",
        replace(SHELL, current="more"),
        pages.More((pages.Group("Me", (Link("My profile", "/@ines"), Link("About", "/about"))),)),
    )
    yield (
        "about",
        "about",
        replace(GUEST, current="about"),
        pages.About(12, 340, "it@linden-vale.example", "/@institution"),
    )
    more = replace(SHELL, current="more")
    files = (Link("Accounts you follow (CSV)", "/settings/data/files/following_accounts.csv"),)
    brought = (data.Brought("Bookmarks", "3 of 12 done, 1 failed", NOW, "/settings/data/imports/7"),)
    bad = Form({"kind": "blocks", "mode": "merge"}, (Mistake("file", "This is no CSV file."),), "Not brought in")
    yield "data", "data", more, data.Data(files, brought, ("https://far.example/users/ines",), form=bad)
    yield "data-moved", "data", more, data.Data(files, moved_to="https://far.example/users/ines")
    brought_in = data.Import(action="/settings/data/imports/7", title="Bookmarks", total=12, replaces=True)
    yield "import", "import", more, replace(brought_in, faults=((3, "This is no address of a post."),))
    yield "import-done", "import", more, replace(brought_in, is_begun=True, is_done=True, done=12, failed=1)
    yield "sharing", "sharing", SHELL, pages.Sharing(bookmarklet="javascript:void(0)", place="St Mary's")
    yield "vocabulary", "text", replace(GUEST, current="about"), vocabulary.text()
    yield "failure-404", "failure", GUEST, pages.Failure(404, "Nothing here", "Nothing here, or not for you.")
    yield (
        "failure-500",
        "failure",
        SHELL,
        pages.Failure(500, "Something broke here, not with you", "Nothing was saved.", "ab12-7"),
    )


def main(folder: Path) -> None:
    """Write every page into a folder."""
    static = folder / "static"
    static.mkdir(parents=True, exist_ok=True)
    for name, asset in assets().items():
        (static / name).write_bytes(asset.body)
    for name, template, shell, page in cases():
        (folder / f"{name}.html").write_bytes(render(template, shell, page))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
