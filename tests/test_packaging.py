"""The package holds what it needs, and nothing of the checkout stands at the top of site-packages."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from svngraph import __version__, resources

ROOT = Path(__file__).resolve().parent.parent


def test_the_packaged_folders_are_there() -> None:
    assert (resources.ontology_folder() / "svn.ttl").is_file()
    assert (resources.ontology_folder() / "context.jsonld").is_file()
    assert len(resources.rdf_files(resources.shapes_folder())) >= 10
    assert resources.catalogue_shapes().is_file()
    assert (resources.data_folder() / "publisher.toml").is_file()
    assert {path.stem for path in resources.rdf_files(resources.data_folder())} >= {
        "ap2024",
        "ap2025-slides",
        "curation",
        "organisations",
        "report2025",
        "vp2021",
        "vp2025-process",
    }
    assert len(list(resources.questions_folder().glob("*.rq"))) >= 37


@pytest.mark.checkout
def test_the_wheel_has_one_top_level_name_and_every_file_of_the_package(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(arguments, check=True, capture_output=True, timeout=900)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"svngraph", f"svngraph-{__version__}.dist-info"}
    kinds = {".ttl", ".trig", ".rq", ".jsonld", ".toml", ".py", ".html"}
    for folder in ("ontology", "shapes", "data", "web", "svngraph"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in kinds and "node_modules" not in path.parts:
                # A folder of modules is packed only where pyproject.toml names it.
                assert f"svngraph/{path.relative_to(ROOT)}".replace("svngraph/svngraph/", "svngraph/") in names, path


def test_licences_are_stated() -> None:
    for folder in (resources.ontology_folder(), resources.shapes_folder(), resources.data_folder()):
        for path in folder.rglob("*"):
            if path.suffix in (".ttl", ".trig", ".toml", ".rq"):
                text = path.read_text("utf-8")
                assert "CC0" in text or "publicdomain/zero" in text, path
