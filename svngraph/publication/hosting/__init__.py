"""Rules for web servers: how nginx, Apache and Caddy answer for the names of things, by form and language.

The rules are templates beside this file; what follows from the dataset (where it stands, what is retired) and what is
long and regular (the maps of qualities) is put into them here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote, urlsplit

from svngraph.namespaces import Names
from svngraph.publication.description import Retired
from svngraph.publication.twins import MEDIA_TYPES

FOLDER = "hosting"
_FORMS = {"html": "text/html", **MEDIA_TYPES}
_LANGUAGES = ("sv", "en")
# A parameter of a media range that is not its quality.
_MORE = r"(?:\s*;\s*(?:[^q;,=\s][^;,=]*|q[^;,=]+)(?:=[^;,]*)?)*"
# Where each file of rules is put below the site's folder.
_FILES = {
    "nginx.conf": f"{FOLDER}/nginx.conf",
    "Caddyfile": f"{FOLDER}/Caddyfile",
    "README.txt": f"{FOLDER}/README.txt",
    "apache.txt": ".htaccess",
    "apache-names.txt": "id/.htaccess",
    "apache-terms.txt": "def/.htaccess",
    "apache-shapes.txt": "shape/.htaccess",
    "apache-graphs.txt": "graph/.htaccess",
}


def configurations(address: str, retired: Iterable[Retired], names: Names) -> Iterator[tuple[str, bytes]]:
    """The files with the rules for each server, and how to use them.

    ``address`` is where the site stands for its visitors.
    """
    path = urlsplit(address).path.rstrip("/")
    gone = [(step, thing) for thing in sorted(retired, key=lambda t: t.iri) if (step := _step(thing, names))]
    values = {
        "path": path,
        "base": names.base,
        "qualities": _nginx_qualities(),
        "best": _best(_nginx_best),
        "caddy_qualities": _caddy_qualities(),
        "caddy_best": _best(_caddy_best),
        "caddy_links": _caddy_links(),
        "apache_qualities": _apache_qualities(),
        "apache_best": _APACHE_BEST,
        "apache_links": _apache_links(),
        "links": _links(),
        "stripped": f"    rewrite ^{re.escape(path)}(/.*)$ $1;\n" if path else "",
        "caddy_stripped": f"\t\turi strip_prefix {path}\n" if path else "",
        "nginx_retired": "".join(_nginx_retired(step, thing, names) for step, thing in gone),
        "apache_retired": "".join(_apache_retired(step, thing, names, path) for step, thing in gone),
        "caddy_retired": "".join(_caddy_retired(step, thing, names) for step, thing in gone),
    }
    for name, place in _FILES.items():
        text = (Path(__file__).parent / name).read_text("utf-8")
        # Marked as `@{name}`, since the servers have dollars of their own.
        yield place, re.sub(r"@\{([a-z_]+)\}", lambda mark: values[mark[1]], text).encode()


def _ranges() -> Iterator[tuple[str, str, list[str]]]:
    """Each form and language with its header and the ranges that it falls under, the most specific first.

    Source: RFC 9110, 12.5.1 and 12.5.4: the most specific range that a type falls under decides.
    """
    for form, media in _FORMS.items():
        kind = media.split("/")[0]
        yield form, "Accept", [rf"{re.escape(media)}{_MORE}", rf"{kind}/\*{_MORE}", rf"\*/\*{_MORE}"]
    for language in _LANGUAGES:
        yield language, "Accept-Language", [rf"{language}(?:-[a-z0-9-]+)?", r"\*"]


def _rated(ranges: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Patterns for a header with the quality that a request gives by them, where ``Q`` stands for what is captured."""
    for wanted in ranges:
        start = rf"^(?:.*,)?\s*{wanted}"
        yield rf"{start}\s*;\s*q=([01](?:\.[0-9]*)?)", "Q"
        yield rf"{start}\s*(?:,|$)", "1"


def _hundredths() -> Iterator[str]:
    """Patterns for a list as ``html=0.5 ttl=1``, of which the first that fits captures the one of highest quality."""
    yield r"1(?:\.0*)?"
    for hundredth in range(99, 0, -1):
        tens, ones = divmod(hundredth, 10)
        yield rf"0\.{tens}{ones}[0-9]*" if ones else rf"0\.{tens}(?:0[0-9]*)?"


def _best(written: Callable[[str, Iterable[str], str], str]) -> str:
    """The maps from qualities to the form and to the language; no form where all are refused."""
    return written("form", _FORMS, "none") + written("speech", _LANGUAGES, "sv")


