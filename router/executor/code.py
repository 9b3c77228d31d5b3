"""Python source under construction: lines, and the constants that they name."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_numbers = itertools.count(1)


class Code:
    """A module being written. `constants` are objects that its lines refer to by name."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {}
        self._depth = 0
        self._names: dict[str, int] = {}

    def line(self, text: str = "") -> None:
        """Write a line at the present depth."""
        self.lines.append("    " * self._depth + text if text else "")

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Write `head`, and what follows one level deeper."""
        self.line(head)
        self._depth += 1
        yield
        self._depth -= 1

    def name(self, stem: str) -> str:
        """A name that nothing else in the module has."""
        number = self._names.get(stem, 0)
        self._names[stem] = number + 1
        return f"{stem}{number}"

    def constant(self, stem: str, value: Any) -> str:
        """Make an object known to the code, and give its name."""
        name = self.name(stem)
        self.constants[name] = value
        return name

    @property
    def source(self) -> str:
        """What was written so far."""
        return "\n".join(self.lines) + "\n"

    def load(self) -> dict[str, Any]:
        """Compile what was written and run it as a module. Tracebacks show its lines."""
        name = f"plan_{next(_numbers)}"
        source = self.source
        namespace = {"__name__": name, "__loader__": _Source(source), **self.constants}
        exec(compile(source, f"<{name}>", "exec"), namespace)
        return namespace


class _Source:
    """What `linecache` asks for the lines of generated code, and only when a traceback is shown."""

    def __init__(self, source: str) -> None:
        self.source = source

    def get_source(self, _name: str) -> str:
        return self.source
