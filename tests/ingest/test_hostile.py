"""Broken and hostile documents: a clear error, no crash, no network request, and no half-written graph."""

from __future__ import annotations

import io
import random
import socket
import sys
import zipfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import documents

from svngraph.errors import InputError, SvngraphError, UsageError
from svngraph.ingest import profiles
from svngraph.ingest.apart import Apart
from svngraph.ingest.lines import Options
from svngraph.ingest.linking.known import Known
from svngraph.ingest.proposal import propose
from svngraph.ingest.reading import read
from svngraph.ingest.reading.limits import Limits


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("a document made a network request")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def changed(path: Path, part: str, change) -> Path:
    """An archive with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            octets = old.read(entry)
            new.writestr(entry.filename, change(octets) if entry.filename == part else octets)
    path.write_bytes(out.getvalue())
    return path


def refused(path: Path, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read(path, limits=Limits(unpacked=50_000_000))
    assert words in str(caught.value), caught.value
    assert caught.value.remedy


def test_missing_empty_and_folders(tmp_path):
    (tmp_path / "empty.txt").write_bytes(b" \n")
    refused(tmp_path / "none.txt", "No such file")
    refused(tmp_path / "empty.txt", "empty")
    refused(tmp_path, "not a file")


def test_a_wrong_extension_is_seen_through(tmp_path):
    right = documents.docx(tmp_path / "plan.docx")
    wrong = tmp_path / "plan.pdf"
    wrong.write_bytes(right.read_bytes())
    assert read(wrong).form == "docx"
    (tmp_path / "text.pdf").write_text("Det här är ingen PDF.")
    refused(tmp_path / "text.pdf", "not a PDF")
    (tmp_path / "pdf.txt").write_bytes(documents.pdf(tmp_path / "real.pdf").read_bytes())
    assert read(tmp_path / "pdf.txt").form == "pdf"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path, encoding):
    path = tmp_path / "plan.txt"
    path.write_bytes("Åtgärder för äldre på öar\n\n• Bygga bro – snart".encode(encoding))
    assert [b.text for b in read(path).blocks] == ["Åtgärder för äldre på öar", "Bygga bro – snart"]


def test_neither_text_nor_document(tmp_path):
    path = tmp_path / "noise.txt"
    path.write_bytes(random.Random(1).randbytes(5000))  # noqa: S311 - the same noise every time
    refused(path, "neither text nor a document")
    (tmp_path / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    refused(tmp_path / "old.doc", "old Office file")
    with zipfile.ZipFile(tmp_path / "any.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    refused(tmp_path / "any.zip", "not a document")


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    path = documents.docx(tmp_path / "bomb.docx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/x.bin", b"\0" * 60_000_000)
    refused(path, "bomb")


def test_entities_and_macros_are_refused(tmp_path):
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    path = changed(
        documents.docx(tmp_path / "a.docx"), "word/document.xml", lambda old: entity + old.partition(b"?>")[2]
    )
    refused(path, "entities")
    path = documents.xlsx(tmp_path / "b.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    refused(path, "macros")


def test_encrypted_and_scanned_pdfs(tmp_path):
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    secret = Canvas(str(tmp_path / "secret.pdf"), encrypt=StandardEncryption("a", strength=128))
    secret.drawString(100, 100, "hemligt")
    secret.save()
    refused(tmp_path / "secret.pdf", "encrypted")
    picture = io.BytesIO()
    from PIL import Image

    Image.new("RGB", (60, 60), "grey").save(picture, "PNG")
    scan = Canvas(str(tmp_path / "scan.pdf"))
    scan.drawImage(ImageReader(picture), 0, 0, 500, 700)
    scan.save()
    refused(tmp_path / "scan.pdf", "scanned")


def test_deep_nesting(tmp_path):
    (tmp_path / "deep.html").write_text("<html>" + "<div>" * 100_000 + "djupt" + "</div>" * 100_000)
    refused(tmp_path / "deep.html", "too deep")
    (tmp_path / "deep.md").write_text("".join(f"{' ' * 2 * n}- punkt {n}\n" for n in range(2000)))
    assert max(b.level for b in read(tmp_path / "deep.md").blocks) == 2000
    (tmp_path / "signs.md").write_text("[" * 50_000 + "*" * 50_000 + "`" * 50_000)
    assert read(tmp_path / "signs.md").blocks


def test_an_unclosed_quotation(tmp_path):
    (tmp_path / "a.csv").write_text('Fokusområde;Aktivitet\n"Vägar;Bygga\n')
    refused(tmp_path / "a.csv", "never closed")


def test_a_reading_can_be_stopped(tmp_path):
    path = documents.pdf(tmp_path / "long.pdf", pages=60)
    with pytest.raises(InputError, match="longer than"):
        Apart(path, Options(), Limits(seconds=0.2)).read()
    path = documents.text(tmp_path / "plan.txt")
    with Apart(path, Options(), Limits()) as apart:
        assert apart.read().reading().blocks == read(path).blocks


def test_a_pattern_that_never_ends_can_be_stopped(tmp_path):
    path, own = tmp_path / "plan.txt", tmp_path / "own.toml"
    path.write_text("Plan 2031\n\n• " + "a" * 200 + "!\n", encoding="utf-8")
    own.write_text("[profile]\ndocument = 'x'\n\n[[rule]]\npattern = '^(a+)+$'\nmakes = 'note'\n", encoding="utf-8")
    with Apart(path, Options(), Limits()) as apart:
        apart.read()
        apart.limits = Limits(seconds=1)
        with pytest.raises(InputError, match="the profile own took longer than 1 s") as caught:
            apart.propose(profiles.load(str(own)), Known())
        assert "patterns" in (caught.value.remedy or "")
    assert apart._process is not None
    assert not apart._process.is_alive()


def test_memory_is_bounded(tmp_path):
    path = documents.pdf(tmp_path / "plan.pdf")
    with pytest.raises(InputError):
        Apart(path, Options(), Limits(memory=20_000_000)).read()


def test_a_mistake_in_a_profile_names_its_line(tmp_path):
    path = tmp_path / "own.toml"
    for text, line, words in (
        ('[profile]\ntitle = "x"\n\n[[rule]]\nmakes = "goul"\n', 4, "nothing is made by"),
        ('[[rule]]\nmakes = "goal"\n\n[[rule]]\npattern = "("\n', 4, "not a pattern"),
        ('[[plan]]\nkey = "a"\n', 1, "a key and a type"),
        ('[reading]\nbulets = "-"\n', 1, "unknown word"),
        ("[[rule]]\nwithin = 5\n", 1, "within is no text"),
        ('[[rule]]\nlevel = "x"\n', 1, "level is no number"),
        ('[profile]\n[[rule]]\nmakes = "goal"\nplan = 5\n', 2, "plan is no text"),
        ('[[plan]]\nkey = "{x"\ntype = "Report"\n', 1, "no text with variables"),
        ('[[plan]]\nkey = "{0.real}"\ntype = "Report"\n', 1, "no text with variables"),
        ("rule = 5\n", 1, "rule is no list of tables"),
        ("[variables]\nyear = 'plan'\n", 1, "no group in year"),
        ("[reading]\nblank_page = true\n", 1, "blank_page is no number"),
        ("[[rule]]\npattern = 'a{99999999999}'\n", 1, "not a pattern"),
        (f"[[rule]]\npattern = '{'(' * 3000}'\n", 1, "not a pattern"),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match=words) as caught:
            profiles.load(str(path))
        assert f"line {line}" in str(caught.value)
    path.write_text("[reading\nragged = true")
    with pytest.raises(InputError, match="line 1"):
        profiles.load(str(path))
    with pytest.raises(UsageError, match="no profile"):
        profiles.load("nothing-like-this")


@pytest.mark.parametrize("name", documents.WRITERS)
def test_mutated_documents(tmp_path, name):
    """Documents with bytes changed, cut out and cut off: each is read or refused, and nothing else happens."""
    whole = documents.WRITERS[name](tmp_path / name).read_bytes()
    chance = random.Random(name)  # noqa: S311 - the same changes every time
    profile = profiles.load("activity-plan")
    path = tmp_path / f"mutated-{name}"
    for _ in range(60 if name in ("plan.pdf", "plan.docx", "plan.pptx", "plan.xlsx") else 200):
        path.write_bytes(mutated(whole, chance))
        try:
            propose(read(path, profile.options), profile, Known(), {"year": "2031"}).summary()
        except SvngraphError as error:
            assert len(str(error)) < 1000


def mutated(whole: bytes, chance: random.Random) -> bytes:
    octets = bytearray(whole)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(octets))
        match chance.randrange(5):
            case 0:
                octets[at] = chance.randrange(256)
            case 1:
                del octets[at : at + chance.randint(1, 200)]
            case 2:
                octets[at:at] = octets[max(0, at - chance.randint(1, 300)) : at]
            case 3:
                octets[at:at] = chance.choice(
                    [b"<", b"\xff\xfe", b'"', b"&#x0;", b"%", b"\0", b"|", "•".encode(), b"["]
                )
            case _:
                del octets[at : at + (len(octets) if chance.random() < 0.3 else 1)]
        if not octets:
            return b""
    return bytes(octets)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.csv", "a.html"])
def test_a_text_that_is_too_long_is_refused_and_not_cut(tmp_path, name):
    path = tmp_path / name
    path.write_text("ord " * 125, "utf-8")
    assert len(read(path, limits=Limits(characters=500)).text) == 500
    path.write_text("ord " * 126, "utf-8")
    with pytest.raises(InputError, match="too much text"):
        read(path, limits=Limits(characters=500))


def test_pages_and_characters_are_bounded(tmp_path):
    path = documents.pdf(tmp_path / "plan.pdf", pages=3)
    with pytest.raises(InputError, match="3 pages") as caught:
        read(path, limits=Limits(pages=2))
    assert caught.value.remedy
    with pytest.raises(InputError, match="too much text"):
        read(path, limits=Limits(characters=500))
    with pytest.raises(InputError, match="more than the 1,000 that are allowed"):
        read(path, limits=Limits(octets=1000))
    with pytest.raises(InputError, match="slides"):
        read(documents.pptx(tmp_path / "plan.pptx"), limits=Limits(pages=2))
