"""`rounds doctor mail`: the conversation with the mail server, line by line, without its secrets."""

import asyncio

from node.clock import SystemClock
from node.commands.console import Code, Stop, printable, say, say_json
from node.gateways.mail import SmtpMailer
from node.parts import mailer_of
from node.ports import Mail, MailError
from node.settings import Settings

NONE = "No mail server is named: set smtp_url and mail_from. The digest is on its page and in its feed; nothing queues."


def run(settings: Settings, address: str | None, *, as_json: bool) -> int:
    """Speak with the mail server, print both sides and return the exit code; with an address a test mail goes there."""
    mailer = mailer_of(settings, SystemClock())
    if mailer is None:
        raise Stop(Code.SETTINGS, NONE)
    said, fault = asyncio.run(converse(mailer, address))
    if as_json:
        say_json({"is_well": fault is None, "conversation": said, "fault": fault})
    else:
        for line in said:
            say(printable(line))
        say(printable(f"FAULT {fault}") if fault else "ok    The mail server takes what this node sends.")
    return Code.FAILED if fault else Code.OK


async def converse(mailer: SmtpMailer, address: str | None) -> tuple[list[str], str | None]:
    """Return what was said on both sides, and what went wrong, if anything did."""
    said: list[str] = []
    try:
        data = mailer.message(_test_mail(address)).as_bytes() if address else None
        await mailer.converse(address or "", data, said)
    except MailError as error:
        return said, str(error)
    return said, None


def _test_mail(address: str) -> Mail:
    text = "This node can send mail.\n"
    return Mail(address, "A test of Rounds", text, f"<p>{text.strip()}</p>", {"Auto-Submitted": "auto-generated"})
