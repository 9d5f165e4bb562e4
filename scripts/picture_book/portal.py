# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What customers see of their warranties and repairs, and what anybody may ask."""

from .shot import Shot


def ask(page):
    """On the page: ask whether a serial number is covered."""
    page.fill("input[name=serial]", "DEMO-EX-0002")
    page.locator("form:has(input[name=serial]) button[type=submit]").click()


def line(text):
    """On the page: open the line of a list that says so."""

    def act(page):
        page.locator(f"tr:has-text('{text}') a").first.click()

    return act


SHOTS = [
    Shot("home", "customer", "/my"),
    Shot("my-warranties", "customer", "/my/warranties"),
    Shot("my-warranty", "customer", "/my/warranties", then=line("DEMO-EX-0002")),
    Shot("my-repairs", "customer", "/my/repairs"),
    Shot("my-repair", "customer", "/my/repairs", then=line("DEMO-EX-0006")),
    Shot("warranty-check", "customer", "/warranty/check", then=ask),
]
