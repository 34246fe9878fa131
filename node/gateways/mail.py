"""Mail by SMTP, through the one relay that the settings name; nothing else is ever dialled from here.

How it works. Each mail is a conversation of its own, spoken step by step, so that the doctor can print it and so that
every refusal is told apart: a recipient or a mail that is refused for good (5xx) is final, everything else is tried
again by the queue. TLS is always verified; what was said to sign in is never kept.
"""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from typing_extensions import override

from node.clock import Clock
from node.gateways.guard import tls_context
from node.ports import Mail, Mailer, MailError

if TYPE_CHECKING:
    import aiosmtplib

AT_ONCE: Final = 4
_STEP_S: Final = 20.0
_TOTAL_S: Final = 60.0
_MAX_LINE: Final = 200
_WHOLE: Final = frozenset({"list-unsubscribe", "list-unsubscribe-post"})
_PORTS: Final = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


@dataclass(frozen=True, slots=True)
class Relay:
    """Where mail is handed in, and how."""

    host: str
    port: int
    security: str  # smtp, smtps, smtp+starttls
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


def relay_of(url: str) -> Relay:
    """Return the relay of a `smtp_url` that the settings took."""
    parts = urlsplit(url)
    return Relay(
        host=parts.hostname or "",
        port=parts.port or _PORTS[parts.scheme],
        security=parts.scheme,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


class _Wire(EmailPolicy):
    """Mail as it travels; the addresses of links stay whole, where the library would encode what is longer than a line."""

    @override
    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in _WHOLE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_WIRE: Final = _Wire(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the name and address people read, and the host that Message-IDs are made under."""

    name: str
    address: str
    host: str


class SmtpMailer(Mailer):
    """Hands mails to the relay, a few at once."""

    def __init__(self, relay: Relay, sender: Sender, clock: Clock, *, ca_file: Path | None = None) -> None:
        self._relay: Final = relay
        self._sender: Final = sender
        self._clock: Final = clock
        self._ca_file: Final = ca_file
        self._turns: Final = asyncio.Semaphore(AT_ONCE)

    @override
    async def send(self, mail: Mail) -> None:
        """Hand a mail to the relay. Raises: MailError."""
        data = self.message(mail).as_bytes()
        async with self._turns:
            await self.converse(mail.to, data, [])

    async def converse(self, to: str, data: bytes | None, said: list[str]) -> None:
        """Speak with the relay, each line of both sides into `said`; without data it ends before the mail itself.

        Raises: MailError.
        """
        try:
            async with asyncio.timeout(_TOTAL_S), self._connected(said) as talk:
                await talk.hand_in(self._sender.address, to, data)
        except TimeoutError:
            raise MailError("the mail server did not answer in time") from None

    @asynccontextmanager
    async def _connected(self, said: list[str]) -> AsyncIterator["_Talk"]:
        from aiosmtplib import SMTP  # when the first mail goes out: many nodes send none

        relay, context = self._relay, tls_context(self._ca_file)
        client = SMTP(
            hostname=relay.host,
            port=relay.port,
            local_hostname=self._sender.host.partition(":")[0],
            timeout=_STEP_S,
            use_tls=relay.security == "smtps",
            start_tls=False,  # said below, and never left out
            tls_context=context,
        )
        talk = _Talk(client, said)
        try:
            await talk.begin(relay, context)
            yield talk
            with suppress(MailError):  # the mail is handed in already
                await talk.say("QUIT", client.quit)
        finally:
            client.close()

    def message(self, mail: Mail) -> EmailMessage:
        """Return a mail as it travels. Raises: MailError for an address or a header that cannot be one."""
        made = EmailMessage(policy=_WIRE)
        try:
            made["From"] = Address(self._sender.name, addr_spec=self._sender.address)
            made["To"] = Address(addr_spec=mail.to)
            made["Subject"] = mail.subject
            made["Date"] = format_datetime(self._clock.now())
            made["Message-ID"] = self._message_id(mail)
            for name, value in mail.headers.items():
                made[name] = value
        except (ValueError, IndexError, MessageError) as error:
            raise MailError(f"the mail cannot be written ({type(error).__name__})", is_final=True) from None
        made.set_content(mail.text, cte="quoted-printable")
        made.add_alternative(mail.html, subtype="html", cte="quoted-printable")
        return made

    def _message_id(self, mail: Mail) -> str:
        """Return an id that two mails share only if they are the same mail of the same moment."""
        now = self._clock.now()
        digest = hashlib.sha256("\0".join((mail.to, mail.subject, mail.text, now.isoformat())).encode()).hexdigest()
        return f"<{now:%Y%m%d%H%M%S}.{digest[:24]}@{self._sender.host.partition(':')[0]}>"


class _Talk:
    """One conversation: what we say and what is answered, a line each."""

    def __init__(self, client: "aiosmtplib.SMTP", said: list[str]) -> None:
        self._client: Final = client
        self._said: Final = said

    async def begin(self, relay: Relay, context: ssl.SSLContext) -> None:
        """Connect, be safe, sign in. Raises: MailError."""
        client = self._client
        lock = " with TLS" if relay.security == "smtps" else ""
        await self.say(f"(connect to {relay.host}:{relay.port}{lock})", client.connect)
        await self.say("EHLO", client.ehlo)
        if relay.security == "smtp+starttls":
            await self.say("STARTTLS", lambda: client.starttls(tls_context=context))
            await self.say("EHLO", client.ehlo)
        if relay.username:
            await self.say("AUTH (name and password not shown)", lambda: _sign_in(client, relay))

    async def hand_in(self, sender: str, to: str, data: bytes | None) -> None:
        """Say whom the mail is from and for, and the mail. Raises: MailError, final where the recipient is refused."""
        client = self._client
        await self.say(f"MAIL FROM:<{sender}>", lambda: client.mail(sender, encoding="utf-8"))
        if to:
            await self.say(f"RCPT TO:<{to}>", lambda: client.rcpt(to, encoding="utf-8"), is_about_mail=True)
        if data is not None:
            await self.say(f"DATA ({len(data)} bytes)", lambda: client.data(data), is_about_mail=True)

    async def say(
        self, words: str, step: Callable[[], Awaitable[tuple[int, str]]], *, is_about_mail: bool = False
    ) -> None:
        """Say one thing and hear the answer. Raises: MailError without any address in it."""
        from aiosmtplib import SMTPException, SMTPResponseException

        self._said.append(f"> {words}")
        name = words.split(" ")[0] if not words.startswith("(") else "the connection"
        try:
            code, answer = await step()
        except SMTPResponseException as error:
            self._hear(error.code, error.message)
            is_final = is_about_mail and 500 <= error.code < 600
            raise MailError(f"the mail server answered {error.code} to {name}", is_final=is_final) from None
        except (SMTPException, OSError, ValueError) as error:
            self._said.append(f"! {_fault(error)}")
            raise MailError(f"{name} failed: {_fault(error)}") from None
        self._hear(code, answer)

    def _hear(self, code: int, answer: str) -> None:
        self._said.extend(f"< {code} {line[:_MAX_LINE]}" for line in (answer.splitlines() or [""])[:50])


async def _sign_in(client: "aiosmtplib.SMTP", relay: Relay) -> tuple[int, str]:
    """Say the password once: a wrong one said in several ways counts several times where servers lock accounts."""
    if "plain" in client.supported_auth_methods:
        return await client.auth_plain(relay.username, relay.password)
    return await client.login(relay.username, relay.password)


def _fault(error: BaseException) -> str:
    """Return what went wrong in words that hold no secret: the certificate's fault, or the kind of error."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate is not trusted ({cause.verify_message})"
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__
