"""The Train page as a browser's tests use it."""

from playwright.sync_api import Locator, Page


def start_button(page: Page) -> Locator:
    """Start."""
    return page.get_by_role("button", name="Start", exact=True)


def unfold(page: Page, words: str) -> None:
    """Opens the fold of settings whose title has these words."""
    page.locator("summary").filter(has_text=words).click()


def set_number(page: Page, label: str, value: str) -> None:
    """Types it, and Enter."""
    page.get_by_label(label, exact=True).first.fill(value)
    page.keyboard.press("Enter")
