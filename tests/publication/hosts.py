"""A site of files behind a real nginx, on a free port of this machine, ended by its own process id."""

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

NGINX = shutil.which("nginx") or next((p for p in ("/usr/sbin/nginx",) if os.access(p, os.X_OK)), None)

_MAIN = """daemon off; worker_processes 1; pid {home}/pid; error_log {home}/errors;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {home}/1; proxy_temp_path {home}/2; fastcgi_temp_path {home}/3;
  uwsgi_temp_path {home}/4; scgi_temp_path {home}/5;
  include {home}/site.conf;
}}
"""


def publish(out: Path, *arguments: str) -> str:
    """What `svngraph publish` says of a site that it writes."""
    command = [sys.executable, "-m", "svngraph", "publish", "--out", str(out), "--as-of", "2026-11-22", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    return done.stdout


@contextmanager
def hosted(site: Path, home: Path) -> Iterator[str]:
    """The address of the site as its own rules for nginx serve it."""
    if NGINX is None:
        pytest.skip("no nginx (apt-get install -y nginx-light)")
    home.mkdir(exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    rules = (site / "hosting" / "nginx.conf").read_text("utf-8")
    rules = re.sub(r"listen 80;", f"listen 127.0.0.1:{port};", rules)
    rules = re.sub(r"root /var/www/svngraph;", f"root {site};", rules)
    (home / "site.conf").write_text(rules, "utf-8")
    (home / "nginx.conf").write_text(_MAIN.format(home=home), "utf-8")
    # A master that is root would run its workers as somebody who may not read the folder of the tests.
    user = ["-g", "user root;"] if os.geteuid() == 0 else []
    process = subprocess.Popen(
        [NGINX, "-p", str(home), "-c", str(home / "nginx.conf"), "-e", str(home / "errors"), *user],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError((home / "errors").read_text("utf-8"))
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            raise RuntimeError("nginx did not get ready")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
