"""Emojis: which texts are one, how custom ones are tagged, and what a reaction is."""

import pytest

from federation.effects import Facts, Favourite, React, RememberUndone, Unboost, Unfavourite, Unreact
from federation.vocab.emoji import Emoji, Reaction, emojis_of, is_emoji, reaction_of
from tests.federation.people import NOW, OKAPI, OURS, activity, judged


def tag(name: object, url: object = "https://a.example/e/smh.png") -> dict[str, object]:
    return {"type": "Emoji", "name": name, "icon": {"type": "Image", "url": url}}


@pytest.mark.parametrize(
    "text",
    ["🍵", "❤", "❤️", "👍🏽", "👩🏽‍🔬", "👨‍👩‍👧‍👦", "🇱🇻", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "1️⃣", "#⃣", "↔️", "‼️", "™", "🏳️‍🌈", "ℹ️"],
)
def test_one_picture_is_an_emoji(text: str) -> None:
    """Flags, keycaps, tones and joined ones too."""
    assert is_emoji(text)


@pytest.mark.parametrize("text", ["", "a", "12", "1", "🍵🍵", "🍵a", "like", " ", "\u200d", "\ufe0f", "🍵" * 60, "é"])
def test_anything_else_is_none(text: str) -> None:
    """Words, several pictures, halves and nothing."""
    assert not is_emoji(text)


def test_names_of_any_script_are_read_with_and_without_colons() -> None:
    """The first of one name counts; an icon may be a list."""
    icons = [{"type": "Image"}, {"type": "Image", "url": "https://a.example/e/duck.png"}]
    tags = [
        tag(":smh:"),
        tag("kafija-mājās", "https://a.example/e/coffee.png"),
        {"type": "Emoji", "name": ":鹅:", "icon": icons, "id": None},
        tag(":smh:", "https://a.example/e/other.png"),
        tag(":two words:"),
        tag(":none:", None),
        tag(None),
        "nonsense",
    ]

    assert emojis_of(tags) == (
        Emoji("smh", "https://a.example/e/smh.png"),
        Emoji("kafija-mājās", "https://a.example/e/coffee.png"),
        Emoji("鹅", "https://a.example/e/duck.png"),
    )


def test_S146_five_thousand_emojis_are_cut_at_the_cap() -> None:
    """By their number and by what they weigh together."""
    many = emojis_of([tag(f":e{number}:") for number in range(5000)])
    heavy = emojis_of([tag(f":e{number}:", f"https://a.example/{'x' * 2000}{number}") for number in range(90)])

    assert len(many) == 100
    assert sum(len(emoji.url) for emoji in heavy) <= 20_000


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"content": "🍵"}, Reaction("🍵")),
        ({"_misskey_reaction": "🍵", "content": "x"}, Reaction("🍵")),
        ({"content": ":smh:", "tag": tag(":smh:")}, Reaction("smh", "https://a.example/e/smh.png")),
        ({"content": "smh", "tag": [tag("smh")]}, Reaction("smh", "https://a.example/e/smh.png")),
        ({"content": ":smh@a.example:", "tag": tag(":smh@a.example:")}, Reaction("smh", "https://a.example/e/smh.png")),
        ({"content": ":smh:"}, None),
        ({"content": "well said"}, None),
        ({}, None),
    ],
    ids=str,
)
def test_a_reaction_is_what_can_be_shown(document: dict[str, object], expected: Reaction | None) -> None:
    """A name without a picture is none."""
    assert reaction_of(document) == expected


def test_a_like_with_an_emoji_is_a_reaction_in_place_of_the_last() -> None:
    """Misskey keeps one for each; Akkoma may send several; what cannot be shown is a favourite."""
    misskey = activity("Like", OURS, content="🍵", _misskey_reaction="🍵")
    akkoma = activity("EmojiReact", OURS, content=":smh:", tag=[tag(":smh:")])

    assert judged(misskey) == (React(str(misskey["id"]), OKAPI, OURS, "🍵", None, is_only=True),)
    assert judged(akkoma) == (
        React(str(akkoma["id"]), OKAPI, OURS, "smh", "https://a.example/e/smh.png", is_only=False),
    )
    assert judged(activity("Like", OURS, content="well said")) == (Favourite(f"{OKAPI}#like/1", OKAPI, OURS),)


def test_a_reaction_is_undone_by_its_id_and_by_its_name() -> None:
    """Without a name it is the favourite that is taken back."""
    named = activity("Undo", {"type": "Like", "actor": OKAPI, "object": OURS, "content": ":smh:"})
    plain = activity("Undo", {"type": "Like", "actor": OKAPI, "object": OURS})
    boost = activity("Undo", {"type": "Announce", "actor": OKAPI, "object": OURS, "content": "smh"})
    by_id = activity("Undo", f"{OKAPI}#emojireact/1")

    assert judged(named) == (Unreact(OKAPI, OURS, name="smh"),)
    assert judged(plain) == (Unfavourite(OKAPI, OURS),)
    assert judged(boost) == (Unboost(OKAPI, OURS),)
    assert judged(by_id, Facts(now=NOW)) == (RememberUndone(f"{OKAPI}#emojireact/1", OKAPI),)
