"""The same trace graph given to open tools that know direct gaps, and what they make of it.

The tools are looked for on the path, or in the folder that ``SVNGRAPH_PEERS`` names (a virtual environment's ``bin``,
filled with ``pip install bmw-lobster-core strictdoc``).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

GapsFound = set[tuple[str, str]]
"""Items with what they lack: ``up`` or ``down``."""


def executable(name: str) -> str | None:
    """Where a peer's command is, or None."""
    return shutil.which(name, path=os.environ.get("SVNGRAPH_PEERS")) or shutil.which(name)


def write_lobster(items: dict[str, list[str]], links: list[tuple[str, str, str]], folder: Path) -> None:
    """Write a graph as LOBSTER's common JSON, a file a level, with the policy that each traces to the one above."""
    folder.mkdir(parents=True, exist_ok=True)
    refs: dict[str, list[str]] = {}
    for source, _, target in links:
        refs.setdefault(source, []).append(f"req {target}")
    policy, above = [], ""
    for level, members in items.items():
        data = [
            {
                "tag": f"req {item}",
                "location": {"kind": "file", "file": f"{level}.txt", "line": number + 1, "column": None},
                "name": item,
                "refs": refs.get(item, []),
                "just_up": [],
                "just_down": [],
                "just_global": [],
                "messages": [],
                "framework": "svngraph",
                "kind": level,
                "text": item,
                "status": None,
            }
            for number, item in enumerate(members)
        ]
        head = {"schema": "lobster-req-trace", "version": 4, "generator": "svngraph", "data": data}
        (folder / f"{level}.lobster").write_text(json.dumps(head), encoding="utf-8")
        trace = f'trace to: "{above}";' if above else ""
        policy.append(f'requirements "{level}" {{ source: "{level}.lobster"; {trace} }}')
        above = level
    (folder / "policy.conf").write_text("\n".join([*policy, ""]), encoding="utf-8")


def run_lobster(folder: Path, command: str) -> None:
    """Run LOBSTER's report over a folder that :func:`write_lobster` wrote."""
    arguments = [command, "--lobster-config=policy.conf", "--out=report.lobster"]
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False)
    if not (folder / "report.lobster").exists():
        raise RuntimeError(done.stdout + done.stderr)


def read_lobster(folder: Path) -> GapsFound:
    """The direct gaps that LOBSTER found."""
    report = json.loads((folder / "report.lobster").read_text("utf-8"))
    return {
        (item["tag"].removeprefix("req "), "up" if message == "missing up reference" else "down")
        for level in report["levels"]
        for item in level["items"]
        for message in item["messages"]
        if message.startswith("missing")
    }


def write_strictdoc(items: dict[str, list[str]], links: list[tuple[str, str, str]], folder: Path) -> None:
    """Write a graph as StrictDoc documents, one a level, each link a relation to the parent."""
    folder.mkdir(parents=True, exist_ok=True)
    refs: dict[str, list[str]] = {}
    for source, _, target in links:
        refs.setdefault(source, []).append(target)
    for level, members in items.items():
        lines = ["[DOCUMENT]", f"TITLE: {level}", ""]
        for item in members:
            lines += ["[REQUIREMENT]", f"UID: {item.replace('/', '-')}", f"TITLE: {item}", f"STATEMENT: {item}"]
            parents = refs.get(item, [])
            lines += ["RELATIONS:"] if parents else []
            for target in parents:
                lines += ["- TYPE: Parent", f"  VALUE: {target.replace('/', '-')}"]
            lines.append("")
        (folder / f"{level}.sdoc").write_text("\n".join(lines), encoding="utf-8")


def run_strictdoc(folder: Path, command: str) -> None:
    """Run StrictDoc's HTML export, with its traceability screens, over a folder that :func:`write_strictdoc` wrote."""
    arguments = [command, "export", ".", "--output-dir", "out"]
    subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=True)
