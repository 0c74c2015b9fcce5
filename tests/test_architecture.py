"""Sizes, the single commit, and that nothing a person may meet lacks its words."""

import ast
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import certification
import portal
import training_base
from portal.errors import SENTENCES
from portal.labels import LABELS, RECORDS
from training_base.kernel.errors import Refusal
from training_base.kernel.orm import Base

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (training_base, certification, portal)
SOURCES = sorted(path for package in PACKAGES for path in Path(package.__path__[0]).rglob("*.py"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def body_lines(function: ast.FunctionDef) -> int:
    first = function.body[0]
    is_doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    start = function.body[1].lineno if is_doc and len(function.body) > 1 else first.lineno
    return (function.end_lineno or start) - start + 1


def every_module() -> None:
    for package in PACKAGES:
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)


def below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_at_most_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_a_function_is_at_most_40_lines() -> None:
    long = [f"{path.relative_to(ROOT)}:{f.name}" for path in SOURCES for f in functions(path) if body_lines(f) > 40]

    assert long == []


def test_only_the_database_module_commits() -> None:
    places = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    }

    assert places == {"portal/database.py"}


def test_only_the_settings_read_the_environment() -> None:
    places = {str(path.relative_to(ROOT)) for path in SOURCES if "os.environ" in path.read_text(encoding="utf-8")}

    assert places == {"portal/config.py"}


def test_every_refusal_has_its_sentence() -> None:
    every_module()
    ours = {kind for kind in below(Refusal) if kind.__module__.split(".")[0] in {p.__name__ for p in PACKAGES}}
    abstract = {kind for kind in ours if kind.__subclasses__()}

    assert sorted(kind.__name__ for kind in ours - abstract - SENTENCES.keys()) == []


def test_every_closed_value_that_tables_store_has_its_label() -> None:
    every_module()
    stored = {
        kind
        for table in Base.metadata.tables.values()
        for column in table.columns
        if (kind := getattr(column.type, "enum_class", None)) is not None
    }
    missing = [
        member
        for kind in stored
        for member in kind
        if isinstance(member, Enum) and (type(member), member) not in LABELS
    ]

    assert missing == []


def test_every_named_record_is_a_table() -> None:
    every_module()

    assert RECORDS.keys() <= Base.metadata.tables.keys()
