"""Requests that come again octet by octet: the same answers as before they were known, to the right request."""

from __future__ import annotations

import re
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote_plus, urlsplit

import pytest

JSON = "Accept: application/sparql-results+json\r\n"
COUNT = "SELECT (COUNT(*) AS ?n) { ?a a <https://w3id.org/svngraph/def/Activity> }"
# Some hundred kilobytes, which is more than a socket takes at once, and less than what is kept at most.
LONG = "SELECT ?s ?o { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?o } LIMIT 900"


def posted(query: str, more: str = "") -> bytes:
    """The octets of a request."""
    body = b"query=" + quote_plus(query).encode()
    kind = "Content-Type: application/x-www-form-urlencoded\r\n"
    return f"POST /sparql HTTP/1.1\r\nHost: x\r\n{JSON}{kind}{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


def got(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n{JSON}\r\n".encode()


class Line:
    """One connection to a server, and the answers that came over it one after another."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.octets = sock, b""

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """The next answer: status, headers in lower case, body."""
        while b"\r\n\r\n" not in self.octets:
            self._more()
        head, _, self.octets = self.octets.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        length = int(headers["content-length"])
        while len(self.octets) < length:
            self._more()
        body, self.octets = self.octets[:length], self.octets[length:]
        return int(first.split()[1]), headers, body

    def ask(self, octets: bytes) -> tuple[int, dict[str, str], bytes]:
        self.sock.sendall(octets)
        return self.answer()

    def _more(self) -> None:
        part = self.sock.recv(1 << 16)
        assert part, "the connection was closed"
        self.octets += part


@contextmanager
def line(server: str, room: int = 0) -> Iterator[Line]:
    """A connection; with ``room``, one that takes little at once."""
    parts = urlsplit(server)
    with socket.socket() as sock:
        if room:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        sock.settimeout(60)
        sock.connect((str(parts.hostname), int(parts.port or 80)))
        yield Line(sock)


def metric(server: str) -> float:
    """How many queries were answered with 200, as the server counts them."""
    with urllib.request.urlopen(f"{server}/metrics") as answer:  # noqa: S310 # our own server
        text = answer.read().decode()
    found = re.search(r'requests_total\{endpoint="sparql\.endpoint",status="200"\} ([0-9.e+]+)', text)
    return float(found[1]) if found else 0.0


@pytest.mark.parametrize("octets", [posted(COUNT), got(f"/sparql?query={quote_plus(COUNT)}")], ids=["POST", "GET"])
def test_the_same_request_has_the_same_answer_each_time(server: str, octets: bytes) -> None:
    with line(server) as asked:
        before = metric(server)
        answers = [asked.ask(octets) for _ in range(12)]
        # The server asks itself once, some time after its start.
        assert metric(server) - before in (12, 13)
    assert {status for status, _headers, _body in answers} == {200}
    assert len({body for _status, _headers, body in answers}) == 1
    # The first was read by the server's own server, which names itself; the last was known.
    assert "server" in answers[0][1]
    assert "server" not in answers[-1][1]
    assert len({headers["x-request-id"] for _status, headers, _body in answers}) == 12
    for headers in ({**headers, "date": "", "x-request-id": ""} for _status, headers, _body in answers):
        assert {k: v for k, v in headers.items() if k != "server"} == {
            **{k: v for k, v in answers[0][1].items() if k != "server"},
            "date": "",
            "x-request-id": "",
        }
    assert all(
        re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", headers["date"]) for _, headers, _ in answers
    )


def test_requests_that_run_together_or_come_in_parts_are_told_apart(server: str) -> None:
    one, two = posted(COUNT), posted(COUNT.replace("Activity", "Outcome"))
    with line(server) as asked:
        first, second = asked.ask(one)[2], asked.ask(two)[2]
        assert first != second
        for _ in range(4):
            assert asked.ask(one)[2] == first
            assert asked.ask(two)[2] == second
        asked.sock.sendall(one + two + one)
        assert [asked.answer()[2] for _ in range(3)] == [first, second, first]
        for cut in (1, 40, len(one) - 1):
            asked.sock.sendall(one[:cut])
            time.sleep(0.05)
            asked.sock.sendall(one[cut:] + two[:cut])
            assert asked.answer()[2] == first
            time.sleep(0.05)
            asked.sock.sendall(two[cut:])
            assert asked.answer()[2] == second
        assert asked.ask(one)[2] == first


def test_a_longer_request_that_begins_like_a_known_one_is_read(server: str) -> None:
    with line(server) as asked:
        known = got(f"/sparql?query={quote_plus(COUNT)}")
        whole = [asked.ask(known)[2] for _ in range(4)][-1]
        assert asked.ask(known[:-2] + b"Accept-Language: sv\r\n\r\n")[2] == whole
        status, headers, _body = asked.ask(known[:-2] + b"Range: bytes=0-1\r\n\r\n")
        assert (status, headers["content-length"]) != (200, "0")
        refused = asked.ask(known.replace(b"SELECT", b"SELEKT"))
        assert refused[0] == 400


def test_whoever_reads_slowly_gets_the_whole_answer_and_holds_up_nobody(server: str) -> None:
    octets = posted(LONG)
    with line(server, room=4096) as slow, line(server) as quick:
        whole = [slow.ask(octets)[2] for _ in range(4)][-1]
        assert len(whole) > 100_000
        for _ in range(40):  # far more than the sockets between them can hold
            slow.sock.sendall(octets)
        for _ in range(5):
            assert quick.ask(octets)[2] == whole
        assert all(slow.answer()[2] == whole for _ in range(40))


def test_a_connection_that_is_to_be_closed_is_closed(server: str) -> None:
    with line(server) as asked:
        octets = posted(COUNT, "Connection: close\r\n")
        assert asked.ask(octets)[1]["connection"] == "close"
        assert asked.sock.recv(1) == b""
    with line(server) as asked:
        for _ in range(4):
            asked.ask(posted(COUNT))
        asked.sock.shutdown(socket.SHUT_WR)
        assert asked.sock.recv(1) == b""


def test_known_requests_count_against_the_rate(start) -> None:
    with start("--rate", "5") as address, line(address) as asked:
        statuses = [asked.ask(posted(COUNT))[0] for _ in range(60)]
        assert statuses[:10] == [200] * 10
        assert 429 in statuses


def test_a_body_that_comes_later_is_no_request_of_its_own(server: str) -> None:
    body = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    head = got(f"/sparql?query={quote_plus(COUNT)}")[:-2] + f"Content-Length: {len(body)}\r\n\r\n".encode()
    with line(server) as asked:
        whole = asked.ask(posted(COUNT))[2]
        for _ in range(4):
            asked.sock.sendall(head)
            time.sleep(0.05)
            asked.sock.sendall(body)
            assert asked.answer()[2] == whole
        assert asked.ask(posted(COUNT))[2] == whole
        assert not asked.octets


def test_a_request_that_was_cut_off_is_not_known(server: str) -> None:
    octets = posted(COUNT)
    head, _, body = octets.partition(b"\r\n\r\n")
    head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % (len(body) + 60), head) + b"\r\n\r\n"
    for _ in range(3):
        with line(server) as asked:
            asked.ask(octets)
            asked.sock.sendall(head + body)
            time.sleep(0.05)
            asked.sock.shutdown(socket.SHUT_WR)
            while asked.sock.recv(1 << 16):
                pass
    with line(server) as asked:
        whole = asked.ask(octets)[2]
        asked.sock.sendall(head + body)
        time.sleep(0.2)
        asked.sock.sendall(b"%23".ljust(60, b"x"))  # a comment, so that it is the same query
        assert asked.answer()[2] == whole
        assert asked.ask(octets)[2] == whole


def test_the_beginning_of_a_request_is_not_known(server: str) -> None:
    octets = got(f"/sparql?query={quote_plus(COUNT)}")
    with line(server) as asked, line(server) as other:
        whole = asked.ask(octets)[2]
        for _ in range(4):
            asked.sock.sendall(octets[:3])
            time.sleep(0.05)
            asked.sock.sendall(octets[3:])
            assert asked.answer()[2] == whole
        other.ask(octets)
        other.sock.sendall(octets[:3])
        other.sock.settimeout(0.3)
        with pytest.raises(TimeoutError):
            other.sock.recv(1)
        other.sock.settimeout(60)
        assert other.ask(octets[3:])[2] == whole


def test_nobody_waits_for_whoever_does_not_close(server: str) -> None:
    octets = posted(COUNT)
    with line(server) as asked, line(server) as one, line(server) as two, line(server) as three:
        for _ in range(4):
            asked.ask(octets)
        for held in (one, two, three):
            held.sock.sendall(posted(COUNT, "Connection: close\r\n"))
        began, longest = time.monotonic(), 0.0
        while time.monotonic() - began < 1.5:
            at = time.monotonic()
            asked.ask(octets)
            longest = max(longest, time.monotonic() - at)
        # Each that does not close has two seconds; the machine may do much else.
        assert longest < 1.2
        for held in (one, two, three):
            assert held.answer()[0] == 200
            assert held.sock.recv(1) == b""
        time.sleep(3.5)
        three.sock.sendall(b"x" * 10)
        time.sleep(0.2)
        with pytest.raises(OSError):  # reset or broken pipe, as the system has it
            three.sock.sendall(b"x" * 10)
        assert asked.ask(octets)[0] == 200


def test_where_a_query_was_asked_is_a_part_of_it(server: str) -> None:
    query = quote_plus("SELECT ?a { VALUES ?a { <x> } }")
    with line(server) as asked:
        for _ in range(4):
            for path, base in (("/sparql", "http://x/x"), ("/sparql/", "http://x/sparql/x")):
                assert f'"{base}"'.encode() in asked.ask(got(f"{path}?query={query}"))[2]
