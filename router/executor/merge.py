"""A fetch's result laid into the answer's tree, by code generated for the fetch.

On the way it collects the objects at which later fetches enter, and makes equal ones (an author
who stands at a hundred places, with the same key) one object, so that all that follows is done
once for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from router.executor.code import Code
from router.executor.layout import Below, Brought, Entering, Layout, Stand, names_laid, names_of
from router.executor.run import Run
from router.executor.shape import InternalPath
from router.query_plan.nodes import EntityEntry, Fetch, PositionStep, TypeStep

Groups = list[dict[int, list[dict[str, Any]]]]
"""For each position that a fetch enters at: the objects there, by their representation's index."""

Absorb = Callable[[Run, dict[str, Any], Groups], None]

_PLAIN = frozenset({str, int, type(None)})
"""Classes of which equal values are the same value to a client: not `1` and `1.0` and `true`."""


def merge_deep(into: dict[str, Any], result: dict[str, Any]) -> None:
    """Lay one object over another, field by field, lists by position.

    For what several subgraphs give together: a shareable root, an object without a key. A null
    gives way to what another subgraph knows.
    """
    for name, value in result.items():
        known = into.get(name)
        if known is None:
            into[name] = copy_json(value)
        elif value is not None:
            into[name] = _merged(known, value)


def _merged(known: Any, value: Any) -> Any:
    if isinstance(known, dict) and isinstance(value, dict):
        merge_deep(known, value)
        return known
    if isinstance(known, list) and isinstance(value, list):
        both = zip(known, value, strict=False)
        known[: len(value)] = [
            copy_json(new) if old is None else old if new is None else _merged(old, new)
            for old, new in both
        ]
        known.extend(copy_json(new) for new in value[len(known) :])
        return known
    return value


def copy_json(value: Any) -> Any:
    """A copy that shares no object and no list with the original."""
    if value.__class__ is dict:
        return {name: copy_json(each) for name, each in value.items()}
    if value.__class__ is list:
        return [copy_json(each) for each in value]
    return value


def write_absorb(
    code: Code,
    layout: Layout,
    number: int,
    enterings: tuple[Entering, ...],
    memos: dict[InternalPath, int],
) -> str:
    """Write the function that lays the result of a fetch, and give its name.

    The function raises `KeyError`, `IndexError` or `TypeError` where the result is no result of
    the fetch's operation at all.
    """
    return _Absorb(code, layout, memos).write(number, enterings)


class _Walk:
    """The steps to several stands, those that begin alike walked together."""

    def __init__(self) -> None:
        self.stands: list[Stand] = []
        self.below: dict[PositionStep, _Walk] = {}

    @classmethod
    def to(cls, brought: Iterable[Brought]) -> _Walk:
        start = cls()
        for each in brought:
            walk = start
            for step in each.steps:
                walk = walk.below.setdefault(step, cls())
            walk.stands.append(each.stand)
        return start


