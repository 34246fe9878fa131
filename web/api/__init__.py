"""The API that apps of the fediverse know: a file per area, each with its table of routes."""
