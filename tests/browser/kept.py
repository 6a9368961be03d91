"""Knows what a phone keeps: reads a carer's database from an open page, and can damage it; knows no page."""

from contextlib import suppress
from typing import Any

from playwright.sync_api import Error as ChromiumSaid

from tests.browser.phone import Phone
from tests.browser.waiting import wait_until

# It opens only what is there: a database made here would lack the worker's stores.
OPENED = """
  const asked = indexedDB.open(`haand-${person}`);
  const database = await new Promise((done, failed) => {
    asked.onupgradeneeded = () => asked.transaction.abort();
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
"""
ROWS = f"""async ([person, store]) => {{
  {OPENED}
  const found = database.transaction(store).objectStore(store).getAll();
  await new Promise((done, failed) => Object.assign(found, {{ onsuccess: done, onerror: failed }}));
  database.close();
  return found.result;
}}"""
DAMAGE = f"""async ([person, id, part, value]) => {{
  {OPENED}
  const writing = database.transaction("document", "readwrite");
  const documents = writing.objectStore("document");
  const found = documents.get(id);
  found.onsuccess = () => documents.put({{ ...found.result, body: {{ ...found.result.body, [part]: value }} }});
  await new Promise((done, failed) => Object.assign(writing, {{ oncomplete: done, onabort: failed }}));
  database.close();
}}"""


def rows(phone: Phone, person: str, store: str) -> list[dict[str, Any]]:
    """Everything in one of the carer's stores, by its key."""
    found: list[dict[str, Any]] = phone.page.evaluate(ROWS, [person, store])
    return found


def wait_for_documents(phone: Phone, person: str) -> None:
    """Wait until the carer's first documents are on the phone; they come all at once."""

    def look() -> bool:
        with suppress(ChromiumSaid):
            return bool(rows(phone, person, "document"))
        return False

    wait_until("the first documents are on the phone", look)


def damage(phone: Phone, person: str, document: str, part: str, value: object) -> None:
    """Make one part of a stored document's body something that it cannot be."""
    phone.page.evaluate(DAMAGE, [person, document, part, value])
