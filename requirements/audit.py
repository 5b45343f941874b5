"""Asks pip-audit for known vulnerabilities of everything that the lock pins.

Exit 1 where there are any. An index that knows no advisories, or no network, is said, and no failure.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LOCKS = ("dev.txt", "torch.txt")


def audit(lock: Path) -> int:
    """How many vulnerabilities are known of a lock's packages, after they were printed."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--progress-spinner", "off"]
    done = subprocess.run([*command, "-f", "json", "-r", lock], capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        reason = done.stderr.strip().splitlines()[-1:] or ["pip-audit said nothing"]
        print(f"{lock.name}: NOT AUDITED: {reason[0]}")
        return 0
    known = [(package, advisory) for package in packages for advisory in package.get("vulns", [])]
    for package, advisory in known:
        mended = ", ".join(advisory["fix_versions"]) or "no release"
        print(f"{lock.name}: {package['name']} {package['version']}: {advisory['id']}, mended in {mended}")
    skipped = sum("skip_reason" in package for package in packages)
    if skipped:
        print(
            f"{lock.name}: NOT AUDITED: {skipped} of {len(packages)} packages, of which this index knows no advisories"
        )
    print(f"{lock.name}: {len(packages) - skipped} packages audited, {len(known)} known vulnerabilities")
    return len(known)


if __name__ == "__main__":
    found = [audit(Path(__file__).parent / name) for name in LOCKS]
    sys.exit(any(found))
