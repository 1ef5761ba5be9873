"""One directory and one port say where everything is."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import environ
import pytest
from psycopg.conninfo import conninfo_to_dict
from redis.connection import parse_url

from newsroom.embedded import EngineError
from newsroom.embedded.addresses import addresses, engines_running, secret, sockets_dir


def test_every_process_computes_the_same_addresses(tmp_path: Path) -> None:
    assert addresses(tmp_path, 9000) == addresses(tmp_path / "x" / "..", 9000)
    assert addresses(tmp_path, 9000).email_url == "smtp://127.0.0.1:9025"
    assert addresses(tmp_path, 9000).stripe_api_base == "http://127.0.0.1:9042"
    assert addresses(tmp_path, 9000).identity_base == "http://127.0.0.1:9043"


@pytest.mark.parametrize("name", ["plain", "with space", "ünlü", "per%cent", "question?", "l" * 120])
def test_sockets_are_understood_by_every_client_whatever_the_path(tmp_path: Path, name: str) -> None:
    known, directory = addresses(tmp_path / name), str(sockets_dir(tmp_path / name))
    assert conninfo_to_dict(known.database_url)["host"] == directory
    assert environ.Env.db_url_config(known.database_url)["OPTIONS"]["host"] == directory
    assert parse_url(known.cache_url)["path"] == f"{directory}/cache.sock"
    assert len(f"{directory}/.s.PGSQL.5432".encode()) <= 103


def test_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    first = secret(tmp_path, "secret-key")
    assert secret(tmp_path, "secret-key") == first
    assert secret(tmp_path, "other") != first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secrets" / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_processes_that_ask_together_get_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(lambda _: secret(tmp_path, "secret-key"), range(64)))
    assert len(answers) == 1
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["secret-key"]


def test_secret_that_cannot_be_had_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("in the way")
    with pytest.raises(EngineError, match="can be neither read nor made"):
        secret(tmp_path, "secret-key")


def test_empty_secret_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "secret-key").write_text("\n")
    with pytest.raises(EngineError, match="is empty"):
        secret(tmp_path, "secret-key")


def test_secret_has_no_way_out_of_its_directory(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no name for a secret"):
        secret(tmp_path, "../clock")


def test_nothing_runs_in_an_empty_directory(tmp_path: Path) -> None:
    assert engines_running(tmp_path) is False
