"""What is there is documented: commands, options, settings, JSON shapes, terms, shapes and questions."""

from __future__ import annotations

import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import click
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDFS, SH, SKOS

from svngraph import resources
from svngraph.cli import COMMANDS
from svngraph.namespaces import SVN, SVNSH
from svngraph.queries import library
from svngraph.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme_and_says_what_its_help_says(name: str) -> None:
    assert f"`svngraph {name}" in README
    command = import_module(f"svngraph.cli.{name}").command
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.name}"


@pytest.mark.parametrize("field", [field.name for field in fields(Settings)])
def test_every_setting_is_in_the_readme(field: str) -> None:
    assert f"`{field}`" in README
    assert f"SVNGRAPH_{field.upper()}" in README


@pytest.mark.parametrize("name", [n for n in COMMANDS if n not in ("demo", "export", "query", "serve", "publish")])
def test_every_json_shape_is_in_the_readme(name: str) -> None:
    assert re.search(rf"^\| `{name}` \| `\{{", README, re.MULTILINE), f"no JSON shape of {name}"


def test_every_term_is_labelled_and_defined_in_both_languages() -> None:
    graph = Graph()
    for path in sorted(resources.ontology_folder().glob("*.ttl")):
        graph.parse(path)
    terms = {
        term for term in graph.subjects() if isinstance(term, URIRef) and term.startswith(SVN) and term != URIRef(SVN)
    }
    terms = {term for term in terms if (term, RDFS.isDefinedBy, None) in graph or (term, SKOS.inScheme, None) in graph}
    assert len(terms) > 100
    for term in terms:
        names = [*graph.objects(term, RDFS.label), *graph.objects(term, SKOS.prefLabel)]
        meanings = [*graph.objects(term, SKOS.definition)]
        for texts in (names, meanings):
            assert {text.language for text in texts if isinstance(text, Literal)} >= {"sv", "en"}, term


def test_every_shape_is_labelled_in_both_languages() -> None:
    graph = Graph()
    for path in sorted(resources.shapes_folder().glob("*.ttl")):
        graph.parse(path)
    shapes = {
        shape
        for shape in graph.subjects()
        if isinstance(shape, URIRef) and shape.startswith(SVNSH) and shape != URIRef(SVNSH)
    }
    assert len(shapes) > 50
    for shape in shapes:
        words = [*graph.objects(shape, RDFS.label), *graph.objects(shape, SH.name)]
        assert {text.language for text in words if isinstance(text, Literal)} >= {"sv", "en"}, shape


def test_every_question_is_described_in_both_languages() -> None:
    for question in library(resources.questions_folder()).values():
        for words in (question.title, question.description, *(column.label for column in question.columns)):
            assert all(words[lang].strip() for lang in ("sv", "en")), question.id


def test_the_readme_shows_what_the_demo_prints() -> None:
    """The block after `make demo` is the demo's real output, line by line, as of the day it names."""
    shown = re.search(r"```console\n\$ make demo\n(.*?)```", README, re.DOTALL)
    assert shown
    day = re.search(r"Validering per ([0-9-]+)", shown[1])
    assert day
    from click.testing import CliRunner

    from svngraph.cli import app

    printed = CliRunner().invoke(app, ["demo", "--as-of", day[1]], catch_exceptions=False).output
    lines = {line.rstrip() for line in printed.splitlines()}
    missing = [line for line in shown[1].splitlines() if line.strip() and line != "…" and not _stands(line, lines)]
    assert not missing, missing


def _stands(line: str, printed: set[str]) -> bool:
    """Whether a line of the README was printed; a line that ends with an ellipsis is the beginning of one."""
    words = " ".join(line.split())
    known = {" ".join(other.split()) for other in printed}
    return words in known or (words.endswith("…") and any(other.startswith(words[:-1].rstrip()) for other in known))


@pytest.mark.checkout
def test_no_registry_host_and_no_path_of_a_machine_is_named() -> None:
    hosts = re.compile(
        "|".join(re.escape(name) + r"\.(?:org|com)" for name in ("py" + "pi", "python" + "hosted", "npm" + "js"))
    )
    for path in (*ROOT.glob("*.*"), ROOT / "Makefile", *(ROOT / "svngraph").rglob("*.py"), *(ROOT / "data").glob("*")):
        if path.is_file() and path.name != ".git" and path.suffix not in (".pyc", ".db"):
            text = path.read_text("utf-8", errors="ignore")
            assert not hosts.search(text), path
            assert "/work/" not in text, path
