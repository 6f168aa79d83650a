"""What a person does on the page, and what they look at."""

from playwright.sync_api import Locator, Page


def write(page: Page, text: str) -> None:
    """Write a message and send it by Enter."""
    field = page.get_by_role("textbox", name="消息", exact=True)
    field.fill(text)
    field.press("Enter")


def said(page: Page, text: str = "") -> Locator:
    """Return the account's lines that have `text`."""
    return page.locator('.line[data-sender="account"]').filter(has_text=text)


def sent(page: Page, text: str = "") -> Locator:
    """Return the user's lines that have `text`."""
    return page.locator('.line[data-sender="user"]').filter(has_text=text)


def open_tab(page: Page, name: str) -> None:
    """Show one of the panels beside the phone."""
    page.get_by_role("tablist", name="幕后").get_by_role("tab", name=name).click()


def show_user(page: Page, name: str) -> None:
    """Show the phone of somebody else."""
    page.get_by_role("tablist", name="用户").get_by_role("tab", name=name).click()


def push(page: Page, number: int = 0) -> Locator:
    """Return a push of the time line, 0 the newest."""
    return page.locator("button.delivery").nth(number)


def more(page: Page, way: str) -> None:
    """Choose what to send from the panel behind +."""
    page.get_by_role("button", name="更多功能").click()
    page.get_by_role("group", name="更多功能").get_by_role("button", name=way, exact=True).click()
