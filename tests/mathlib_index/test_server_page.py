"""The page to search by hand, opened in a real headless browser."""

from __future__ import annotations

import html
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import uvicorn
from chromium import Browser
from starlette.responses import HTMLResponse

from mathlib_index import SearchIndex, build_index
from mathlib_index.server.app import create_app

PAGE = Path(__file__).parents[2] / "mathlib_index" / "server" / "page" / "index.html"
HOSTILE = "<img src=x onerror=\"document.title='taken over'\"></script><script>alert(1)</script>"


PLAYED = "/played"
USER = """
  const press = (key) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const note = (...words) => document.body.append("[" + words.join(" ") + "]");
  const until = (there) => new Promise((done) => new MutationObserver((_, watch) => {
    if (there()) { watch.disconnect(); done(); }
  }).observe($("hits"), { childList: true, subtree: true }));
  (async () => {
    $("query").value = "inverse of an inverse";
    const found = until(() => document.querySelector("#hits details"));
    $("form").requestSubmit();
    await found;
    note("address", location.search);
    $("query").focus();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowUp"]) press(key);
    const box = document.activeElement.parentElement;
    note("focus", box.querySelector(".name").textContent);
    const opened = until(() => box.querySelector("dl"));
    document.activeElement.click();
    await opened;
    note("details", ...[...box.querySelectorAll("dt")].map((term) => term.textContent)
      .filter((term) => ["file", "score"].includes(term)));
    press("/");
    note("focus", document.activeElement.id);
  })();
</script>"""


class Site(uvicorn.Server):
    """The application served from a thread, and beside it a page that plays its own user."""

    def __init__(self, index: SearchIndex) -> None:
        self.declarations = len(index)
        app = create_app(index)
        played = PAGE.read_text(encoding="utf-8").replace("</script>", USER)
        app.add_route(PLAYED, lambda _request: HTMLResponse(played))
        super().__init__(uvicorn.Config(app, log_level="warning"))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @contextmanager
    def in_thread(self) -> Iterator[Site]:
        thread = threading.Thread(target=self.run, args=([self._listener],))
        thread.start()
        try:
            yield self
        finally:
            self.should_exit = True
            thread.join()

    def hits(self, query: str, **more: object) -> list[dict[str, Any]]:
        answer = httpx.post(f"{self.url}/search", json={"query": query, **more}, timeout=60)
        return answer.json()["hits"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, library: Path) -> Iterator[Site]:
    """The library, and in it one declaration that means harm."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(library, folder / "sources")
    (folder / "sources" / "Hostile.lean").write_text(
        f"/-- {HOSTILE} `{HOSTILE}` -/\ntheorem hostile : «{HOSTILE}» = 1 := sorry\n"
    )
    build_index(folder / "sources", folder / "index")
    with Site(SearchIndex.load(folder / "index")).in_thread() as site:
        yield site


def shown_names(dom: str) -> list[str]:
    return [html.unescape(name) for name in re.findall(r'<span class="name">(.*?)</span>', dom)]


def status_of(dom: str) -> str:
    found = re.search(r'<p id="status"[^>]*>(.*?)</p>', dom)
    assert found is not None
    return html.unescape(found[1])


def test_the_page_loads_nothing_from_elsewhere_and_its_policy_says_so(site: Site) -> None:
    answer = httpx.get(site.url)
    page = answer.text
    assert re.findall(r'(?:src|href)="(?!data:,"|/docs")[^"]*"', page) == []
    assert "url(" not in page
    assert "innerHTML" not in page
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy


def test_an_address_with_a_query_shows_its_hits(site: Site, browser: Browser) -> None:
    dom, console = browser.open(f"{site.url}/?q={quote('inverse of an inverse')}")
    assert console == []
    hits = site.hits("inverse of an inverse", k=20)
    assert shown_names(dom) == [hit["name"] for hit in hits]
    assert re.fullmatch(r"20 results in \d+ ms", status_of(dom))
    first = hits[0]
    text = html.unescape(re.sub(r"<[^>]*>", "", dom))
    assert first["signature"] in text
    assert f"{first['module']}:{first['line']}" in text


def test_kind_and_module_are_taken_from_the_address(
    site: Site, browser: Browser, index: SearchIndex
) -> None:
    module = index.search("inverse", 1)[0].declaration.module
    dom, console = browser.open(f"{site.url}/?q=inverse&kind=theorems&module={module}")
    assert console == []
    hits = site.hits("inverse", k=20, kinds=["theorem", "lemma", "axiom"], module=module)
    assert hits
    assert shown_names(dom) == [hit["name"] for hit in hits]


def test_without_a_query_it_explains_itself(site: Site, browser: Browser) -> None:
    dom, console = browser.open(site.url)
    assert console == []
    assert '<section id="examples">' in dom
    assert shown_names(dom) == []
    assert f"{site.declarations} declarations from sources" in dom


def test_where_nothing_is_found_it_says_so(site: Site, browser: Browser) -> None:
    dom, _ = browser.open(f"{site.url}/?q=group&module=No.Such.Module")
    assert status_of(dom).startswith("Nothing found.")


def test_an_error_is_shown_as_the_sentence_it_is(site: Site, browser: Browser) -> None:
    dom, _ = browser.open(f"{site.url}/?q={'x' * 2001}")
    assert status_of(dom) == "Query has 2001 characters; the limit is 2,000."


def test_hostile_text_stays_text(site: Site, browser: Browser) -> None:
    for query in ("hostile", HOSTILE):
        dom, console = browser.open(f"{site.url}/?q={quote(query)}")
        assert console == []
        assert "<img" not in dom
        assert "<title>taken over" not in dom
        assert "hostile" in shown_names(dom)
        assert html.escape(HOSTILE, quote=False) in dom


def test_a_user_searches_walks_and_opens_a_hit_by_keyboard(site: Site, browser: Browser) -> None:
    dom, console = browser.open(f"{site.url}{PLAYED}")
    assert console == []
    names = [hit["name"] for hit in site.hits("inverse of an inverse", k=20)]
    played = html.unescape(dom.rpartition("</script>")[2])
    assert re.findall(r"\[(\w+) (.*?)\]", played) == [
        ("address", "?q=inverse+of+an+inverse"),
        ("focus", names[0]),
        ("details", "file score"),
        ("focus", "query"),
    ]
