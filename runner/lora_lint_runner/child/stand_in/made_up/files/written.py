"""What people write and other programs keep: subtitles, mails, pages of the web."""

from __future__ import annotations

import html
import os
import re
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from ....context import Run
from ..cells import kinds
from ..suffixes import SOUNDS, suffix_of
from . import forms

COUNT = 48
SPOKEN = 8  # of what is said in a sound
EACH, BEFORE, SAID = 4.0, 1.0, 2.5  # seconds for a text, before it is seen, and for which it is
LASTING = SPOKEN * EACH
SUBTITLES = (".srt", ".vtt")
PARTS = 4  # of each kind on a page
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
FIRST = datetime(2024, 1, 8, 9, 0, tzinfo=timezone.utc)


def write(run: Run, path: str) -> None:
    """Writes such a file, as its name says."""
    suffix = suffix_of(path)
    if suffix == ".mbox":
        sent = (f"From {m['From']} {FIRST.ctime()}\n{m.as_string()}\n\n" for m in _mails(run))
        forms.packed_text(path, "".join(sent))
    elif suffix == ".eml":
        place = int("0" + "".join(c for c in os.path.basename(path) if c.isdigit())) % COUNT
        forms.packed_text(path, _mails(run)[place].as_string())
    elif suffix in (".html", ".htm"):
        place = int("0" + "".join(c for c in os.path.basename(path) if c.isdigit())) % COUNT
        page = f"<html><head><title>{kinds.text(place)}</title></head>\n<body>\n{_parts(run, place)}</body></html>\n"
        forms.packed_text(path, page)
    else:
        spoken = any(suffix_of(name) in SOUNDS for name in run.spec.learned.get("files", ()))
        forms.packed_text(path, _cues(path, SPOKEN if spoken else COUNT, web=suffix == ".vtt"))


def _parts(run: Run, place: int) -> str:
    """What a page says: in the elements that the script waits for, else below headings."""
    texts = [kinds.text(8 * place + n) for n in range(9)]
    waited = run.hints.page_parts
    if not waited:
        return "".join(f"<h2>{kinds.text(n, 'h')}</h2>\n<p>{texts[n]} {texts[n + 1]}</p>\n" for n in range(8))
    found = []
    for part in waited:
        own = "".join(f' {name}="{html.escape(value)}"' for name, value in part.attributes)
        found += [f"<{part.tag}{own}>{texts[n]}</{part.tag}>\n" for n in range(PARTS)]
    return "".join(found)


def lasting(run: Run) -> float | None:
    """How long a sound is of which subtitles say what is said, where there are some."""
    told = any(suffix_of(name) in SUBTITLES for name in run.spec.learned.get("files", ()))
    return LASTING if told else None


def _cues(path: str, count: int, web: bool) -> str:
    """Texts, each with the time at which it is seen: the same times in all files, which may be of one film. They are
    words, of which a script may want to learn the sounds."""
    cues = ["WEBVTT"] if web else []
    for place in range(count):
        begin, end = (_time(EACH * place + more, "." if web else ",") for more in (BEFORE, BEFORE + SAID))
        said = kinds.text(place, os.path.basename(path)).rpartition(" ")[0]
        cues.append(f"{place + 1}\n{begin} --> {end}\n{said}.")
    return "\n\n".join(cues) + "\n"


def _time(seconds: float, point: str) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{point}{round((seconds - whole) * 1000):03}"


def _mails(run: Run) -> list[EmailMessage]:
    """Questions and answers, by turns to and from the address that the script knows."""
    known = sorted(text for text in run.hints.strings if ADDRESS.fullmatch(text)) or ["somebody@example.com"]
    found: list[Any] = []
    for place in range(COUNT):
        own, other = known[place // 2 % len(known)], f"person-{place // 2 % 5}@example.net"
        mail, answers = EmailMessage(), place % 2 == 1
        mail["From"], mail["To"] = (own, other) if answers else (other, own)
        mail["Subject"] = ("Re: " if answers else "") + kinds.text(place // 2, "subject")
        mail["Date"] = format_datetime(FIRST + timedelta(hours=place))
        mail["Message-ID"] = f"<{place}@example.net>"
        if answers:
            mail["In-Reply-To"] = mail["References"] = f"<{place - 1}@example.net>"
        mail.set_content(f"{kinds.text(place)}\n\n{kinds.text(place, 'mail')}\n")
        found.append(mail)
    return found
