"""A real browser that looks at a page, without a screen."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

__all__ = ["BROWSER", "Site", "dom_of", "pages_printed", "served"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next(filter(None, map(shutil.which, _NAMES)), None)
"""Where one is; `.ci/run` installs one."""

_QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


class Site:
    """Pages by path, and which paths were asked for."""

    def __init__(self, pages: Mapping[str, str]) -> None:
        self.pages, self.address = pages, ""
        self.asked: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, site: Site, *arguments: object) -> None:
        self._site = site
        super().__init__(*arguments)  # type: ignore[arg-type]  # as the server hands them on

    def do_GET(self) -> None:
        self._site.asked.append(self.path)
        page = self._site.pages.get(self.path)
        self.send_response(404 if page is None else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((page or "").encode())

    def log_message(self, format: str, *arguments: object) -> None:
        """Tests print nothing."""


@contextmanager
def served(pages: Mapping[str, str]) -> Generator[Site]:
    """*pages* on a free port of this machine, as long as the block lasts."""
    site = Site(pages)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, site)) as server:
        site.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


def _look(profile: Path, address: str, *options: str) -> str:
    assert BROWSER is not None
    command = [BROWSER, *_QUIET, f"--user-data-dir={profile}", *options, address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def dom_of(address: str, profile: Path, *, width: int = 1280) -> str:
    """The page as it is when its scripts have run, in a window *width* pixels wide."""
    return _look(profile, address, "--dump-dom", f"--window-size={width},1000")


def pages_printed(address: str, profile: Path) -> list[tuple[float, float]]:
    """Width and height of each page on paper, in points."""
    printed = profile.with_suffix(".pdf")
    _look(profile, address, f"--print-to-pdf={printed}", "--no-pdf-header-footer")
    boxes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", printed.read_bytes())
    return [(float(width), float(height)) for width, height in boxes]
