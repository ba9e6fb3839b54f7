"""A running service that kills itself at a chosen step: right before or right after a use case of its store.

The step is chosen by the environment, and met once each time that it is armed: the next life of the same service
goes on.
"""

from __future__ import annotations

import os
from pathlib import Path

from bot.testing.service import RunningService

_PATCH = """
import os, signal
from pathlib import Path

name, _, moment = os.environ.get("FAILPOINT", "").partition(" ")
armed = Path(os.environ.get("FAILPOINT_ARMED", ""))
if name:
    from bot.storage.sql_store import SqlStore
    from bot.storage.worker_store import WorkerStore

    def die():
        if armed.exists():
            armed.unlink()
            os.kill(os.getpid(), signal.SIGKILL)

    def deadly(whole):
        async def step(self, *arguments, **named):
            if moment == "before":
                die()
            result = await whole(self, *arguments, **named)
            if moment == "after":
                die()
            return result

        return step

    for store in (SqlStore, WorkerStore):  # A worker's has some steps of its own.
        if name in vars(store):
            setattr(store, name, deadly(vars(store)[name]))
"""
"""Python imports a module of this name when it starts."""


def kill_at(service: RunningService, use_case: str, moment: str) -> Path:
    """Have the next life of a service end `before` or `after` a use case.

    Returns a file that is gone when it has; while it is, the use case goes well, and to make it again arms it again.
    """
    folder = service.folder / "failpoint"
    folder.mkdir(parents=True)
    (folder / "sitecustomize.py").write_text(_PATCH)
    armed = folder / "armed"
    armed.touch()
    service.environment |= {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(folder), service.environment.get("PYTHONPATH")))),
        "FAILPOINT": f"{use_case} {moment}",
        "FAILPOINT_ARMED": str(armed),
    }
    return armed
