"""Media files in an S3-compatible bucket, for nodes of several processes. Needs the extra `s3`; nobody else imports it.

The bucket's address comes from the settings and from nowhere else, so the address guard has no say here.
"""

from datetime import timedelta
from typing import Final

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import S3Store
from typing_extensions import override

from node.gateways.blobs import checked_key
from node.ports import Blobs

_UNKNOWN_TYPE: Final = "application/octet-stream"
_MAX_RETRIES: Final = 3


class S3Blobs(Blobs):
    """Keeps files in one bucket. A put is atomic there: the old file or the new one, never half of either."""

    def __init__(
        self,
        bucket: str,
        *,
        endpoint: str,
        region: str,
        access_key_id: str,
        secret_access_key: str,
        timeout_s: float = 30.0,
    ) -> None:
        self._store = S3Store(
            bucket,
            endpoint=endpoint,
            region=region,
            access_key_id=access_key_id,
            secret_access_key=secret_access_key,
            virtual_hosted_style_request=False,
            disable_bulk_delete=True,
            client_options={"allow_http": endpoint.startswith("http://"), "timeout": timedelta(seconds=timeout_s)},
            retry_config={"max_retries": _MAX_RETRIES, "retry_timeout": timedelta(seconds=timeout_s)},
        )

    @override
    async def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Store a file whole or not at all. Raises: ValueError for a strange key, OSError when the bucket is away."""
        attributes = {"Content-Type": content_type}
        try:
            await obstore.put_async(self._store, checked_key(key), data, attributes=attributes, use_multipart=False)
        except obstore.exceptions.BaseError as error:
            raise OSError("the bucket did not take the file") from error

    @override
    async def get(self, key: str) -> tuple[bytes, str]:
        """Return a file and its content type. Raises: KeyError when absent, OSError when the bucket is away."""
        try:
            found = await obstore.get_async(self._store, checked_key(key))
            data = bytes(await found.bytes_async())
        except (NotFoundError, FileNotFoundError):
            raise KeyError(key) from None
        except obstore.exceptions.BaseError as error:
            raise OSError("the bucket did not give the file") from error
        return data, str(found.attributes.get("Content-Type", _UNKNOWN_TYPE))

    @override
    async def delete(self, key: str) -> None:
        """Remove a file; absent is fine. Raises: OSError when the bucket is away."""
        try:
            await obstore.delete_async(self._store, checked_key(key))
        except (NotFoundError, FileNotFoundError):
            return
        except obstore.exceptions.BaseError as error:
            raise OSError("the bucket did not remove the file") from error
