"""A JUnit report: a suite a file, a failed test a finding."""

from __future__ import annotations

from xml.etree import ElementTree as xml

from lora_lint.finding import Finding
from lora_lint.report.colour import plain
from lora_lint.report.run import Run, where


def render(run: Run) -> str:
    """XML that CI systems show as test results. Hints are no failures, a file that could not be linted is an error.

    Without either one test passes.
    """
    files: dict[str, list[Finding]] = {}
    for finding in run.findings:
        if finding.severity != "hint":
            files.setdefault(plain(run.shown(finding.filename)), []).append(finding)
    failed = sum(map(len, files.values()))
    errors = str(len(run.unlinted))
    root = xml.Element("testsuites", name="lora-lint", tests=str(failed or 1), failures=str(failed), errors=errors)
    for filename, findings in files.items():
        count = str(len(findings))
        suite = xml.SubElement(root, "testsuite", name=filename, tests=count, failures=count, errors="0")
        for finding in findings:
            cell = f"cell {finding.cell}, " if finding.cell is not None else ""
            title = f"{finding.code} {finding.name} ({cell}{finding.location.row}:{finding.location.column})"
            case = xml.SubElement(suite, "testcase", name=title, classname=filename, file=filename)
            if finding.cell is None:  # a row in a cell is none of the file
                case.set("line", str(finding.location.row))
            failure = xml.SubElement(case, "failure", type=finding.severity, message=plain(finding.message))
            story = [f"{step.location.row}: {step.message}" for step in finding.related]
            failure.text = "\n".join(map(plain, [where(run, finding), *story, *finding.notes, finding.url]))
    for problem in run.unlinted:
        name = plain(run.shown(problem.filename))
        suite = xml.SubElement(root, "testsuite", name=name, tests="1", failures="0", errors="1")
        case = xml.SubElement(suite, "testcase", name="can be linted", classname=name, file=name)
        xml.SubElement(case, "error", message=plain(problem.message))
    if not failed and not run.unlinted:
        suite = xml.SubElement(root, "testsuite", name="lora-lint", tests="1", failures="0", errors="0")
        xml.SubElement(suite, "testcase", name="no findings", classname="lora-lint")
    xml.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml.tostring(root, encoding="unicode")}\n'
