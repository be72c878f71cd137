"""A site of files behind a real nginx, Caddy or Apache, on a free port of this machine, ended by its own process id."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _program(*names: str) -> str | None:
    """Where a program is, which may be in a folder that is not searched."""
    return next((p for name in names if (p := shutil.which(name) or shutil.which(f"/usr/sbin/{name}"))), None)


PROGRAMS = {
    "nginx": (_program("nginx"), "nginx-light"),
    "caddy": (_program("caddy"), "caddy"),
    "apache": (_program("apache2", "httpd"), "apache2-bin"),
}
# So many seconds a server may take to be there, on a machine that does much else.
PATIENCE = 300.0
_MODULES = Path("/usr/lib/apache2/modules")

_NGINX = """daemon off; worker_processes 1; pid {home}/pid; error_log {home}/errors;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {home}/1; proxy_temp_path {home}/2; fastcgi_temp_path {home}/3;
  uwsgi_temp_path {home}/4; scgi_temp_path {home}/5;
  include {home}/site.conf;
}}
"""
_CADDY = """{{
\tadmin off
\tauto_https off
\tstorage file_system {home}/storage
}}
"""
# The names of Apache's modules that a Debian machine has on, and those that the site's rules say they need.
_NEEDED = ("mpm_event", "authz_core", "mime", "dir", "rewrite", "negotiation", "headers", "setenvif", "alias")
_APACHE = """ServerName localhost
ServerRoot {home}
PidFile {home}/pid
ErrorLog {home}/errors
Listen 127.0.0.1:{port}
{modules}TypesConfig /dev/null
AddType text/html .html
AddType text/css .css
DocumentRoot {site}
Alias /svngraph {site}
DirectoryIndex index.html
<Directory {site}>
  AllowOverride All
  Require all granted
</Directory>
"""


def publish(out: Path, *arguments: str) -> str:
    """What `svngraph publish` says of a site that it writes."""
    command = [sys.executable, "-m", "svngraph", "publish", "--out", str(out), "--as-of", "2026-11-22", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    return done.stdout


def _command(server: str, program: str, site: Path, home: Path, port: int) -> list[str]:
    """What starts a server over the site's own rules, which are only told where it listens and where the files are."""
    if server == "nginx":
        rules = (site / "hosting" / "nginx.conf").read_text("utf-8")
        rules = re.sub(r"listen 80;", f"listen 127.0.0.1:{port};", rules)
        rules = re.sub(r"root /var/www/svngraph;", f"root {site};", rules)
        (home / "site.conf").write_text(rules, "utf-8")
        (home / "nginx.conf").write_text(_NGINX.format(home=home), "utf-8")
        # A master that is root would run its workers as somebody who may not read the folder of the tests.
        user = ["-g", "user root;"] if os.geteuid() == 0 else []
        return [program, "-p", str(home), "-c", str(home / "nginx.conf"), "-e", str(home / "errors"), *user]
    if server == "caddy":
        rules = (site / "hosting" / "Caddyfile").read_text("utf-8")
        rules = rules.replace("\n:80 {", f"\nhttp://127.0.0.1:{port} {{", 1)
        rules = rules.replace("root * /var/www/svngraph", f"root * {site}", 1)
        (home / "Caddyfile").write_text(_CADDY.format(home=home) + rules, "utf-8")
        return [program, "run", "--config", str(home / "Caddyfile"), "--adapter", "caddyfile"]
    modules = "".join(
        f"LoadModule {name}_module {path}\n" for name in _NEEDED if (path := _MODULES / f"mod_{name}.so").is_file()
    )
    (home / "apache.conf").write_text(_APACHE.format(home=home, port=port, modules=modules, site=site), "utf-8")
    return [program, "-D", "FOREGROUND", "-f", str(home / "apache.conf")]


@contextmanager
def hosted(server: str, site: Path, home: Path) -> Iterator[str]:
    """The address of the site as its own rules for a server serve it: ``nginx``, ``caddy`` or ``apache``."""
    program, package = PROGRAMS[server]
    if program is None:
        pytest.skip(f"no {server} (apt-get install -y {package})")
    home.mkdir(exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (home / "said").open("wb") as said:
        process = subprocess.Popen(
            _command(server, program, site, home, port),
            stdout=said,
            stderr=said,
            env={**os.environ, "HOME": str(home)},
        )
    try:
        until = time.monotonic() + PATIENCE
        while True:
            if process.poll() is not None:
                told = [file.read_text("utf-8") for file in (home / "said", home / "errors") if file.is_file()]
                raise RuntimeError("\n".join(told))
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if time.monotonic() > until:
                raise RuntimeError(f"{server} did not get ready")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
