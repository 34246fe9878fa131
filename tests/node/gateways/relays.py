"""A real mail server on this machine that takes, refuses, dawdles or hangs up, with or without TLS and a password."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typing_extensions import override

USER: Final = "rounds"
PASSWORD: Final = "s3cr:t/of@mail"


class Behaviour:
    """What the server answers, and what it took."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.to_mail = "250 fine"
        self.to_rcpt = "250 fine"
        self.to_data = "250 kept"
        self.hangs_up = False

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:  # aiosmtpd's name
        """Answer who sends."""
        envelope.mail_from = address
        return self.to_mail

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:  # aiosmtpd's name
        """Answer who receives, or hang up."""
        if self.hangs_up:
            assert server.transport is not None
            server.transport.close()
        if self.to_rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.to_rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # aiosmtpd's name
        """Take a mail."""
        assert isinstance(envelope.content, bytes)
        self.raw.append(envelope.content)
        self.taken.append(BytesParser(policy=default).parsebytes(envelope.content))
        self.recipients += envelope.rcpt_tos
        return self.to_data


def certificate(folder: Path) -> tuple[Path, Path]:
    """Return a certificate of 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert_file, key_file


@asynccontextmanager
async def relay(
    behaviour: Behaviour, *, tls: tuple[Path, Path] | None = None, security: str = "smtp", auth: bool = False
) -> AsyncIterator[int]:
    """Run a server on a free port of 127.0.0.1 and give the port."""
    context = None
    if tls is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*tls)
    more: dict[str, Any] = {"authenticator": _is_right, "auth_required": True} if auth else {}
    if security == "smtp+starttls":
        more |= {"tls_context": context, "require_starttls": True}
    elif auth:
        more |= {"auth_require_tls": False}
    loop = asyncio.get_running_loop()
    ends: list[asyncio.Future[None]] = []

    def serve() -> SMTP:
        ends.append(loop.create_future())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a password without TLS, which is what is tried here
            return _Served(behaviour, ends[-1], hostname="relay.example", loop=loop, **more)

    server = await loop.create_server(serve, "127.0.0.1", 0, ssl=context if security == "smtps" else None)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        if ends:
            await asyncio.wait(ends, timeout=1)


class _Served(SMTP):
    """A connection whose end can be waited for."""

    def __init__(self, behaviour: Behaviour, end: asyncio.Future[None], **more: Any) -> None:
        super().__init__(behaviour, **more)
        self._end = end

    @override
    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        if not self._end.done():
            self._end.set_result(None)


def _is_right(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)