def _nginx_qualities() -> str:
    maps = []
    for name, header, ranges in _ranges():
        rules = "".join(f'    "~*{pattern}" {value.replace("Q", "$1")};\n' for pattern, value in _rated(ranges))
        source = "$http_" + header.lower().replace("-", "_")
        maps.append(f'map {source} $quality_{name} {{\n    "" 1;\n{rules}    default 0;\n}}\n')
    return "\n".join(maps)


def _nginx_best(name: str, offered: Iterable[str], fallback: str) -> str:
    listed = " ".join(f"{offer}=$quality_{offer}" for offer in offered)
    rules = "\n".join(rf'    "~(?<best>[a-z]+)={quality}(?: |$)" $best;' for quality in _hundredths())
    return f'map "{listed}" ${name} {{\n{rules}\n    default {fallback};\n}}\n\n'


def _caddy_qualities() -> str:
    maps = []
    for name, header, ranges in _ranges():
        rules = "".join(f"\t\t`~(?i){pattern}` {value.replace('Q', '${1}')}\n" for pattern, value in _rated(ranges))
        maps.append(f"\tmap {{header.{header}}} {{quality_{name}}} {{\n\t\t~^$ 1\n{rules}\t\tdefault 0\n\t}}\n")
    return "".join(maps)


def _caddy_best(name: str, offered: Iterable[str], fallback: str) -> str:
    listed = " ".join(f"{offer}={{quality_{offer}}}" for offer in offered)
    rules = "\n".join(f"\t\t`~^.*?([a-z]+)={quality}(?: .*)?$` ${{1}}" for quality in _hundredths())
    return f'\tmap "{listed}" {{{name}}} {{\n{rules}\n\t\tdefault {fallback}\n\t}}\n'


def _apache_qualities() -> str:
    """The same as variables of the request; the last that fits decides, so the ranges come first."""
    lines = []
    for name, header, ranges in _ranges():
        lines.append(f'SetEnvIf {header} "^$" q_{name}=100')
        for wanted in reversed(ranges):
            start = rf"^(?:.*,)?\s*{wanted}"
            for pattern, value in (
                (r"\s*(?:,|$)", "100"),
                (r"\s*;\s*q=1(?:\.0*)?\s*(?:,|$)", "100"),
                (r"\s*;\s*q=0(?:\.0{0,2})?\s*(?:,|$)", "0"),
                (r"\s*;\s*q=0\.([1-9])\s*(?:,|$)", "$10"),
                (r"\s*;\s*q=0\.([0-9][1-9]|[1-9][0-9])[0-9]*\s*(?:,|$)", "$1"),
            ):
                lines.append(f'SetEnvIfNoCase {header} "{start}{pattern}" q_{name}={value}')
    return "\n".join(lines)


_APACHE_BEST = "".join(
    (
        "RewriteRule ^ - [E=form:html,E=best:%{ENV:q_html}]\n",
        *(
            f'RewriteCond expr "%{{ENV:q_{form}}} -gt %{{ENV:best}}"\n'
            f"RewriteRule ^ - [E=form:{form},E=best:%{{ENV:q_{form}}}]\n"
            for form in MEDIA_TYPES
        ),
        'RewriteCond expr "%{ENV:best} -le 0"\nRewriteRule ^ - [R=406,L]\n',
        'RewriteCond expr "%{ENV:q_en} -gt %{ENV:q_sv}"\nRewriteRule ^ - [E=start:en/]\n',
    )
)


def _apache_links() -> str:
    lines = []
    for _name, target, said in _alternatives():
        place = target.format(data="%{data}e", page="%{page}e")
        quoted = said.replace('"', r"\"")
        lines.append(f'Header always add Link "<%{{up}}e{place}>; {quoted}" env=iri\n')
    return "".join((*lines, 'Header always add Link "<%{iri}e>; rel=\\"canonical\\"" env=iri\n'))


def _alternatives() -> Iterator[tuple[str, str, str]]:
    """What the header of links names for a name: which, whether data or page or the name itself, and as what."""
    for form, media in MEDIA_TYPES.items():
        yield form, f"{{data}}.{form}", f'rel="alternate"; type="{media}"'
    for language, start in (("sv", ""), ("en", "en/")):
        yield language, f"{start}{{page}}", f'rel="alternate"; type="text/html"; hreflang="{language}"'
    yield "about", "{data}.ttl", 'rel="describedby"; type="text/turtle"'


