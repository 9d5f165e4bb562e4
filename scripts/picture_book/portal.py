# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What customers see of their warranties and repairs, and what anybody may ask."""

from .shot import Shot


def ask(page):
    """On the page: ask whether a serial number is covered."""
    page.fill("input[name=serial]", "DEMO-EX-0002")
    page.locator("form:has(input[name=serial]) button[type=submit]").click()


def first(folder):
    """On the page: open the first line of a list of the portal."""

    def act(page):
        page.locator(f"a[href*='/my/{folder}/']").first.click()

    return act


SHOTS = [
    Shot("home", "customer", "/my"),
    Shot("my-warranties", "customer", "/my/warranties"),
    Shot("my-warranty", "customer", "/my/warranties", then=first("warranties")),
    Shot("my-repairs", "customer", "/my/repairs"),
    Shot("my-repair", "customer", "/my/repairs", then=first("repairs")),
    Shot("warranty-check", "customer", "/warranty/check", then=ask),
]
