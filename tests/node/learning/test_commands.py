"""Commands as people type them into an app: what is one, what it says, and how they are written."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.errors import Problem
from node.learning import commands
from node.learning.commands import Data, Define, Help, Tell, Try, Undo

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("typed", "verb"),
    [
        ("!try friday lids", "try"),
        ("  @okapi@masto.example @ben, !Data 7/20", "data"),
        ("@ben\n!SHARE adopt yes", "share"),
        ("\u200b\u2067!data 7/20", "data"),
        ("！data 7/20", "data"),
        ("!data7/20", "data"),
        ("@okapi@[2001:db8::1]:8443 !undo", "undo"),
        ("!help.", "help"),
        ("!measure: Falls", "measure"),
    ],
)
def test_command_is_found_behind_names_and_white_space(typed: str, verb: str) -> None:
    """Apps put the people of a thread first, and phones write capitals."""
    word = commands.word_of(typed)

    assert word is not None
    assert (verb, True) == (word.verb, word.is_exact)


@pytest.mark.parametrize(
    "typed",
    ["!important news", "!!!", "!", "! ", "hello !try", "Well!data", "Hi !data 7/20", "", "!tried it", "!7/20"],
)
def test_anything_else_is_an_ordinary_post(typed: str) -> None:
    """Only the words count that are commands."""
    assert commands.word_of(typed) is None


CLUTTERED = ("#gel !data 7/20", "\N{THUMBS UP SIGN} !data 7/20", "> !data 7/20", ".@ben !data 7/20", "\N{HEAVY EXCLAMATION MARK SYMBOL}data 7/20", "!\uff44\uff41\uff54\uff41 7/20", "!!data 7/20", "\N{LEFT DOUBLE QUOTATION MARK}!data 7/20")  # fmt: skip


@pytest.mark.parametrize(
    "typed", ["!dta 7/20", "!adta 7/20", "!daata 7/20", "!dat 7/20", "!dsta 7/20", "! data 7/20", *CLUTTERED]
)
def test_slip_is_known_for_what_was_meant(typed: str) -> None:
    """So that a number does not leave by a slip, and the answer says which command it was."""
    word = commands.word_of(typed)

    assert word is not None
    assert (word.verb, word.is_exact) == ("data", False)
    with pytest.raises(Problem, match="command-unknown"):
        commands.read(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("!try next friday soft lids\n#bins #sleep", Try(date(2026, 11, 27), "soft lids", ("bins", "sleep"))),
        ("@a !try 2027-01-15: Soft lids. All bins.", Try(date(2027, 1, 15), "Soft lids. All bins.")),
        ("!data 7/20", Data(number="7/20", is_fraction=True)),
        ("!data 7 of 20 yesterday", Data(number="7 of 20", is_fraction=True, day=date(2026, 11, 25))),
        ("!data 7 von 20 2026-11-20", Data(number="7 von 20", is_fraction=True, day=date(2026, 11, 20))),
        ("!data 7,5", Data(number="7,5", is_fraction=False)),
        ("!data 7.5 min 15/1/2026", Data(number="7.5", is_fraction=False, unit="min", day=date(2026, 1, 15))),
        ("!data 7 2026-11-20", Data(number="7", is_fraction=False, day=date(2026, 11, 20))),
        ("!data yes", Data(number="yes", is_fraction=False)),
        ("!data slept well: 7/20", Data(number="7/20", is_fraction=True, name="slept well")),
        ("!data Bay 3 7/20 last friday", Data(number="7/20", is_fraction=True, name="Bay 3", day=date(2026, 11, 20))),
        ("!data 7/20 left out: pump broke", Data(number="7/20", is_fraction=True, left_out="pump broke")),
        ("!data 7/20 note: flu on the ward", Data(number="7/20", is_fraction=True, note="flu on the ward")),
        ("!data 7/20 #bins", Data(number="7/20", is_fraction=True)),
        ("!measure Patients who slept outcome better up", Define("Patients who slept", "outcome", "up")),
        ("!measure Falls (balancing), better: down.", Define("Falls", "balancing", "down")),
        ("!measure Wait process better down in min", Define("Wait", "process", "down", "min")),
        ("!share adopt It is quieter.", Tell("adopt", "It is quieter.")),
        ("!share Keep: It is quieter.", Tell("adopt", "It is quieter.")),
        (
            "!share abandon We stopped because bins broke",
            Tell("abandon", "We stopped because bins broke", "bins broke"),
        ),
        ("!share abandon Nobody liked it", Tell("abandon", "Nobody liked it", "Nobody liked it")),
        ("!share adapt\nLonger.\nNext: louder.", Tell("adapt", "Longer.\nNext: louder.")),
        ("!undo, sorry", Undo()),
        ("@recall !help", Help()),
    ],
)
def test_command_is_read(typed: str, said: commands.Command) -> None:
    """Many ways to write the same."""
    assert said == commands.read(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ("!try", "due_on", "The day is missing."),
        ("!try friday", "change", "What you will do is missing."),
        ("!try 31 february lids", "due_on", "The last day is the 28th."),
        ("!data", "value", "The number is missing."),
        ("!data many", "value", "“many” is not a number."),
        ("!data NaN", "value", "is not a number"),
        ("!data 7/20/30", "day", "is not a day"),
        ("!data 7 20", "day", "is not a day"),
        ("!data 7.5/20", "numerator", "7.5 is not a whole number."),
        ("!data 9999999999", "value", "above 1 000 000 000"),
        ("!measure", "label", "The name of what you count is missing."),
        ("!measure Falls better up", "label", "The kind is missing"),
        ("!measure Falls outcome", "label", "Which way is better is missing"),
        ("!share", "decision", "Say what you decided"),
        ("!share maybe", "decision", "“maybe” is no decision."),
        ("!share adopt", "sentence", "The sentence is missing."),
    ],
)
def test_command_that_cannot_be_read_says_what_is_missing(typed: str, field: str, said: str) -> None:
    """At the field, in words, with an example."""
    with pytest.raises(Problem) as refused:
        commands.read(typed, TODAY)

    assert field == refused.value.field
    assert said in refused.value.text


@given(st.sampled_from(commands.VERBS), st.text(max_size=120))
def test_whatever_is_typed_is_a_command_or_a_problem(verb: str, rest: str) -> None:
    """Nothing else is ever raised, and a post that begins with a command is always taken for one."""
    typed = f"!{verb} {rest}"

    assert commands.word_of(typed) is not None
    with suppress(Problem):
        commands.read(typed, TODAY)


@given(st.text(max_size=60))
def test_any_text_is_looked_at_without_a_fault(typed: str) -> None:
    """Ordinary posts pass here too."""
    commands.word_of(typed)


@pytest.mark.parametrize(
    "typed", ["!measure " + "a " * 2400, "!data " + "1 " * 2400, "!try " + "by " * 1600, "@a" * 2500]
)
def test_long_text_is_read_in_time(typed: str) -> None:
    """No text makes the reader go over it again and again."""
    word = commands.word_of(typed)

    if word is not None:
        with pytest.raises(Problem):
            commands.read(typed, TODAY)


def test_help_fits_into_two_posts_and_names_every_command() -> None:
    """Five hundred characters each, as other servers and small screens have them."""
    posts = commands.help_posts("https://ward.example/help/commands")

    assert all(len(post) <= 480 for post in posts)
    assert all(line.syntax in posts[0] for line in commands.TABLE)
    assert {line.verb for line in commands.TABLE} == set(commands.VERBS)


@pytest.mark.parametrize("line", commands.TABLE, ids=lambda line: line.syntax)
def test_every_example_is_a_command(line: commands.Line) -> None:
    """What the help shows works."""
    commands.read(line.example, TODAY)
