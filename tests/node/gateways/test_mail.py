"""Mail to a real server on this machine: with and without TLS and a password, refused, slow and hung up."""

import asyncio
from pathlib import Path
from urllib.parse import quote

import pytest

from node.gateways import mail as room
from node.gateways.mail import Sender, SmtpMailer, relay_of
from node.ports import Mail, MailError
from tests.node.gateways.relays import PASSWORD, USER, Behaviour, certificate, relay
from tests.support.clock import FrozenClock

SENDER = Sender("Rounds at Çukurova", "rounds@ward.example", "ward.example")
LINK = f"https://rounds.a-rather-long-name-of-a-hospital.example/digest/unsubscribe?token={'a' * 80}"
LETTER = Mail(
    "ines@ward.example",
    "Your two minutes at Çukurova",
    "Grüße\n.\n..\nend\n",
    "<p>Grüße</p>",
    {
        "List-Unsubscribe": f"<{LINK}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    },
)


def mailer(port: int, *, security: str = "smtp", login: str = "", ca_file: Path | None = None) -> SmtpMailer:
    return SmtpMailer(relay_of(f"{security}://{login}127.0.0.1:{port}"), SENDER, FrozenClock(), ca_file=ca_file)


LOGIN = f"{USER}:{quote(PASSWORD, safe='')}@"


async def test_a_mail_arrives_whole() -> None:
    """Both parts, letters of any script, dots alone on a line, and our own date and Message-ID."""
    behaviour = Behaviour()
    async with relay(behaviour) as port:
        await mailer(port).send(LETTER)

    (taken,) = behaviour.taken
    text, html = taken.get_body(("plain",)), taken.get_body(("html",))
    assert text is not None
    assert html is not None
    assert (text.get_content().replace("\r\n", "\n"), html.get_content().strip()) == (LETTER.text, LETTER.html)
    assert (taken["subject"], taken["to"], taken["from"]) == (
        LETTER.subject, "ines@ward.example", "Rounds at Çukurova <rounds@ward.example>",
    )  # fmt: skip
    assert taken["date"].datetime == FrozenClock().now()
    assert taken["message-id"].endswith("@ward.example>")
    assert (taken["auto-submitted"], taken.get_content_type()) == ("auto-generated", "multipart/alternative")
    assert f"List-Unsubscribe: <{LINK}>\r\n".encode() in behaviour.raw[0]
    assert behaviour.recipients == ["ines@ward.example"]


@pytest.mark.parametrize("security", ["smtps", "smtp+starttls"])
async def test_tls_and_a_password_are_spoken_and_the_certificate_is_checked(tmp_path: Path, security: str) -> None:
    """With the house's own authority it arrives; without it nothing is handed in, and why is said."""
    behaviour, files = Behaviour(), certificate(tmp_path)
    async with relay(behaviour, tls=files, security=security, auth=True) as port:
        await mailer(port, security=security, login=LOGIN, ca_file=files[0]).send(LETTER)
        with pytest.raises(MailError, match="certificate is not trusted") as caught:
            await mailer(port, security=security, login=LOGIN).send(LETTER)

    assert (len(behaviour.taken), caught.value.is_final) == (1, False)


async def test_starttls_is_never_left_out(tmp_path: Path) -> None:
    """A server that offers no STARTTLS gets neither the password nor the mail."""
    behaviour = Behaviour()
    async with relay(behaviour, auth=True) as port:
        with pytest.raises(MailError, match="STARTTLS"):
            await mailer(port, security="smtp+starttls", login=LOGIN).send(LETTER)

    assert behaviour.taken == []


async def test_a_wrong_password_is_tried_again_and_not_shown() -> None:
    """It is the settings' fault, not the mail's; neither name nor password is in the fault or the conversation."""
    behaviour, said = Behaviour(), list[str]()
    async with relay(behaviour, auth=True) as port:
        with pytest.raises(MailError) as caught:
            await mailer(port, login="rounds:hunter2@").converse("ines@ward.example", None, said)

    assert not caught.value.is_final
    assert "hunter2" not in f"{caught.value} {said}"
    assert any(line.startswith("> AUTH (") for line in said)


@pytest.mark.parametrize(
    ("step", "answer", "is_final"),
    [
        ("to_rcpt", "550 no such mailbox", True),
        ("to_rcpt", "451 greylisted, try later", False),
        ("to_data", "554 refused as spam", True),
        ("to_data", "452 disk full", False),
        ("to_mail", "550 you may not send", False),
    ],
)
async def test_only_what_is_about_the_mail_is_refused_for_good(step: str, answer: str, is_final: bool) -> None:
    """5xx of a recipient or a mail is final; 4xx, and what is about us, is tried again. No address is in the fault."""
    behaviour = Behaviour()
    setattr(behaviour, step, answer)
    async with relay(behaviour) as port:
        with pytest.raises(MailError) as caught:
            await mailer(port).send(LETTER)

    assert caught.value.is_final is is_final
    assert "ines" not in str(caught.value)


async def test_a_server_that_hangs_up_or_is_not_there_is_tried_again() -> None:
    """A broken connection is no refusal."""
    behaviour = Behaviour()
    behaviour.hangs_up = True
    async with relay(behaviour) as port:
        with pytest.raises(MailError) as dropped:
            await mailer(port).send(LETTER)
    with pytest.raises(MailError) as absent:
        await mailer(port).send(LETTER)

    assert (dropped.value.is_final, absent.value.is_final) == (False, False)


async def test_a_server_that_says_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait is bounded."""
    monkeypatch.setattr(room, "_TOTAL_S", 0.05)
    ended = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        ended.set()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as silent:
        with pytest.raises(MailError, match="in time"):
            await mailer(silent.sockets[0].getsockname()[1]).send(LETTER)
        await ended.wait()


@pytest.mark.parametrize("to", ["a@b.example\nBcc: c@d.example", "a@b.example\r\n\r\nx", "", "@", "a b@c.example"])
async def test_no_header_can_be_slipped_in_by_an_address(to: str) -> None:
    """What is no address makes no mail."""
    with pytest.raises(MailError) as caught:
        await mailer(9).send(LETTER._replace(to=to))

    assert caught.value.is_final


@pytest.mark.parametrize(
    "wrong",
    [
        LETTER._replace(subject="x\nBcc: c@d.example"),
        LETTER._replace(headers={"List-Unsubscribe": "x\r\nBcc: c@d.example"}),
    ],
)
async def test_no_header_can_be_slipped_in_by_words(wrong: Mail) -> None:
    """A line break in a subject or a header makes no mail."""
    with pytest.raises(MailError) as caught:
        await mailer(9).send(wrong)

    assert caught.value.is_final


async def test_the_conversation_is_told_line_by_line(tmp_path: Path) -> None:
    """Both sides, with the code of each answer, and no secret."""
    behaviour, files, said = Behaviour(), certificate(tmp_path), list[str]()
    async with relay(behaviour, tls=files, security="smtp+starttls", auth=True) as port:
        await mailer(port, security="smtp+starttls", login=LOGIN, ca_file=files[0]).converse("a@b.example", None, said)

    ours = [line.split(":")[0].split(" (")[0] for line in said if line.startswith(">")]
    assert ours[1:] == ["> EHLO", "> STARTTLS", "> EHLO", "> AUTH", "> MAIL FROM", "> RCPT TO", "> QUIT"]
    assert "< 221" in said[-1][:5]
    assert not any(secret in "\n".join(said) for secret in (PASSWORD, quote(PASSWORD, safe="")))
    assert behaviour.taken == []
