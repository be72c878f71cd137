"""Where the packaged ontology, shapes, data and questions lie on disk."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from svngraph.errors import InputError


def ontology_folder() -> Path:
    """The folder of the vocabulary, its code lists, alignments and JSON-LD context."""
    return Path(str(files("svngraph.ontology")))


def questions_folder() -> Path:
    """The folder of the question library."""
    return ontology_folder() / "questions"


def shapes_folder() -> Path:
    """The folder of the SHACL shapes."""
    return Path(str(files("svngraph.shapes")))


def catalogue_shapes() -> Path:
    """The shapes of a catalogue after DCAT-AP-SE; they are not for plans and stand apart from the others."""
    return Path(str(files("svngraph.publication"))) / "shapes" / "dcat-ap-se.ttl"


def data_folder() -> Path:
    """The folder of the shipped named graphs."""
    return Path(str(files("svngraph.data")))


SUFFIXES = (".ttl", ".trig", ".nt", ".nq", ".rdf", ".jsonld")


def rdf_files(folder: Path) -> list[Path]:
    """The RDF files of a folder and the folders below it, in the order of their names.

    Errors: InputError where the folder is missing or holds no RDF file.
    """
    if not folder.is_dir():
        raise InputError("no such folder", where=str(folder), remedy="name a folder with RDF files")
    # A JSON-LD context is a vocabulary of names and holds no data.
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "context.jsonld")
    found = sorted(path for path in files if path.suffix.lower() in SUFFIXES)
    if not found:
        raise InputError("no RDF file in the folder", where=str(folder), remedy=f"expected {', '.join(SUFFIXES)}")
    return found
