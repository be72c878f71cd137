"""Servers that cannot be reached, fail, lie or stop in the middle: one clear line in time, and nothing by halves."""

from __future__ import annotations

import datetime
import itertools
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import broken
import pytest
import servers
from broken import Exchange, proxy
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from svngraph.errors import EndpointError, InputError, QueryError, StoreError, SvngraphError, UsageError
from svngraph.store.remote import RemoteStore
from svngraph.store.remote.writing import write_generation

OLD = b'<http://e/a> <http://e/p> "old" <http://e/g> .\n<http://e/a> <http://e/p> "1" <http://e/h> .\n'
_NUMBERS = itertools.count()
ALL = "SELECT ?o { ?s <http://e/p> ?o }"


def new() -> tuple[bytes, set[str]]:
    """A dataset that no server has held yet, or its graphs would not be sent, and the values in it."""
    one, other = (f"new{next(_NUMBERS)}" for _ in "ab")
    lines = f'<http://e/a> <http://e/p> "{one}" <http://e/g> .\n<http://e/b> <http://e/p> "{other}" <http://e/h> .\n'
    return lines.encode(), {one, other}


def silent(_done: int, _of: int) -> None:
    """Nobody watches."""


def values(place: str) -> set[str]:
    """What a new reader sees."""
    return {str(row[0]) for row in RemoteStore(place, 20).select(ALL).rows}


@pytest.fixture
def old(oxigraph: servers.Server, environ: Callable[[dict[str, str]], None]) -> str:
    """A server with the old dataset in force."""
    environ({})
    write_generation(oxigraph.place, 20, OLD, silent)
    return oxigraph.place


