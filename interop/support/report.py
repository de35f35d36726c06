"""What a Python client was asked and what came of it, as a table to read and as JSON to judge."""

import json
import time
import traceback
from pathlib import Path


class Report:
    """Rows of (kind, name, ok, ms, error); a case that raises is a row that failed, and the run goes on."""

    def __init__(self) -> None:
        self.rows: list[dict] = []

    def run(self, kind: str, name: str, case) -> None:
        start = time.perf_counter()
        error = None
        try:
            case()
        except Exception as exception:  # every kind of failure is a finding
            place = traceback.extract_tb(exception.__traceback__)
            where = "; ".join(f"{Path(f.filename).name}:{f.lineno}" for f in place[-3:])
            error = f"{type(exception).__name__}: {exception} ({where})"[:800]
        milliseconds = round((time.perf_counter() - start) * 1000, 1)
        self.rows.append({"kind": kind, "name": name, "ok": error is None, "ms": milliseconds, "error": error})

    def missing(self, kind: str, name: str, why: str) -> None:
        """A row for what should have been asked and was not."""
        self.rows.append({"kind": kind, "name": name, "ok": False, "ms": 0.0, "error": why})

    def write(self, path: str) -> None:
        Path(path).write_text(json.dumps(self.rows, indent=1) + "\n")

    def print(self) -> None:
        for row in self.rows:
            mark = "ok  " if row["ok"] else "FAIL"
            print(f"{mark} {row['kind']:<7} {row['name']:<34} {row['ms']:>8.1f} ms  {row['error'] or ''}".rstrip())
