"""What a running node is made of: one place that hands every port its gateway. `serve` and `work` use the same.

Imports neither alembic nor typer, rich, psycopg or Pillow.
"""

import json
import logging
import resource
from datetime import UTC, datetime
from functools import partial
from typing import Final

from typing_extensions import override

from node.clock import Clock, SystemClock
from node.gateways.blobs import FileBlobs
from node.gateways.deliver import HttpDeliverer
from node.gateways.fetch import HttpFetcher
from node.gateways.guard import GuardedAddresses, GuardRules, build_client
from node.gateways.mail import Sender, SmtpMailer, relay_of
from node.gateways.webpush import HttpPusher
from node.gateways.workshop import ProcessWorkshop
from node.ports import Blobs, SigningKey
from node.reactions import react
from node.services import policing
from node.services.knocking import RememberedForms
from node.services.streaming import Limits, Streams
from node.services.working import Tools
from node.settings import Settings
from node.social.site import Site
from node.store import accounts, keys
from node.store.database import Database
from node.store.exchange import Exchange
from node.store.unit import Snapshot
from node.worker import Worker


class Parts:
    """Every part, made once for a process."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings: Final = settings
        self.site: Final = settings.site
        self.clock: Final = clock or SystemClock()
        self.db: Final = Database(
            settings.database_url,
            site=self.site,
            clock=self.clock,
            react=react,
            threads=settings.worker_count,
            synchronous=settings.sqlite_synchronous,
        )
        is_open_here = settings.allow_loopback_http
        rules = GuardRules(allow_loopback=is_open_here, allow_networks=settings.allow_networks)
        self.addresses: Final = GuardedAddresses(rules)
        self.client: Final = build_client(
            rules,
            user_agent=f"Rounds/{self.site.version} (+{self.site.base_url})",
            ca_file=settings.ca_file,
        )
        self.fetcher: Final = HttpFetcher(
            self.client,
            self.server_key,
            self.clock,
            loopback_http=is_open_here,
            permit=partial(policing.check_host, self.db),
            forms=RememberedForms(self.db),
        )
        self.deliverer: Final = HttpDeliverer(self.client, self.clock, loopback_http=is_open_here)
        self.blobs: Final = blobs_of(settings)
        self.workshop: Final = ProcessWorkshop()
        self.pusher: Final = HttpPusher(
            self.client,
            self.clock,
            subject=_answerable(self.site),
            loopback_http=is_open_here,
        )
        self.mailer: Final = mailer_of(settings, self.clock)
        self.tools: Final = Tools(
            self.db,
            self.fetcher,
            self.blobs,
            self.workshop,
            self.site,
            self.pusher,
            mailer=self.mailer,
            deliverer=self.deliverer,
        )
        self.streams: Final = Streams(self.db, _stream_limits())
        self.exchange: Final = None if self.db.is_sqlite else self._exchange()
        self.worker: Final = Worker(self.tools, self.deliverer, self.clock, at_once=settings.deliver_concurrency)

    def _exchange(self) -> Exchange:
        return Exchange(
            self.db,
            self.streams.publish,
            on_silence=partial(self.streams.set_deaf, is_deaf=True),
            on_hearing=partial(self.streams.set_deaf, is_deaf=False),
        )

    def begin_telling(self, *, listens: bool = True) -> None:
        """From now on tell open streams, in every process, what happens; who has none need not listen."""
        if self.exchange is None:
            self.db.on_publish = self.streams.publish
        else:
            self.db.on_publish = self.exchange.say
            self.exchange.start(listens=listens)

    async def server_key(self) -> SigningKey:
        """Return the key of the server actor, which signs what is nobody's own."""
        return await self.db.read(_server_key)

    async def close(self) -> None:
        """Let go of everything, in the order of use."""
        await self.streams.stop()
        if self.exchange is not None:
            await self.exchange.stop()
        self.deliverer.close()
        await self.client.aclose()
        await self.addresses.close()
        await self.workshop.close()
        self.db.close()


def _answerable(site: Site) -> str:
    """Return where a push service reaches whoever answers for the node."""
    return f"mailto:{site.contact_email}" if site.contact_email else site.base_url


def blobs_of(settings: Settings) -> Blobs:
    """Return where media files live, as the settings say."""
    if not settings.s3_bucket:
        return FileBlobs(settings.media_dir)
    from node.gateways.bucket import S3Blobs  # the extra `s3`, for those who have a bucket

    return S3Blobs(
        settings.s3_bucket,
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        access_key_id=settings.s3_access_key_id,
        secret_access_key=settings.s3_secret_access_key,
    )


def mailer_of(settings: Settings, clock: Clock) -> SmtpMailer | None:
    """Return the way to the mail relay that the settings name, None where they name none."""
    if not settings.smtp_url:
        return None
    sender = Sender(f"Rounds at {settings.institution_name}", settings.mail_from, settings.host)
    return SmtpMailer(relay_of(settings.smtp_url), sender, clock, ca_file=settings.ca_file)


def _stream_limits() -> Limits:
    """Leave at least half of the files that this process may open to everything else."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return Limits() if files == resource.RLIM_INFINITY else Limits(in_all=min(Limits().in_all, files // 2))


def _server_key(snapshot: Snapshot) -> SigningKey:
    actor = accounts.by_uri(snapshot, snapshot.site.server_actor_uri)
    key = keys.for_account(snapshot, actor.id) if actor else None
    if key is None:
        raise LookupError("the server actor has no key; run `rounds init`")
    return key


class _Lines(logging.Formatter):
    """One line an entry; what follows in a trace is indented, so that nothing can pass for an entry of its own."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).rstrip().replace("\r", "").replace("\n", "\n    ")


class _JsonLines(logging.Formatter):
    """One JSON object a line, for a log collector."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line)


def set_up_logging(settings: Settings) -> None:
    """Log to standard error, as the settings say."""
    handler = logging.StreamHandler()
    text = _Lines("%(asctime)s %(levelname)s %(name)s %(message)s")
    handler.setFormatter(_JsonLines() if settings.log_format == "json" else text)
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    if settings.log_level != "debug":
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it writes a line for every request that goes out