def _caddy_links() -> str:
    lines = []
    for _name, target, said in _alternatives():
        place = target.format(data="{vars.data}", page="{vars.page}")
        lines.append(f"\theader +Link `<{{vars.up}}{place}>; {said}`\n")
    return "".join((*lines, '\theader +Link `<{vars.iri}>; rel="canonical"`\n'))


def _links() -> str:
    """The header that names the alternatives of a name, in parts, each only where a name has answered."""
    lines = []
    for name, target, said in _alternatives():
        place = target.format(data="$data", page="$page")
        lines.append((f"link_{name}", f"<${{up}}{place}>; {said}"))
    lines.append(("link_name", '<$iri>; rel="canonical"'))
    maps = [f"map $status ${name} {{ 303 '{text}'; default \"\"; }}\n" for name, text in lines]
    return "".join(maps)


def _step(thing: Retired, names: Names) -> str | None:
    """The path of a retired thing, None where it is not one of ours or holds a sign that rules cannot hold."""
    step = thing.iri.removeprefix(names.base)
    return step if step != thing.iri and re.fullmatch(r"[\w/~-]+", step, re.ASCII) else None


def _up(step: str, iri: str, names: Names) -> str:
    """The reference from a retired thing to a thing, without a sign that begins something in the rules of a server
    but for per cent, which Apache reads: see :func:`_apache_retired`.
    """
    if not iri.startswith(names.base):
        return quote(iri, safe=":/?#[]@!&()*+,;=%~")
    return "../" * step.count("/") + quote(iri.removeprefix(names.base))


def _nginx_retired(step: str, thing: Retired, names: Names) -> str:
    targets = [_up(step, iri, names) for iri in thing.successors]
    if thing.status == 410:
        return f"    location = /{step} {{ return 410; }}\n"
    if thing.status == 308:
        return f'    location = /{step} {{ return 308 "{targets[0]}"; }}\n'
    links = "".join(f"        add_header Link '<{to}>; rel=\"successor-version\"' always;\n" for to in targets)
    items = "".join(f"<li><a href='{escape(to)}'>{escape(to)}</a>" for to in targets)
    body = f"<!doctype html><title>300</title><ul>{items}</ul>"
    return f'    location = /{step} {{\n        default_type text/html;\n{links}        return 300 "{body}";\n    }}\n'


def _apache_retired(step: str, thing: Retired, names: Names, path: str) -> str:
    pattern = re.escape(step.partition("/")[2])
    targets = [_up(step, iri, names) for iri in thing.successors]
    if thing.status == 410:
        return f"RewriteRule ^{pattern}$ - [G,L]\n"
    if thing.status == 308:
        here = thing.successors[0].removeprefix(names.base)
        # In what a rule leads to, per cent and a digit refer to a part of what was matched.
        to = f"%{{ENV:root}}{_kept(quote(here))}" if here != thing.successors[0] else _kept(targets[0])
        return f'RewriteRule ^{pattern}$ "{to}" [R=308,NE,L]\n'
    # In a header, per cent begins a value of the request.
    said = [to.replace("%", "%%") for to in targets]
    links = "".join(f'  Header always add Link "<{to}>; rel=\\"successor-version\\""\n' for to in said)
    place = (
        f'<If "%{{REQUEST_URI}} =~ m#/{pattern}(?:[.]html)?$#">\n  ErrorDocument 300 {path}/{step}.html\n{links}</If>\n'
    )
    # Apache answers 300 with an address only: that of the page that names the successors, which is the body as well.
    return f"{place}RewriteRule ^{pattern}$ %{{ENV:root}}{step}.html [R=300,L]\nRewriteRule ^{pattern}\\.html$ - [L]\n"


def _kept(address: str) -> str:
    return address.replace("%", r"\%")


def _caddy_retired(step: str, thing: Retired, names: Names) -> str:
    targets = [_up(step, iri, names) for iri in thing.successors]
    if thing.status == 410:
        return f"\thandle /{step} {{\n\t\trespond 410\n\t}}\n"
    if thing.status == 308:
        return f"\thandle /{step} {{\n\t\tredir * `{targets[0]}` 308\n\t}}\n"
    links = "".join(f'\t\theader +Link `<{to}>; rel="successor-version"`\n' for to in targets)
    return f"\thandle /{step} {{\n{links}\t\trespond `{' '.join(targets)}` 300\n\t}}\n"
