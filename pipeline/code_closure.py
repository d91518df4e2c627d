"""Which code a piece of the pipeline rests on: modules reached by imports, hashed without comments and formatting.

What lives here: imports followed by reading source, never by importing. What must not: which pieces there are.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions, version
from pathlib import Path

#: Data that modules read stands beside them, or in folders of theirs without code.
_DATA = frozenset({".yaml", ".csv", ".json", ".txt"})


#: The names of a module that are used; `None`: all of it.
Names = frozenset[str] | None
Closure = Mapping[str, Names]


class CodeTree:
    """The source of one package on disk.

    Args:
        folder: The package's folder; its name is the first part of every module's name.
    """

    def __init__(self, folder: Path) -> None:
        self._root = folder.parent
        self._package = folder.name
        self._parsed: dict[str, _Module] = {}
        self._imported: dict[str, list[tuple[str, Names]]] = {}

    def closure(self, modules: Iterable[str], *, follow: Callable[[str], bool] = lambda _module: True) -> Closure:
        """The modules and everything of this package that they import, directly or not, also inside functions.

        Of a module that imports nothing of the package itself (the tree of errors, the frozen types) only the names
        asked for count: another error more changes no reading.

        Args:
            modules: Names such as `pipeline.readers.excel`.
            follow: Says of each import whether it counts; what does not is neither in the result nor looked into.
        """
        found: dict[str, Names] = {}
        waiting: list[tuple[str, Names]] = [(module, None) for module in modules]
        while waiting:
            module, names = waiting.pop()
            is_new = module not in found
            before = found.get(module, frozenset())
            found[module] = None if names is None or before is None else before | names
            if is_new:
                waiting += [(target, used) for target, used in self._ours(module) if follow(target)]
        return found

    def digest(self, closure: Closure, *, salt: Iterable[str] = ()) -> str:
        """One hash over a closure, the data beside its modules and the versions of the outside packages they import.

        Comments, docstrings and formatting do not count: they change no result.
        """
        digest = hashlib.sha256("\0".join(salt).encode())
        for name, names in sorted(closure.items()):
            used = None if self._ours(name) else names
            digest.update(b"\0" + name.encode() + self._module(name).digest(used))
        for path in sorted({path for name in closure for path in self._data_beside(name)}):
            digest.update(b"\0" + path.relative_to(self._root).as_posix().encode() + b"\0" + path.read_bytes())
        for distribution in sorted({found for name in closure for found in self._distributions(name)}):
            digest.update(f"\0{distribution}".encode())
        return digest.hexdigest()[:16]

    def function_digest(self, module: str, *functions: str) -> str:
        """One hash over some functions of a module whose imports do not count."""
        return self._module(module).digest(frozenset(functions)).hex()

    def _ours(self, module: str) -> list[tuple[str, Names]]:
        if module not in self._imported:
            self._imported[module] = self._imports_of_ours(module)
        return self._imported[module]

    def _imports_of_ours(self, module: str) -> list[tuple[str, Names]]:
        found: list[tuple[str, Names]] = []
        for target, names in self._module(module).imports:
            if target.split(".")[0] == self._package:
                submodules = [name for name in names if self._is_module(f"{target}.{name}")]
                found += [(f"{target}.{name}", None) for name in submodules]
                others = frozenset(names) - frozenset(submodules)
                if self._is_module(target) and (others or not names):
                    found.append((target, others or None))
        return found

    def _distributions(self, module: str) -> Iterator[str]:
        known = _known_distributions()
        for target, _names in self._module(module).imports:
            yield from known.get(target.split(".")[0], ())

    def _module(self, module: str) -> _Module:
        if module not in self._parsed:
            self._parsed[module] = _Module(self._file(module).read_bytes())
        return self._parsed[module]

    def _file(self, module: str) -> Path:
        path = self._root.joinpath(*module.split("."))
        return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")

    def _is_module(self, module: str) -> bool:
        path = self._root.joinpath(*module.split("."))
        return path.with_suffix(".py").is_file()

    def _data_beside(self, module: str) -> Iterator[Path]:
        folder = self._file(module).parent
        if folder == self._root / self._package:
            return
        for path in folder.rglob("*"):
            inner = path.parent
            if path.suffix in _DATA and (inner == folder or not (inner / "__init__.py").is_file()):
                yield path


class _Module:
    """One module, parsed: its imports, and the hash of all or some of its statements."""

    def __init__(self, source: bytes) -> None:
        tree = ast.parse(source)
        self.imports = tuple(_imports_without_docstrings(tree))
        self._statements = tree.body
        self._digests: dict[Names, bytes] = {}

    def digest(self, names: Names) -> bytes:
        """The hash of the statements that make these names, and of those they name; of all statements for `None`."""
        if names not in self._digests:
            kept = self._statements if names is None else self._needed(names)
            self._digests[names] = hashlib.sha256("\0".join(map(ast.dump, kept)).encode()).digest()
        return self._digests[names]

    def _needed(self, names: frozenset[str]) -> list[ast.stmt]:
        """What makes the names; a statement that makes none (it may do anything) is always needed."""
        made = [_makes(statement) for statement in self._statements]
        needed = {index for index, makes in enumerate(made) if not makes or makes & names}
        while True:
            used = {node.id for i in needed for node in ast.walk(self._statements[i]) if isinstance(node, ast.Name)}
            more = {index for index, makes in enumerate(made) if makes & used}
            if more <= needed:
                return [statement for index, statement in enumerate(self._statements) if index in needed]
            needed |= more


def _makes(statement: ast.stmt) -> frozenset[str]:
    """The names a statement of a module makes."""
    if isinstance(statement, ast.ClassDef | ast.FunctionDef):
        return frozenset({statement.name})
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return frozenset((alias.asname or alias.name).split(".")[0] for alias in statement.names)
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return frozenset(node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))
    return frozenset()


def _imports_without_docstrings(tree: ast.Module) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every import of a module: from where, which names (none: the whole module); takes docstrings out on its way."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            if ast.get_docstring(node, clean=False) is not None:
                node.body = node.body[1:] or [ast.Pass()]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module, tuple(alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)


@cache
def _known_distributions() -> dict[str, tuple[str, ...]]:
    """Outside packages by the name they are imported by, with their versions."""
    return {
        name: tuple(f"{found}=={version(found)}" for found in sorted(set(distributions)))
        for name, distributions in packages_distributions().items()
    }
