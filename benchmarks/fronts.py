"""nginx and Varnish in front of an application, configured as ``deploy/`` has it, on ports and in folders of their own.

Only names are changed: addresses, ports, folders, the user. Tests and benchmarks run what an operator runs.
"""

from __future__ import annotations

import getpass
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.startup import ROOT, free_port

DEPLOY = ROOT / "deploy"
STARTS_WITHIN = 20.0
HOSTS = "127.0.0.1 localhost"


@dataclass(frozen=True)
class Files:
    """The folders nginx serves from disk."""

    static: Path
    media: Path


@contextmanager
def nginx(folder: Path, application: int, files: Files, more: str = "") -> Iterator[int]:
    """In front of the application at a port of this machine; gives its own port. Without TLS.

    ``more`` is added to what nginx serves by http.
    """
    port = free_port()
    plain = ((f"listen 443 ssl http2{name};", f"listen 127.0.0.1:{port}{name};") for name in ("", " default_server"))
    configuration = write_nginx(folder, application, files, [*plain, ("listen 80", f"listen 127.0.0.1:{free_port()}")])
    with configuration.open("r+") as file:
        text = file.read().rstrip().removesuffix("}")
        file.seek(0)
        file.write(f"{text}{more}}}\n")
    with running_nginx(folder, configuration, port):
        yield port


@contextmanager
def running_nginx(folder: Path, configuration: Path, port: int) -> Iterator[None]:
    command = ["nginx", "-p", folder, "-c", configuration, "-e", folder / "error.log", "-g", "daemon off;"]
    with _running(command, port, folder / "nginx.out"):
        yield


@contextmanager
def varnish(folder: Path, application: int) -> Iterator[int]:
    """The same with Varnish."""
    port = free_port()
    vcl = folder / "varnish.vcl"
    names = [('.port = "8000";', f'.port = "{application}";'), ('Proto = "https";', 'Proto = "http";')]
    folder.mkdir(parents=True, exist_ok=True)
    vcl.write_text(replaced((DEPLOY / "varnish.vcl").read_text(), names))
    command = ["varnishd", "-F", "-n", folder / "varnish", "-a", f"127.0.0.1:{port}", "-f", vcl, "-s", "malloc,64m"]
    command += ["-j", "none", "-p", "http_req_hdr_len=32k", "-p", "http_req_size=64k", "-p", "workspace_client=160k"]
    with _running(command, port, folder / "varnish.out"):
        yield port


def write_nginx(folder: Path, application: int, files: Files, listens: list[tuple[str, str]]) -> Path:
    """``deploy/nginx.conf`` with other names, in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    certificate = _certificate(folder)
    temporary = "".join(
        f"\n    {name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = replaced(
        (DEPLOY / "nginx.conf").read_text(),
        [
            ("user www-data;", f"user {getpass.getuser()};"),
            ("pid /run/nginx.pid;", f"pid {folder}/nginx.pid;"),
            ("http {", f"http {{{temporary}"),
            ("127.0.0.1:8000", f"127.0.0.1:{application}"),
            ("/run/newsroom-", f"{folder}/newsroom-"),
            ("/var/log/nginx", str(folder)),
            ("/etc/letsencrypt/live/news.example/fullchain.pem", f"{certificate}.pem"),
            ("/etc/letsencrypt/live/news.example/privkey.pem", f"{certificate}.key"),
            ("server_name news.example", f"server_name {HOSTS}"),
            ("/srv/newsroom/static", str(files.static)),
            ("/srv/newsroom/media", str(files.media)),
            *listens,
        ],
    )
    configuration = folder / "nginx.conf"
    configuration.write_text(text)
    return configuration


def replaced(text: str, changes: list[tuple[str, str]]) -> str:
    """The text with each of these changed. Raises ValueError for one that is not there."""
    for old, new in changes:
        if old not in text:
            raise ValueError(f"{old} does not stand in the configuration.")
        text = text.replace(old, new)
    return text


def is_there(program: str) -> bool:
    return shutil.which(program) is not None


def _certificate(folder: Path) -> Path:
    """A key and a certificate for it that nobody trusts; gives their common name without an ending."""
    name = folder / "certificate"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", "/CN=localhost", "-days", "2", "-keyout", f"{name}.key", "-out", f"{name}.pem"]
    subprocess.run(command, check=True, capture_output=True)
    return name


@contextmanager
def _running(command: list[str | Path], port: int, log: Path) -> Iterator[None]:
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as server:
        try:
            _wait_for(port, server, log)
            yield
        finally:
            server.terminate()


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"{server.args} did not begin to serve: {log.read_text()}")
