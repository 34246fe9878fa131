"""Every template, drawn with invented data, holds to the rules that all pages share."""

from dataclasses import replace
from typing import Any

import pytest
from markupsafe import Markup

from tests.web.pages import gallery
from tests.web.pages.exhibits import ANNEKE, PLAIN, SHELL
from tests.web.pages.html import complaints, parse
from web.pages.rendering import environment, render
from web.pages.views import pages
from web.pages.views.forms import Form, Mistake

CASES: dict[str, tuple[str, Any, Any]] = {
    name: (template, shell, page) for name, template, shell, page in gallery.cases()
}
NASTY = "<script>alert(1)</script>\"'><b>&amp;"


@pytest.mark.parametrize("name", CASES)
def test_a_page_has_no_inline_code_one_heading_and_labels_everywhere(name):
    """A page that breaks the policy would lose its looks in the browser, one without labels its readers."""
    document = parse(render(*CASES[name]))

    assert complaints(document) == []


def test_every_template_stands_in_the_gallery():
    """A page that nobody draws is a page that nobody has looked at."""
    drawn = {f"{template}.html" for template, _, _ in CASES.values()}

    whole = {name for name in environment().list_templates() if "/" not in name}

    assert drawn == whole


def test_names_and_texts_of_others_are_shown_as_text():
    """A name, a warning, a query and a picture's description come from outside and stay text."""
    author = replace(ANNEKE, name=NASTY, place=NASTY, handle=NASTY)
    pictures = (replace(PLAIN.pictures[0], alt=NASTY),)
    post = replace(PLAIN, author=author, warning=NASTY, boosted_by=author, pictures=pictures)
    page = pages.Search(query=NASTY, people=(author,), posts=(post,))

    html = render("search", replace(SHELL, institution=NASTY), page).decode()

    assert "<script>" not in html
    assert complaints(parse(html)) == []
    assert NASTY in next(parse(html).all("title")).text


def test_typed_text_comes_back_with_every_character_when_it_is_refused():
    """White space, quotes and a line break at the start are part of what somebody wrote."""
    typed = '\nfirst "line"\n  <b>second</b> & last '
    form = Form({"text": typed, "due": "2027-02-31"}, (Mistake("due", "31 February does not exist."),))
    template, shell, page = CASES["record"]

    document = parse(render(template, shell, replace(page, form=form)))

    area = next(field for field in document.all("textarea") if field.get("name") == "text")
    assert area.children == ["\n" + typed]  # a browser drops the first line break after <textarea>
    due = next(field for field in document.all("input") if field.get("name") == "due")
    assert (due.get("value"), due.get("type")) == ("2027-02-31", "text")  # a date field would drop it


def test_a_refused_form_says_so_first_and_in_the_title():
    """Somebody who listens to the page hears at once that nothing was saved, and where."""
    document = parse(render(*CASES["record-error"]))

    assert next(document.all("title")).text.startswith("Error: ")
    first = next(next(document.all("main")).all("div"))
    assert first.get("role") == "alert"
    assert [link.get("href") for link in first.all("a")] == ["#due", "#decision"]


def test_folded_parts_stand_open_when_they_hold_a_mistake():
    """A mistake in a closed part would be invisible."""
    document = parse(render(*CASES["record-error"]))

    part = next(part for part in document.all("details") if "It came to" in part.text)

    assert "open" in part.attributes


def test_a_guest_sees_no_form_that_changes_anything():
    """What needs a session is not offered without one."""
    for name in ("status-guest", "loop-guest"):
        document = parse(render(*CASES[name]))

        assert [form.get("action") for form in document.all("form")] == []


def test_deny_is_as_large_as_allow():
    """Consent that is easier to give than to refuse is no consent."""
    document = parse(render(*CASES["consent"]))

    pair = next(box for box in document.all("div") if box.get("class") == "pair")

    assert [button.get("value") for button in pair.all("button")] == ["deny", "allow"]


def test_markup_is_trusted_only_where_the_view_says_so():
    """The text of a post was cleaned when it came in; only that one is markup."""
    trusted = replace(PLAIN, body=Markup("<p><em>soft</em></p>"))

    html = render("timeline", SHELL, pages.Timeline(title="<em>Home</em>", posts=(trusted,))).decode()

    assert "<em>soft</em>" in html
    assert "<em>Home</em>" not in html
