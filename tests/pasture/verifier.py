"""Runs in the environment of the pasture: serves its actor verifier on a port of this machine."""

import sys

import uvicorn
from fediverse_pasture.verify_actor import build_app  # type: ignore[import-not-found]  # not in our environment

port = int(sys.argv[1])
app = build_app(only_generate_config=False, domain=f"127.0.0.1:{port}", https=False, timeout=20)
uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
