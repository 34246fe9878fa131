"""`rounds doctor mail` against a real server: both sides of the conversation, and never a secret."""

from pathlib import Path

import pytest

from node.commands import mailing
from node.commands.console import Stop
from node.parts import mailer_of
from node.settings import Settings
from tests.node.gateways.relays import Behaviour, relay
from tests.support.clock import FrozenClock


def settings(folder: Path, url: str) -> Settings:
    return Settings(
        host="ward.example", institution_name="St Mary's", data_dir=folder, secret_key=bytes(32), smtp_url=url,
        mail_from="rounds@ward.example",
    )  # fmt: skip


async def test_a_test_mail_goes_to_the_address_and_the_conversation_is_told(tmp_path: Path) -> None:
    """With an address a mail is handed in; without one the conversation ends before."""
    behaviour = Behaviour()
    async with relay(behaviour) as port:
        mailer = mailer_of(settings(tmp_path, f"smtp://127.0.0.1:{port}"), FrozenClock())
        assert mailer is not None
        dry, nothing_wrong = await mailing.converse(mailer, None)
        said, fault = await mailing.converse(mailer, "it@ward.example")

    assert (nothing_wrong, fault, behaviour.recipients) == (None, None, ["it@ward.example"])
    assert not any("DATA" in line for line in dry)
    assert any(line.startswith("> DATA (") for line in said)
    assert "This node can send mail" in behaviour.taken[0].as_string()


async def test_a_refusal_is_a_fault_and_its_answer_is_shown(tmp_path: Path) -> None:
    """What the server said about it is in the conversation."""
    behaviour = Behaviour()
    behaviour.to_mail = "550 you may not send"
    async with relay(behaviour) as port:
        mailer = mailer_of(settings(tmp_path, f"smtp://127.0.0.1:{port}"), FrozenClock())
        assert mailer is not None
        said, fault = await mailing.converse(mailer, None)

    assert fault == "the mail server answered 550 to MAIL"
    assert "< 550 you may not send" in said


def test_no_server_named_is_said_in_words(tmp_path: Path) -> None:
    """Whoever has not set one learns the names of the two settings."""
    with pytest.raises(Stop, match="smtp_url and mail_from"):
        mailing.run(settings(tmp_path, ""), None, as_json=False)