def cut(exchange: Exchange) -> None:
    exchange.length, exchange.body = len(exchange.body), exchange.body[: len(exchange.body) // 2]


def shortened(exchange: Exchange) -> None:
    exchange.body = exchange.body[: len(exchange.body) // 2]


def gave_up(exchange: Exchange) -> None:
    exchange.body = exchange.body[:-20] + b"\nThe SPARQL operation has been cancelled"


def page_instead(exchange: Exchange) -> None:
    exchange.status, exchange.body = 200, b"<html>Login</html>"
    exchange.answer = {"Content-Type": "text/html"}


def status(code: int, text: bytes = b"out of memory\nand more") -> Callable[[Exchange], None]:
    def bend(exchange: Exchange) -> None:
        exchange.status, exchange.body, exchange.answer = code, text, {"Content-Type": "text/plain"}

    return bend


def hang_up(exchange: Exchange) -> None:
    exchange.hang_up = True


def slow(exchange: Exchange) -> None:
    exchange.pause = 20.0


def dripping(exchange: Exchange) -> None:
    exchange.drip = 0.3


WRONG = {
    "cut off in the middle": (cut, "cut off"),
    "a success that ends too early": (shortened, "cut off"),
    "a failure in the body of a success": (gave_up, "no SPARQL result, or was cut off"),
    "a page to log in": (page_instead, "got text/html"),
    "an error of the server": (status(500), "HTTP 500: out of memory"),
    "a server that is too busy": (status(503), "HTTP 503"),
    "a connection that is closed": (hang_up, "closed"),
    "no answer in time": (slow, "no answer within 2 s"),
    "an answer by drops": (dripping, "no answer within 2 s"),
    "nobody is let in": (status(401), "refuses anyone without credentials"),
    "no such address": (status(404), "HTTP 404"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_goes_wrong_on_reading_is_told_in_time(name: str, old: str) -> None:
    bend, message = WRONG[name]
    with proxy(old, bend) as between:
        started = time.monotonic()
        with pytest.raises(EndpointError, match=message) as caught:
            RemoteStore(between.place, 2).select(ALL)
        assert time.monotonic() - started < 20  # of 2, on a machine that does other things
        assert caught.value.exit_code == 3
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["cut off in the middle", "a server that is too busy", "a connection that is closed"])
def test_what_reads_is_asked_again_and_what_writes_is_not(name: str, old: str) -> None:
    bend, _ = WRONG[name]

    def once(exchange: Exchange) -> None:
        if exchange.number == 0:
            bend(exchange)

    with proxy(old, once) as between:
        assert values(between.place) == {"old", "1"}
        assert between.seen[0].sent == between.seen[1].sent
    for bent in ("POST", "PUT") if bend is not cut else ():  # what takes a graph says nothing that could be cut

        def on_writing(exchange: Exchange, bent: str = bent) -> None:
            # The first update is the claim, the first PUT a graph.
            if exchange.method == bent and not exchange.path.endswith("/query"):
                bend(exchange)

        with proxy(old, on_writing) as between:
            with pytest.raises(EndpointError):
                write_generation(between.place, 5, new()[0], silent)
            writes = [(e.method, e.path, e.sent) for e in between.seen if e.method == bent and "/query" not in e.path]
            assert len(writes) == len(set(writes))
        assert values(old) == {"old", "1"}
        write_generation(old, 20, OLD, silent)  # nothing that was left is in the way


def last_switch(exchange: Exchange) -> None:
    if b"switched" in exchange.sent and exchange.path.endswith("/update"):
        exchange.hang_up = True


def swallowing(exchange: Exchange) -> None:
    """The server behind has done it, and says so; what comes back later is less."""
    if exchange.method == "GET" and "/store" in exchange.path:
        exchange.body = b"".join(exchange.body.splitlines(keepends=True)[1:])


def bending(exchange: Exchange) -> None:
    if exchange.method == "GET" and "/store" in exchange.path:
        exchange.body = exchange.body.replace(b'"new', b'"newer')


@pytest.mark.parametrize(("bend", "message"), [(swallowing, "gives back 0 triples"), (bending, "other triples")])
def test_a_server_that_loses_or_changes_what_it_is_given_keeps_the_old(
    bend: Callable[[Exchange], None], message: str, old: str
) -> None:
    with proxy(old, bend) as between, pytest.raises(StoreError, match=message):
        write_generation(between.place, 20, new()[0], silent)
    assert values(old) == {"old", "1"}


def test_an_answer_that_is_lost_after_the_switch_leaves_the_new_whole(old: str) -> None:
    quads, wanted = new()
    with proxy(old, last_switch) as between, pytest.raises(EndpointError):
        write_generation(between.place, 20, quads, silent)
    assert values(old) == wanted


def test_a_server_that_is_not_there(environ: Callable[[dict[str, str]], None]) -> None:
    environ({})
    place = f"http://127.0.0.1:{servers.free_port()}/query"
    with pytest.raises(EndpointError, match="refused"):
        RemoteStore(place, 5).select(ALL)
    with pytest.raises(EndpointError, match="refused"):
        write_generation(place, 5, new()[0], silent)


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_a_redirect_is_told_and_not_followed(code: int, old: str) -> None:
    with proxy(old, broken.plain) as other:

        def moved(exchange: Exchange) -> None:
            exchange.status, exchange.body, exchange.answer = code, b"", {"Location": other.place}

        with proxy(old, moved) as between:
            with pytest.raises(EndpointError, match="has moved to"):
                RemoteStore(between.place, 5).select(ALL)
            with pytest.raises(EndpointError, match="has moved to"):
                write_generation(between.place, 5, new()[0], silent)
        assert other.seen == []


def test_wrong_credentials_are_told_without_them(
    virtuoso: servers.Server, environ: Callable[[dict[str, str]], None]
) -> None:
    environ({**virtuoso.environ, "SVNGRAPH_PASSWORD": "hemligt-ord"})
    with pytest.raises(EndpointError, match="refuses these credentials") as caught:
        write_generation(virtuoso.place, 20, new()[0], silent)
    error: BaseException | None = caught.value
    while error is not None:
        assert "hemligt-ord" not in f"{error!r} {error}"
        error = error.__cause__ or error.__context__


def test_credentials_come_from_a_file_that_is_the_owner_s_alone(
    virtuoso: servers.Server, environ: Callable[[dict[str, str]], None], tmp_path: Path
) -> None:
    file = tmp_path / "netrc"
    file.write_text(f"machine 127.0.0.1 login {servers.USER} password {servers.PASSWORD}\n")
    environ({"SVNGRAPH_CREDENTIALS": str(file)})
    file.chmod(0o644)
    with pytest.raises(InputError, match="others can read"):
        RemoteStore(virtuoso.place, 5)
    file.chmod(0o600)
    write_generation(virtuoso.place, 20, OLD, silent)
    assert values(virtuoso.place) == {"old", "1"}
    file.write_text("machine 127.0.0.1 login x passwort hemligt-ord\n")
    with pytest.raises(InputError) as caught:
        RemoteStore(virtuoso.place, 5)
    assert "hemligt-ord" not in str(caught.value)
    with pytest.raises(UsageError) as refused:
        RemoteStore("https://eva:hemligt-ord@example.org/sparql", 5)
    assert "hemligt-ord" not in str(refused.value)


def certified(folder: Path, days: int) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that ends so many days from now, and a context that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(__import__("ipaddress").ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=30))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, kept = folder / f"{days}.pem", folder / f"{days}.key"
    shown.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    kept.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown, kept)
    return shown, context


def test_a_certificate_is_checked(old: str, tmp_path: Path, environ: Callable[[dict[str, str]], None]) -> None:
    for days, message in ((-1, "certificate has expired"), (30, None)):
        shown, context = certified(tmp_path, days)
        environ({"SSL_CERT_FILE": str(shown)})
        with proxy(old, broken.plain, context) as between:
            if message is None:
                assert values(between.place) == {"old", "1"}
                continue
            with pytest.raises(EndpointError, match=message):
                RemoteStore(between.place, 5).select(ALL)
            assert between.seen == []
    environ({"SSL_CERT_FILE": ""})
    _, context = certified(tmp_path, 30)
    with proxy(old, broken.plain, context) as between, pytest.raises(EndpointError, match="certificate is not good"):
        RemoteStore(between.place, 5).select(ALL)


def test_a_query_that_is_refused_is_the_asker_s_mistake(old: str) -> None:
    with pytest.raises(QueryError) as caught:
        RemoteStore(old, 5).select("SELECT * { ?s ?p }")
    assert caught.value.exit_code == 2


def test_a_server_with_a_time_limit_of_its_own(tmp_path: Path, environ: Callable[[dict[str, str]], None]) -> None:
    """A real server that says in the middle of a success that it gave up."""
    environ({})
    try:
        with servers.oxigraph(tmp_path / "db", "--timeout-s", "1") as server:
            lines = b"".join(b"<http://e/%d> <http://e/p> <http://e/%d> <http://e/g> .\n" % (i, i) for i in range(3000))
            write_generation(server.place, 20, lines, silent)
            for media_type in ("text/csv", "application/sparql-results+json"):
                with pytest.raises(SvngraphError):
                    RemoteStore(server.place, 30).respond(
                        "SELECT DISTINCT ?a ?b { ?a <http://e/p> ?x . ?b <http://e/p> ?y }", media_type
                    )
    except servers.Absent as absent:
        pytest.skip(str(absent))
