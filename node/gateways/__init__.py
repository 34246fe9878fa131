"""The only HTTP outward and other input and output: every destination from outside passes the address guard.

Importing httpx would bring its command line, and with it rich, click and pygments, into every serving process. It takes
an absent command line as not installed, so it is absent while httpx is imported.
"""

import sys

if "httpx" not in sys.modules:
    sys.modules["httpx._main"] = None  # type: ignore[assignment] # the documented way to make an import fail
    import httpx  # noqa: F401 # for its effect: later imports find it loaded

    del sys.modules["httpx._main"]
