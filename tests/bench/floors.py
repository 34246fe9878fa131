"""The floors: bytes from memory through a Starlette route, one RSA-2048 signature, one RSA-2048 verification.

`python -m tests.bench.floors PORT SIZE...` serves `/memory/SIZE` for each size, with the server the node uses.
"""

import sys
import time
from statistics import median
from typing import Final

import uvicorn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PAGE_BYTES: Final = 45 * 1024
_BATCH: Final = 200
_BATCHES: Final = 7


def sign_and_verify_ms() -> tuple[float, float]:
    """Return the CPU time of one signature and of one verification, medians of several batches."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public, scheme, digest, message = key.public_key(), padding.PKCS1v15(), hashes.SHA256(), b"x" * 300
    signature = key.sign(message, scheme, digest)
    signing, verifying = [], []
    for _ in range(_BATCHES):
        start = time.thread_time()
        for _ in range(_BATCH):
            key.sign(message, scheme, digest)
        middle = time.thread_time()
        for _ in range(_BATCH):
            public.verify(signature, message, scheme, digest)
        signing.append((middle - start) / _BATCH * 1000)
        verifying.append((time.thread_time() - middle) / _BATCH * 1000)
    return median(signing), median(verifying)


def _route(size: int) -> Route:
    kept = b"x" * size

    async def memory(_request: Request) -> Response:
        return Response(kept, media_type="application/json")

    return Route(f"/memory/{size}", memory)


def main(arguments: list[str]) -> None:
    """Serve until told to stop."""
    port, *sizes = map(int, arguments)
    app = Starlette(routes=[_route(size) for size in sizes])
    uvicorn.run(
        app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", ws="none", access_log=False,
        log_level="warning", server_header=False, date_header=True, proxy_headers=False, lifespan="off",
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
