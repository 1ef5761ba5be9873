"""Caches as ``deploy/`` configures them, in front of a web process of its own, which they outlive in one test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import pytest
from django.conf import settings as in_force
from django.test import override_settings

from benchmarks import fronts
from memberships import clock
from newsroom.pagecache import receivers
from newsroom.pagecache.forgetting import EVERYBODY
from newsroom.pagecache.node import Node
from newsroom.pagecache.purges import EVERYTHING
from tests.deploy.calling import Caller, port_of
from tests.serving import web_process

# What each needs; openssl makes the certificate nginx starts with.
PROGRAMS = {"nginx": ("nginx", "openssl"), "varnish": ("varnishd",)}


@dataclass(frozen=True)
class House:
    """A web process, what it keeps where, and the prefix of what it shares."""

    url: str
    folder: Path
    prefix: str

    @property
    def files(self) -> fronts.Files:
        return fronts.Files(self.folder / "static", self.folder / "media")


def need(program: str) -> None:
    if missing := [name for name in PROGRAMS[program] if not fronts.is_there(name)]:
        pytest.skip(f"There is no {' and no '.join(missing)} here.")


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[House]:
    folder, prefix = tmp_path_factory.mktemp("house"), f"deploy-{token_hex(4)}"
    (folder / "static").mkdir()
    (folder / "media").mkdir()
    with django_db_blocker.unblock(), started(folder, prefix) as url:
        yield House(url, folder, prefix)


def started(folder: Path, prefix: str):
    """A web process behind one proxy, with a clock of its own."""
    return web_process(
        PYTEST_XDIST_WORKER=prefix,
        NEWSROOM_VAR=str(folder),
        SECRET_KEY=in_force.SECRET_KEY,
        REDIS_URL=in_force.REDIS_URL,
        CACHE_URL=in_force.CACHE_URL,
        MEDIA_ROOT=str(folder / "media"),
        TRUSTED_PROXY_COUNT="1",
    )


@pytest.fixture
def node(house, committing, monkeypatch) -> Iterator[Node]:
    """This process's voice to the web process: what changes here is heard there."""
    caches = {"default": {**in_force.CACHES["default"], "KEY_PREFIX": house.prefix}}
    with override_settings(CACHES=caches, CLOCK_FILE=house.folder / "clock"):
        made = Node()
        monkeypatch.setattr(receivers, "this", made)
        made.purge([EVERYTHING])
        made.forget([EVERYBODY], clock.now().timestamp())
        yield made


@pytest.fixture(scope="module")
def fronts_of(house, tmp_path_factory) -> Iterator[Callable[[str], int]]:
    """The port of the nginx or the Varnish of this module, started when first asked for."""
    ports: dict[str, int] = {}
    with ExitStack() as stack:

        def front(program: str) -> int:
            need(program)
            if program not in ports:
                folder = tmp_path_factory.mktemp(program)
                ports[program] = stack.enter_context(started_front(program, folder, house))
            return ports[program]

        yield front


def started_front(program: str, folder: Path, house: House):
    application = port_of(house.url)
    if program == "nginx":
        return fronts.nginx(folder, application, house.files)
    return fronts.varnish(folder, application)


@pytest.fixture(params=list(PROGRAMS))
def program(request) -> str:
    need(request.param)
    return request.param


@pytest.fixture
def edge(program, fronts_of, node) -> Caller:
    """A stranger in front of the cache."""
    return Caller(fronts_of(program))
