"""Rules for web servers: how nginx, Apache and Caddy answer for the names of things, by form and language.

The rules are templates beside this file; what follows from the dataset (where it stands, what is retired) and what is
long and regular (the maps of qualities) is put into them here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

from svngraph.namespaces import Names
from svngraph.publication.description import Retired
from svngraph.publication.twins import MEDIA_TYPES

FOLDER = "hosting"
_FORMS = {"html": "text/html", **MEDIA_TYPES}
_LANGUAGES = ("sv", "en")
# A parameter of a media range that is not its quality.
_MORE = r"(?:\s*;\s*(?!q=)[^;,]+)*"
_QUALITY = r"\s*;\s*q=(?<quality>[01](?:\.[0-9]*)?)"
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
        "qualities": _qualities(),
        "best": _best("form", "html", _FORMS) + _best("speech", "sv", _LANGUAGES),
        "links": _links(),
        "stripped": f"    rewrite ^{re.escape(path)}(/.*)$ $1;\n" if path else "",
        "caddy_stripped": f"\turi strip_prefix {path}\n" if path else "",
        "nginx_retired": "".join(_nginx_retired(step, thing, names) for step, thing in gone),
        "apache_retired": "".join(_apache_retired(step, thing, names) for step, thing in gone),
        "caddy_retired": "".join(_caddy_retired(step, thing, names) for step, thing in gone),
    }
    for name, place in _FILES.items():
        text = (Path(__file__).parent / name).read_text("utf-8")
        # Marked as `@{name}`, since the servers have dollars of their own.
        yield place, re.sub(r"@\{([a-z_]+)\}", lambda mark: values[mark[1]], text).encode()


def _qualities() -> str:
    """For each form and language, the quality that the request gives it, as nginx maps.

    Source: RFC 9110, 12.5.1 and 12.5.4: the most specific range that a type falls under decides.
    """
    ranges = {
        form: [rf"{re.escape(media)}{_MORE}", rf"{media.split('/')[0]}/\*{_MORE}", rf"\*/\*{_MORE}"]
        for form, media in _FORMS.items()
    }
    maps = [_quality(form, "$http_accept", several) for form, several in ranges.items()]
    for language in _LANGUAGES:
        maps.append(_quality(language, "$http_accept_language", [rf"{language}(?:-[a-z0-9-]+)?", r"\*"]))
    return "\n".join(maps)


def _quality(name: str, header: str, ranges: Iterable[str]) -> str:
    rules = []
    for wanted in ranges:
        start = rf"(?:^|,)\s*{wanted}"
        rules.append(f'    "~*{start}{_QUALITY}" $quality;\n    "~*{start}\\s*(?:,|$)" 1;\n')
    return f'map {header} $quality_{name} {{\n    "" 1;\n{"".join(rules)}    default 0;\n}}\n'


def _best(name: str, first: str, offered: Iterable[str]) -> str:
    """The offered form or language of the highest quality, to the hundredth; the earlier one where several have it."""
    listed = " ".join(f"{offer}=$quality_{offer}" for offer in offered)
    rules = [r'    "~(?<best>[a-z]+)=1(?:\.0*)?(?: |$)" $best;']
    for hundredth in range(99, 0, -1):
        tens, ones = divmod(hundredth, 10)
        digits = f"{tens}{ones}[0-9]*" if ones else f"{tens}(?:0[0-9]*)?"
        rules.append(rf'    "~(?<best>[a-z]+)=0\.{digits}(?: |$)" $best;')
    fallback = "none" if name == "form" else first
    return f'map "{listed}" ${name} {{\n{chr(10).join(rules)}\n    default {fallback};\n}}\n\n'


def _links() -> str:
    """The header that names the alternatives of a name, in parts, each only where a name has answered."""
    lines = []
    for form, media in MEDIA_TYPES.items():
        lines.append((f"link_{form}", f'<$up$data.{form}>; rel="alternate"; type="{media}"'))
    for language, start in (("sv", ""), ("en", "en/")):
        said = f'<${{up}}{start}$page>; rel="alternate"; type="text/html"; hreflang="{language}"'
        lines.append((f"link_{language}", said))
    lines.append(("link_about", '<$up$data.ttl>; rel="describedby"; type="text/turtle"'))
    lines.append(("link_name", '<$iri>; rel="canonical"'))
    maps = [f"map $status ${name} {{ 303 '{text}'; default \"\"; }}\n" for name, text in lines]
    return "".join(maps)


def _step(thing: Retired, names: Names) -> str | None:
    """The path of a retired thing, None where it is not one of ours or holds a sign that rules cannot hold."""
    step = thing.iri.removeprefix(names.base)
    return step if step != thing.iri and re.fullmatch(r"[\w/~-]+", step, re.ASCII) else None


def _up(step: str, iri: str, names: Names) -> str:
    """The reference from a retired thing to a thing."""
    if not iri.startswith(names.base):
        return quote(iri, safe=":/?#[]@!&()*+,;=%~")
    return "../" * step.count("/") + quote(iri.removeprefix(names.base))


def _nginx_retired(step: str, thing: Retired, names: Names) -> str:
    targets = [_up(step, iri, names) for iri in thing.successors]
    if thing.status == 410:
        return f"    location = /{step} {{ return 410; }}\n"
    if thing.status == 308:
        return f"    location = /{step} {{ return 308 {targets[0]}; }}\n"
    links = "".join(f"        add_header Link '<{to}>; rel=\"successor-version\"' always;\n" for to in targets)
    items = "".join(f"<li><a href='{to}'>{to}</a>" for to in targets)
    body = f"<!doctype html><title>300</title><ul>{items}</ul>"
    return f'    location = /{step} {{\n        default_type text/html;\n{links}        return 300 "{body}";\n    }}\n'


def _apache_retired(step: str, thing: Retired, names: Names) -> str:
    pattern = step.partition("/")[2]
    if thing.status == 308:
        return f"RewriteRule ^{pattern}$ {_up(step, thing.successors[0], names)} [R=308,L]\n"
    return f"RewriteRule ^{pattern}$ - [{'G' if thing.status == 410 else 'R=300'},L]\n"


def _caddy_retired(step: str, thing: Retired, names: Names) -> str:
    targets = [_up(step, iri, names) for iri in thing.successors]
    if thing.status == 410:
        return f"\thandle /{step} {{\n\t\trespond 410\n\t}}\n"
    if thing.status == 308:
        return f"\thandle /{step} {{\n\t\tredir * {targets[0]} 308\n\t}}\n"
    links = "".join(f'\t\theader +Link `<{to}>; rel="successor-version"`\n' for to in targets)
    return f'\thandle /{step} {{\n{links}\t\trespond "{" ".join(targets)}" 300\n\t}}\n'
