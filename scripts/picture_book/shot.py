# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One picture, and what is done on the page for it."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Shot:
    """One picture, as `login` sees it.

    `action` is the external id of an action, or a path; `model` and `domain` say which record it shows, if any.
    `before` does what has to happen first (over the web client's own route, as the people whose work it is), `then`
    does on the page what the picture shows.
    """

    name: str
    login: str
    action: str
    model: str = ""
    domain: list = field(default_factory=list)
    before: Callable | None = None
    then: Callable | None = None
    refused: bool = False


def press(name, page_name="", dialog=".modal-dialog"):
    """On the page: press the button that calls the method `name` (on that page of the notebook), and wait for the
    dialog."""

    def act(page):
        if page_name:
            tab(page_name)(page)
        page.locator(f"button[name='{name}']:visible").first.click()
        page.locator(dialog).first.wait_for()

    return act


def tab(name, scroll=False):
    """On the page: turn to a page of the form's notebook, and scroll down to it."""

    def act(page):
        link = page.locator(f".o_notebook .nav-link[name='{name}']").first
        link.click()
        if scroll:
            link.evaluate("(element) => element.scrollIntoView({block: 'start'})")

    return act
