"""Schema changes: expand, backfill, contract. `HEAD` is the revision this code runs on."""

from typing import Final

HEAD: Final = "0003"
