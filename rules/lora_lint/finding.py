"""What lora-lint reports: findings, with their story and their fix."""

from __future__ import annotations

from typing import Any, NamedTuple


class Location(NamedTuple):
    """A place in a file: `row` and `column` from 1, in characters. In a notebook rows count in the cell."""

    row: int
    column: int


class Edit(NamedTuple):
    """Replaces the text from `location` up to `end_location` by `content`."""

    filename: str
    content: str
    location: Location
    end_location: Location
    cell: int | None = None


class Fix(NamedTuple):
    """Edits that correct a finding. `applicability`: "safe" where nothing that worked before changes, else "unsafe"."""

    applicability: str
    message: str
    edits: tuple[Edit, ...]


class Related(NamedTuple):
    """One step of the story that leads to a finding."""

    message: str
    filename: str
    location: Location
    end_location: Location
    cell: int | None = None


class Finding(NamedTuple):
    """One defect, at the first line of the call that it is about.

    `severity` (how bad) is "error", "warning" or "hint"; `confidence` (how sure) "high" or "medium". `notes` are
    further lines of explanation, `cell` the notebook cell from 1, None elsewhere.
    """

    code: str
    name: str
    message: str
    filename: str
    location: Location
    end_location: Location
    severity: str
    confidence: str
    fix: Fix | None
    url: str
    related: tuple[Related, ...]
    cell: int | None = None
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The finding as `--output-format json` prints it."""

        def where(item: Edit | Related | Finding) -> dict[str, Any]:
            return {
                "filename": item.filename,
                "location": item.location._asdict(),
                "end_location": item.end_location._asdict(),
            }

        fix = None
        if self.fix is not None:
            fix = {
                "applicability": self.fix.applicability,
                "message": self.fix.message,
                "edits": [{"content": edit.content, **where(edit), "cell": edit.cell} for edit in self.fix.edits],
            }
        return {
            "code": self.code,
            "name": self.name,
            "message": self.message,
            **where(self),
            "severity": self.severity,
            "confidence": self.confidence,
            "fix": fix,
            "url": self.url,
            "related": [{"message": step.message, **where(step), "cell": step.cell} for step in self.related],
            "cell": self.cell,
            "notes": list(self.notes),
        }
