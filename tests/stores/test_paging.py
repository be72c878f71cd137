"""Whole graphs from servers that cut their answers: a real engine, with the limit that such a server has."""

from __future__ import annotations

from io import BytesIO

import pytest

from svngraph.errors import EndpointError
from svngraph.store.embedded import EmbeddedStore
from svngraph.store.remote import paging
from svngraph.store.remote.paging import Paging

GRAPH = "https://example.org/graph"
LINES = [f"<https://example.org/{n}> <https://example.org/p{n % 3}> <https://example.org/o{n}> .\n" for n in range(90)]


class Limited:
    """An engine whose answers have at most ``limit`` triples, without a word about the rest, as servers have them."""

    def __init__(self, limit: int) -> None:
        self.store = EmbeddedStore()
        self.store.fill(BytesIO("".join(line[:-2] + f"<{GRAPH}> .\n" for line in LINES).encode()))
        self.limit = limit
        self.asked: list[str] = []

    def construct(self, query: str) -> bytes:
        self.asked.append(query)
        lines = self.store.respond(query, "application/n-triples").splitlines(keepends=True)
        return b"".join(lines[: self.limit])

    def paging(self, page: int) -> Paging:
        return Paging(self.construct, lambda query: self.store.select(query).rows, self.broken, page)

    @staticmethod
    def broken(what: str) -> EndpointError:
        return EndpointError(what)


def whole(paging: Paging, expected: int = 0) -> list[str]:
    return sorted(b"".join(paging.graph(GRAPH, expected)).decode().splitlines(keepends=True))


@pytest.mark.parametrize("limit", [7, 10, 29, 30, 89, 90, 1000])
@pytest.mark.parametrize("expected", [0, len(LINES)])
def test_a_graph_comes_whole_whatever_the_limit(limit: int, expected: int) -> None:
    server = Limited(limit)
    assert whole(server.paging(page=10), expected) == sorted(LINES)


def test_a_server_without_a_limit_is_asked_once() -> None:
    server = Limited(1000)
    assert whole(server.paging(page=10), len(LINES)) == sorted(LINES)
    assert len(server.asked) == 1


def test_a_server_that_was_seen_to_cut_is_asked_for_less_from_then_on() -> None:
    server = Limited(10)
    pages = server.paging(page=10)
    whole(pages, len(LINES))
    assert pages.cuts
    first = len(server.asked)
    whole(pages, len(LINES))
    assert all("LIMIT 5 " in query for query in server.asked[first:])


def test_a_graph_that_is_too_large_for_one_answer_is_asked_for_by_property(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "_AT_ONCE", 40)
    server = Limited(40)  # such a server refuses more
    assert whole(server.paging(page=10), len(LINES)) == sorted(LINES)
    assert len(server.asked) == 3
    assert all("<https://example.org/p" in query and "OFFSET 0" in query for query in server.asked)


def test_a_server_that_gives_the_same_page_again_is_told_of() -> None:
    server = Limited(1000)
    pages = server.paging(page=10)
    pages.construct = lambda query: LINES[0].encode()
    with pytest.raises(EndpointError, match="same page again"):
        whole(pages, len(LINES))
