"""What the script itself fetches from the web, once an earlier attempt was refused: made up, of the same kind."""

from __future__ import annotations

import email.message
import io
import os
import urllib.parse
from typing import Any

from ...context import Run
from ..made_up import suffixes
from ..made_up.cells import kinds
from ..made_up.files import contents, forms

LINES = 256


def install(run: Run) -> None:
    """Answers `requests` and `urllib` in the place of the web."""
    form = run.spec.learned.get("downloads")
    if form is None:
        return
    patches = run.patches

    @patches.after("requests.sessions")
    def sessions(module: Any) -> None:
        patches.replace(module.Session, "request", lambda real: lambda self, method, url, *a, **k: _response(run, url))

    @patches.after("urllib.request")
    def urllib_(module: Any) -> None:
        patches.replace(module, "urlopen", lambda real: lambda url, *a, **k: _Answer(run, _text(url)))
        patches.replace(module, "urlretrieve", lambda real: lambda url, *a, **k: _retrieved(run, _text(url), *a, **k))


def content(run: Run, url: str) -> bytes:
    """What stands in for the content of an address: rows by the end of its name, else lines of text."""
    run.neutral(f"download {url}: made up")
    suffix = os.path.splitext(urllib.parse.urlparse(url).path)[1].lower()
    as_json = run.spec.learned["downloads"] == "json"
    if suffix not in (*suffixes.ROWS, *suffixes.PICTURES) and not as_json:
        return "\n".join(kinds.text(i) for i in range(LINES)).encode()
    path = os.path.join(run.box("made-up"), "download" + (".json" if as_json else suffix))
    forms.write(path, contents.rows_of(run), "json" if as_json else suffix[1:], contents.whole(run) or as_json)
    with open(path, "rb") as file:
        return file.read()


class _Answer(io.BytesIO):
    """What `urlopen` gives."""

    status = code = 200

    def __init__(self, run: Run, url: str) -> None:
        super().__init__(content(run, url))
        self.url, self.headers = url, email.message.Message()
        self.headers["Content-Length"] = str(len(self.getvalue()))

    def info(self) -> email.message.Message:
        return self.headers

    def geturl(self) -> str:
        return self.url


def _response(run: Run, url: str) -> Any:
    import requests

    found = requests.Response()
    found.status_code, found.url, found.encoding = 200, url, "utf-8"
    found.raw = io.BytesIO(content(run, url))
    return found


def _retrieved(run: Run, url: str, filename: str | None = None, *args: Any, **options: Any) -> tuple[str, Any]:
    path = filename or os.path.join(run.box("made-up"), "download")
    with open(path, "wb") as file:
        file.write(content(run, url))
    return path, None


def _text(url: Any) -> str:
    return str(getattr(url, "full_url", url))
