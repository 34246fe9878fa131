"""Addressing: visibility to `to` and `cc` and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation import audience, loose
from federation.audience import Addressing
from tests.federation.people import ASHA, HERON, OKAPI

FOLLOWERS = f"{OKAPI}/followers"
people = st.lists(st.sampled_from([ASHA, HERON, f"{OKAPI}2", "https://lists.example/1/followers"]), max_size=6)


@given(st.sampled_from(["public", "unlisted", "private", "direct"]), people)
def test_visibility_survives_the_way_to_addresses_and_back(visibility: str, mentioned: list[str]) -> None:
    """Whoever is mentioned, a post is read with the visibility it was written with, and names each of them once."""
    addressed = audience.addressing_for(visibility, followers=FOLLOWERS, mentioned=mentioned)

    assert audience.visibility_of(addressed, followers=FOLLOWERS) == visibility
    assert set(mentioned) <= set(addressed.everyone())
    assert len(addressed.everyone()) == len(set(addressed.everyone()))


@given(people, people)
def test_nothing_is_wider_than_its_addresses_say(to: list[str], cc: list[str]) -> None:
    """Without Public nothing is public; without the author's own followers nothing is for followers."""
    assert audience.visibility_of(Addressing(tuple(to), tuple(cc)), followers=FOLLOWERS) == "direct"
    assert audience.visibility_of(Addressing((*to, FOLLOWERS), tuple(cc)), followers=None) == "direct"


@pytest.mark.parametrize("visibility", ["house", "circle", "anything"])
def test_visibility_without_a_way_to_say_it_is_private_on_the_wire(visibility: str) -> None:
    """Fails closed: never public."""
    addressed = audience.addressing_for(visibility, followers=FOLLOWERS, mentioned=[ASHA])

    assert addressed == Addressing((FOLLOWERS,), (ASHA,))


@pytest.mark.parametrize("alias", [loose.PUBLIC, "as:Public", "Public"])
def test_public_is_known_by_every_name_single_or_listed(alias: str) -> None:
    """Ghost and Threads write `as:Public`, alone or in a list."""
    assert audience.addressing_of({"to": alias}) == Addressing((loose.PUBLIC,), ())
    assert audience.addressing_of({"cc": [alias, {"id": ASHA}]}) == Addressing((), (loose.PUBLIC, ASHA))


def test_addresses_come_from_the_activity_only_when_the_object_has_none() -> None:
    """Discourse addresses the activity alone; `audience` never makes public; `bto` and `bcc` are never read."""
    wrapper = {"to": [loose.PUBLIC], "audience": "https://lemmy.example/c/a"}

    assert audience.addressing_of({}, wrapper) == Addressing((loose.PUBLIC,), ("https://lemmy.example/c/a",))
    assert audience.addressing_of({"to": [ASHA], "audience": "as:Public", "bcc": [HERON]}, wrapper) == Addressing(
        (ASHA,)
    )


def test_addresses_are_bounded() -> None:
    """256 recipients are read."""
    many = [f"{ASHA}/{number}" for number in range(2000)]

    assert len(audience.addressing_of({"to": many, "cc": many}).to) == audience.MAX_RECIPIENTS
