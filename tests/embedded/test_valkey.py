"""The two Valkey servers: one keeps what it was given, the other may forget, neither is reached but by its socket."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import pytest
import redis

from newsroom.embedded import EngineError, valkey
from newsroom.embedded.addresses import addresses, sockets_dir


def client(path: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(path))


def test_queue_keeps_what_it_was_given_through_a_kill(var: Path) -> None:
    queue = valkey.queue(var)
    process = queue.start()
    client(queue.socket).rpush("celery", *range(1000))
    os.kill(process.pid, signal.SIGKILL)
    assert process.clear() == -signal.SIGKILL
    process = queue.start()
    assert client(queue.socket).llen("celery") == 1000
    assert process.stop() == 0


def test_queue_never_evicts_and_the_cache_does(var: Path) -> None:
    queue, cache = valkey.queue(var), valkey.cache(var)
    processes = [queue.start(), cache.start()]
    assert client(queue.socket).config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert client(cache.socket).config_get("maxmemory-policy") == {"maxmemory-policy": "allkeys-lru"}
    assert client(cache.socket).config_get("maxmemory") == {"maxmemory": str(128 * 1024 * 1024)}
    assert [process.stop() for process in processes] == [0, 0]


def test_cache_forgets_everything_at_a_stop(var: Path) -> None:
    cache = valkey.cache(var)
    process = cache.start()
    client(cache.socket).set("page", "text", ex=300)
    process.stop()
    process = cache.start()
    assert client(cache.socket).dbsize() == 0
    assert process.stop() == 0
    assert list((var / "cache").iterdir()) == []


def test_servers_listen_on_private_sockets_alone(var: Path) -> None:
    queue = valkey.queue(var)
    process = queue.start()
    assert client(queue.socket).config_get("port") == {"port": "0"}
    assert stat.S_IMODE(queue.socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(sockets_dir(var).stat().st_mode) == 0o700
    assert addresses(var).queue_url == f"redis+socket://{queue.socket}?virtual_host=0"
    assert process.stop() == 0


def test_second_server_on_the_same_data_is_refused(var: Path) -> None:
    process = valkey.queue(var).start()
    with pytest.raises(EngineError, match=f"queue already runs in .* as process {process.pid}"):
        valkey.queue(var).start()
    assert process.stop() == 0
