"""The desk's pages about members and money: each works in a browser, on a telephone too, and axe is content."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.journeys import acts, axe, desk, kinds
from tests.journeys.acts import Person
from tests.journeys.stack import Stack

PAGES = {
    "numbers": "/admin/numbers/",
    "promotions": "/admin/memberships/promotion/",
    "a promotion": "/admin/memberships/promotion/add/",
    "gift memberships": "/admin/memberships/voucher/",
    "withdrawals": "/admin/memberships/withdrawal/",
    "moving in": "/admin/memberships/movingin/add/",
    "consents": "/admin/memberships/consent/",
    "alerts": "/admin/memberships/alert/",
}
# What of a page is not the skin's.
OURS = ".desk-lede, .desk-period, .desk-numbers, .desk-box, .desk-tiles, .member"
OF_A_MEMBER = ("Everything about them", "Look as them", "Change the address", "Take another account in", "Erase")


def test_the_pages_of_members_and_money_work(staged: Stack, person: Person) -> None:
    page = person(viewport={"width": 1280, "height": 900})
    desk.sign_in(page, staged, "operator@corniche.example")
    faults = {name: faults_at(page, path) for name, path in PAGES.items()}
    page.goto(f"/admin/memberships/user/?q={kinds.PAYING}")
    page.get_by_role("link", name=kinds.PAYING, exact=True).click()
    account = page.url
    for name in OF_A_MEMBER:
        page.goto(account)
        page.get_by_role("link", name=name).first.click()
        faults[name] = faults_at(page, page.url)
    assert {name: found for name, found in faults.items() if found} == {}


def faults_at(page: Page, path: str) -> list[str]:
    """What is wrong at the width of a desk and of a telephone; script errors are heeded by the window."""
    page.set_viewport_size({"width": 1280, "height": 900})
    answer = page.goto(path)
    assert answer is not None
    found = [] if answer.status == 200 else [f"status {answer.status}"]
    found += axe.found_in(page, within=OURS) if page.locator(OURS).count() else []
    page.set_viewport_size({"width": 360, "height": 900})
    return found + ([f"{acts.overflow(page)} px stick out"] if acts.overflow(page) else [])
