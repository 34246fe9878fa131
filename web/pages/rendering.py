"""Turns a view-model into a page. Templates are read from the package, compiled once and see nothing but their view.

A name that a template misspells is an error, never an empty string.
"""

from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from web.pages.assets import asset_url
from web.pages.views.shell import Shell

MEDIA_TYPE: Final = "text/html; charset=utf-8"


@cache
def environment() -> Environment:
    """Return the one template environment of the process."""
    made = Environment(
        loader=PackageLoader("web.pages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.globals["asset"] = asset_url
    made.globals["plural"] = plural
    made.filters["few"] = few
    return made


def plural(count: int, one: str, many: str) -> str:
    """Return "1 reply" or "3 replies"."""
    return f"{count} {one if count == 1 else many}"


def few(count: int) -> str:
    """Return a number as a badge shows it: "7", or "99+" beyond."""
    return str(count) if count < 100 else "99+"


def render(template: str, shell: Shell, page: object) -> bytes:
    """Return the page of a view-model as UTF-8."""
    return environment().get_template(f"{template}.html").render(shell=shell, page=page).encode()
