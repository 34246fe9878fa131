"""An app written with masto, the client library of web apps, calls a real node."""
