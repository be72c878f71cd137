"""Pages as they are set: heads that change with the chapter, footnotes, rotated pages, words cut at the line's end."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from svngraph.ingest.reading import read

sys.path.insert(0, str(Path(__file__).parent))

import documents

WIDTH, HEIGHT = A4


class Pages:
    """A document that is written line by line."""

    def __init__(self, path: Path) -> None:
        self.path, self.canvas, self.number = path, Canvas(str(path), pagesize=A4), 1

    def put(self, x: float, down: float, text: str, size: float = 10, font: str = "Helvetica") -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, HEIGHT - down, text)

    def lines(self, down: float, texts: list[str], size: float = 10, font: str = "Helvetica") -> float:
        for text in texts:
            self.put(60, down, text, size, font)
            down += 1.25 * size
        return down

    def turn(self) -> None:
        self.canvas.showPage()
        self.number += 1

    def read(self):
        self.canvas.save()
        return read(self.path)


def prose(chance: random.Random, lines: int) -> list[str]:
    """Lines of running text, no two alike, the last with a full stop."""
    words = sorted({word for activities in documents.PLAN.values() for each in activities for word in each.split()})
    made = [" ".join(chance.choice(words).lower() for _ in range(11)) for _ in range(lines)]
    return [made[0][:1].upper() + made[0][1:], *made[1:-1], made[-1] + "."]


FULL = "Skotern går i alla fjällkommuner under hela säsongen och när det inte finns täckning i det"


def test_heads_that_change_with_the_chapter_are_furniture(tmp_path):
    pages, chance, said = Pages(tmp_path / "a.pdf"), random.Random(4), list[str]()  # noqa: S311 - the same every time
    for chapter in ("Vägar till vård", "Ensamarbete", "Digitala hjälpmedel"):
        for _ in range(4):
            pages.put(60, 40, f"{chapter}", 8)
            pages.put(60, 800, f"Fjällregionen {pages.number}", 8)
            text = prose(chance, 6)
            pages.lines(100, text)
            said.append(" ".join(text))
            pages.turn()
    reading = pages.read()
    assert len(reading.furniture) == 24
    assert [b.text for b in reading.blocks] == said


def test_titles_that_are_counted_page_by_page_are_none(tmp_path):
    pages, chance = Pages(tmp_path / "a.pdf"), random.Random(5)  # noqa: S311 - the same every time
    for number in range(1, 11):
        # So few that they are not on most pages, and each on the page of its number.
        if number < 5:
            pages.put(60, 60, f"Åtgärd {number}", 10, "Helvetica-Bold")
        pages.lines(100, prose(chance, 6))
        pages.turn()
    texts = [b.text for b in pages.read().blocks if b.text.startswith("Åtgärd")]
    assert texts == [f"Åtgärd {number}" for number in range(1, 5)]


def test_a_paragraph_goes_on_below_the_footnotes_of_a_page(tmp_path):
    pages = Pages(tmp_path / "a.pdf")
    pages.lines(100, [FULL, "vanliga nätet, och den används av alla som arbetar ensamma på hälsocentralerna"])
    pages.put(60, 760, "1 Enligt avtalet om samverkan, kapitel två.", 7)
    pages.put(60, 772, "2 Se bilaga om skotrar.", 7)
    pages.turn()
    pages.lines(100, [f"i inlandet. {FULL}", "vanliga nätet men i nästa kommun finns ännu ingen som har"])
    pages.put(60, 760, "3 Fråga Fjällrådet.", 7)
    pages.turn()
    pages.lines(100, ["utbildats."])
    reading = pages.read()
    first, *notes = reading.blocks
    assert first.text == (
        f"{FULL} vanliga nätet, och den används av alla som arbetar ensamma på hälsocentralerna "
        f"i inlandet. {FULL} vanliga nätet men i nästa kommun finns ännu ingen som har utbildats."
    )
    assert [b.text for b in notes] == [
        "1 Enligt avtalet om samverkan, kapitel två.",
        "2 Se bilaga om skotrar.",
        "3 Fråga Fjällrådet.",
    ]
    said = [" ".join(reading.text[start:end].split()) for start, end in first.spans]
    assert len(said) == 3
    assert not any("Enligt" in words or "Fjällrådet" in words for words in said)


def test_what_stands_below_a_note_and_is_new_stays_below_it(tmp_path):
    pages = Pages(tmp_path / "a.pdf")
    pages.lines(100, [FULL, "vanliga nätet utan punkt"])
    pages.put(60, 760, "1 Enligt avtalet.", 7)
    pages.turn()
    pages.lines(100, [f"Därefter: {FULL}", "vanliga nätet."])
    assert [b.text[:10] for b in pages.read().blocks] == ["Skotern gå", "1 Enligt a", "Därefter: "]


def test_a_page_that_is_turned_is_read_as_it_is_seen(tmp_path):
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setPageRotation(90)
    canvas.translate(WIDTH, 0)
    canvas.rotate(90)
    canvas.setFont("Helvetica", 10)
    for at, line in enumerate(("Vägar till vård i fjällens kom-", "muner och i inlandet.")):
        canvas.drawString(60, landscape(A4)[1] - 80 - 13 * at, line)
    canvas.showPage()
    canvas.save()
    assert [b.text for b in read(path).blocks] == ["Vägar till vård i fjällens kommuner och i inlandet."]


def test_a_raised_number_stays_in_its_line(tmp_path):
    pages = Pages(tmp_path / "a.pdf")
    pages.lines(100, [FULL, "vanliga nätet enligt avtalet"])
    pages.put(60 + pages.canvas.stringWidth("vanliga nätet enligt avtalet", "Helvetica", 10), 108.5, "1", 6)
    pages.lines(125, ["och den används av alla."])
    assert len(pages.read().blocks) == 1
