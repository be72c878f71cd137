"""Imports point downwards, every library has one home, and modules stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.checkout

ROOT = Path(__file__).resolve().parent.parent

# Lowest first. Units on one line do not import each other; words and records have a finer order among themselves.
LAYERS = [
    ["errors"],
    ["namespaces"],
    ["cells", "digits"],
    ["settings", "resources", "files", "spreadsheet"],
    ["model", "labels", "sparql"],
    ["trig", "flattened", "publisher", "literals", "topics"],
    ["store", "columns", "queries"],
    ["serialisation"],
    [
        "inference",
        "validation",
        "tracing",
        "comparison",
        "ingest",
        "publication",
        "quoting",
        "curation",
    ],
    ["pipeline"],
    ["upkeep"],
    ["cli", "web"],
    ["__main__"],
]
RANK = {unit: rank for rank, units in enumerate(LAYERS) for unit in units}

# The modules in which a library may be imported.
HOMES = {
    "pyoxigraph": {"svngraph.store.embedded", "svngraph.columns.reading", "svngraph.columns.engine"},
    "SPARQLWrapper": {"svngraph.store.remote"},
    "pyshacl": {"svngraph.validation.pyshacl_engine"},
    "networkx": {"svngraph.tracing.network"},
    "openpyxl": {
        "svngraph.spreadsheet",
        "svngraph.web.sheets",
        "svngraph.ingest.reading.workbook",
        "svngraph.curation.sheet",
    },
    "pdfplumber": {"svngraph.ingest.reading.pdf"},
    "docx": {"svngraph.ingest.reading.word"},
    "pptx": {"svngraph.ingest.reading.slides"},
    "flask": {"svngraph.web"},
    "flask_babel": {"svngraph.web"},
    "rich": {"svngraph.cli"},
    "click": {"svngraph.cli"},
    "numpy": {"svngraph.columns", "svngraph.validation", "svngraph.tracing"},
    "filelock": {"svngraph.store.folder", "svngraph.curation"},
    "rapidfuzz": {"svngraph.tracing.likeness", "svngraph.ingest.linking.known"},
    "snowballstemmer": {"svngraph.tracing.likeness"},
    "watchfiles": {"svngraph.upkeep.watching"},
    "requests": set(),
}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "svngraph").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        yield name.removesuffix(".__init__"), path
    for path in sorted((ROOT / "web").rglob("*.py")):
        if "node_modules" not in path.parts:
            yield ".".join(("svngraph", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"), path


def imports(name: str, path: Path) -> Iterator[str]:
    """The modules that a module imports anywhere in it, functions included."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parts, *([node.module] if node.module else [])])
            if base == "svngraph":
                yield from (f"svngraph.{alias.name}" for alias in node.names)
            else:
                yield base


def unit(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


MODULES = list(modules())


@pytest.mark.parametrize(("name", "path"), MODULES, ids=[name for name, _ in MODULES])
def test_imports_point_downwards(name: str, path: Path) -> None:
    own = unit(name)
    if not own:  # svngraph/__init__ is the name of the whole and imports nothing
        assert not [found for found in imports(name, path) if found.startswith("svngraph")]
        return
    assert own in RANK, f"{name} has no layer"
    for found in imports(name, path):
        other = unit(found) if found.startswith("svngraph") else ""
        if other and other != own and other != "__version__":
            lazily_served = own == "cli" and other == "web"  # `serve` starts the pages
            assert RANK[other] < RANK[own] or lazily_served, f"{name} imports {found}"


@pytest.mark.parametrize(("name", "path"), MODULES, ids=[name for name, _ in MODULES])
def test_libraries_have_one_home(name: str, path: Path) -> None:
    for found in imports(name, path):
        homes = HOMES.get(found.split(".")[0])
        assert homes is None or any(name == home or name.startswith(f"{home}.") for home in homes), f"{name}: {found}"


@pytest.mark.parametrize(("name", "path"), MODULES, ids=[name for name, _ in MODULES])
def test_modules_and_functions_stay_small_and_documented(name: str, path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 320, f"{name}: two ideas in one file?"
    tree = ast.parse(text)
    assert ast.get_docstring(tree), f"{name} has no docstring"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert isinstance(node, ast.ClassDef) or length <= 60, f"{name}.{node.name}: {length} lines"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{name}.{node.name} has no docstring"


def test_no_vague_names() -> None:
    vague = {"utils", "util", "helpers", "common", "misc", "manager", "base", "service"}
    assert not [name for name, _ in MODULES if vague & set(name.split("."))]


def test_the_check_itself_sees_an_upward_import(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("from svngraph import pipeline\nfrom svngraph.cli.output import show\n")
    found = list(imports("svngraph.store.planted", planted))
    assert [unit(name) for name in found] == ["pipeline", "cli"]
    assert all(RANK[unit(name)] > RANK["store"] for name in found)