class _Absorb:
    def __init__(self, code: Code, layout: Layout, memos: dict[InternalPath, int]) -> None:
        self.code = code
        self.layout = layout
        self.memos = memos
        code.constants.update(merge_deep=merge_deep, plain=_PLAIN)

    def write(self, number: int, enterings: tuple[Entering, ...]) -> str:
        fetch = self.layout.fetches[number]
        name = f"absorb_{number}"
        with self.code.block(f"def {name}(run, data, groups):"):
            self.code.line("stands = run.stands")
            for stand in self.layout.stands.values():
                if stand.shared_by:
                    self.code.line(f"equal_{stand.number} = {{}}")
            below = self.layout.below(fetch)
            for group, entering in enumerate(enterings):
                self.entities(number, group, entering)
            for each in below:
                self.root_below(number, fetch, each)
            if not enterings and not below:
                self.root(number, fetch)
        return name

    def root(self, number: int, fetch: Fetch) -> None:
        if self.layout.contested(names_laid(fetch.selections), ()):
            self.code.line("merge_deep(run.root, data)")
        else:
            self.code.line("run.root.update(data)")
        self.walk(_Walk.to(self.layout.brought(number, ())), "run.root", 0)

    def root_below(self, number: int, fetch: Fetch, below: Below) -> None:
        """Root fields laid at every object of a position, to each its own copy."""
        code = self.code
        with code.block(f"for o in stands[{below.stand.number}]:"):
            if below.types is not None:
                types = code.constant("types_", below.types)
                code.line(f"if o.get('__typename') not in {types}: continue")
            code.line("merge_deep(o, data)")
            self.walk(_Walk.to(self.layout.brought(number, below.position)), "o", 0)

    def entities(self, number: int, group: int, entering: Entering) -> None:
        entry = entering.entry
        names = names_laid(entry.selections)
        # Objects below may differ by their ancestors' contexts: then each needs its own.
        is_contested = self.layout.has_contexts or self.layout.contested(names, entering.position)
        walk = _Walk.to(self.layout.brought(number, entering.position))
        code = self.code
        code.line(f"entities = data[{entry.response_name!r}]")
        with code.block(f"for index, objects in groups[{group}].items():"):
            code.line("result = entities[index]")
            with code.block("if result.__class__ is not dict:"):
                code.line(f"run.lacking.append((objects, {names!r}))")
                code.line("continue")
            if "__typename" in names and (sent := _names_sent(entry)):
                # An interface object's subgraph knows the interface's name alone; one that has the
                # interface tells the type.
                code.line(f"if result.get('__typename') in {sent!r}: del result['__typename']")
            if is_contested:
                with code.block("for o in objects:"):
                    code.line("merge_deep(o, result)")
                    self.walk(walk, "o", 0)
            else:
                # The objects will share what stands under the result: it is walked once, and
                # before, so that all get what is put there in place of an equal object.
                self.walk_result(walk, entry)
                code.line("for o in objects: o.update(result)")

    def walk_result(self, walk: _Walk, entry: EntityEntry) -> None:
        untyped = _Walk()
        for step, below in walk.below.items():
            if not isinstance(step, TypeStep):
                untyped.below[step] = below
                continue
            types = self.code.constant("types_", step.types)
            own = f"result.get('__typename', objects[0].get('__typename')) in {types}"
            if _names_sent(entry):
                # Under an interface's name, objects of several types are one representation.
                each = f"any(o.get('__typename') in {types} for o in objects)"
                own = f"(result['__typename'] in {types} if '__typename' in result else {each})"
            with self.code.block(f"if {own}:"):
                self.walk(below, "result", 0)
        self.walk(untyped, "result", 0)

    def walk(self, walk: _Walk, read: str, depth: int) -> None:
        """Write the steps from the value that `read` reads."""
        for step, below in walk.below.items():
            if isinstance(step, TypeStep):
                types = self.code.constant("types_", step.types)
                with self.code.block(f"if {read}.get('__typename') in {types}:"):
                    self.walk(below, read, depth)
            elif step == "@":
                with self.code.block(f"if {read}.__class__ is list:"):
                    position, item = f"i{depth}", f"v{depth}"
                    is_place = any(stand.shared_by for stand in below.stands)
                    head = (
                        f"{position}, {item} in enumerate({read})"
                        if is_place
                        else f"{item} in {read}"
                    )
                    with self.code.block(f"for {head}:"):
                        self.arrive(below, read, position, depth)
            else:
                self.code.line(f"v{depth} = {read}.get({step!r})")
                self.arrive(below, read, repr(step), depth)

    def arrive(self, walk: _Walk, container: str, key: str, depth: int) -> None:
        """At `v{depth}`, which is `container[key]`: collect it, and go on below."""
        value = f"v{depth}"
        self.code.line("pass")
        if "@" in walk.below:
            lists = _Walk()
            lists.below = {"@": walk.below["@"]}
            self.walk(lists, value, depth + 1)
        objects = _Walk()
        objects.below = {step: each for step, each in walk.below.items() if step != "@"}
        if walk.stands or objects.below:
            with self.code.block(f"if {value}.__class__ is dict:"):
                for stand in walk.stands:
                    self.collect(stand, value, f"{container}[{key}]")
                self.walk(objects, value, depth + 1)

    def collect(self, stand: Stand, value: str, place: str) -> None:
        code = self.code
        collect = f"stands[{stand.number}].append({value})"
        if stand.has_many_bringers:
            seen = f"run.seen[{stand.number}]"
            with code.block(f"if id({value}) not in {seen}:"):
                code.line(f"{seen}.add(id({value}))")
                code.line(collect)
        elif stand.shared_by:
            self.collect_shared(stand, value, place)
        else:
            code.line(collect)

    def collect_shared(self, stand: Stand, value: str, place: str) -> None:
        code, names = self.code, stand.shared_by or ()
        parts = [f"k{number}" for number in range(len(names))]
        checks = [f"len({value}) == {len(names)}"]
        checks += [
            f"({part} := {value}.get({name!r})).__class__ in plain"
            for part, name in zip(parts, names, strict=True)
        ]
        key = parts[0] if len(parts) == 1 else f"({', '.join(parts)})"
        memo = self.memos.get(names_of(stand.steps))
        with code.block(f"if {' and '.join(checks)}:"):
            code.line(f"equal = equal_{stand.number}.setdefault({key}, {value})")
            with code.block(f"if equal is {value}:"):
                code.line(f"stands[{stand.number}].append({value})")
            with code.block("else:"):
                code.line(f"{place} = equal")
                if memo is not None:
                    code.line(f"run.is_shared[{memo}] = True")
        with code.block("else:"):
            code.line(f"stands[{stand.number}].append({value})")


def _names_sent(entry: EntityEntry) -> tuple[str, ...]:
    """The interfaces' names by which representations go, in place of their objects' own."""
    names = {each.typename for each in entry.representations if each.typename is not None}
    return tuple(sorted(names))
