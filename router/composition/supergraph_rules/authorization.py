"""Data must not leak: who reads a field must be allowed to read what the field is computed from.

Source: "Authorization" in the documentation of federated schemas, on @requires and @fromContext.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from router.composition.contexts import ContextUse, context_holders, context_uses
from router.composition.diagnostics import Findings, Place
from router.composition.facts import SubgraphFacts
from router.composition.field_sets import Selected, read_field_set
from router.composition.merge.merge import MergedGraph
from router.composition.merge.requirements import NOTHING, RequirementReader, Requirements
from router.composition.subgraph_schema import FieldDefinition, TypeDefinition
from router.supergraph.model import Field, InterfaceType, ObjectType


def check_transitive_requirements(merged: MergedGraph, findings: Findings) -> None:
    """Report each field that needs data which its own readers may not be allowed to read."""
    reader = RequirementReader.of(merged.draft.links)
    if not reader.names:
        return
    checker = _Checker(merged, reader, findings)
    for facts in merged.merging.subgraphs:
        for holder, role, selections in _needs(facts):
            checker.check(holder, role, selections)
        for field, context, _ in _contexts(facts):
            checker.check_context(field, context)


def _needs(
    facts: SubgraphFacts,
) -> Iterator[tuple[FieldDefinition, str, Sequence[Selected]]]:
    for applied in facts.with_role("requires"):
        assert isinstance(applied.holder, FieldDefinition)
        yield applied.holder, "@requires", applied.field_set.selections
    for field, holder, use in _contexts(facts):
        chosen = read_field_set(facts.schema, holder.name, use.selection)
        yield field, "@fromContext", chosen.selections


def _contexts(
    facts: SubgraphFacts,
) -> Iterator[tuple[FieldDefinition, TypeDefinition, ContextUse]]:
    """Yield each field with each type that a context of its arguments is set on."""
    holders = context_holders(facts.schema)
    for definition in facts.schema.types.values():
        for field in definition.fields.values():
            for use in context_uses(field):
                for holder in holders.get(use.context or "", ()):
                    yield field, holder, use


@dataclass(slots=True)
class _Checker:
    merged: MergedGraph
    reader: RequirementReader
    findings: Findings

    def check(self, holder: FieldDefinition, role: str, selections: Sequence[Selected]) -> None:
        own = self._of_type(holder.parent) & self._of_field(holder.parent, holder.name)
        for selected in _all(selections):
            needed = self._of_field(selected.parent.name, selected.field.name)
            if not own.cover(needed):
                self._report(holder, selected.field.coordinate, role, self._places(selected))
                return

    def check_context(self, holder: FieldDefinition, context: TypeDefinition) -> None:
        """Who gets a value from an object must be allowed to see the object."""
        own = self._of_type(holder.parent) & self._of_field(holder.parent, holder.name)
        if not own.cover(self._of_type(context.name)):
            self._report(holder, context.name, "@fromContext", [context.place()])

    def _report(
        self, holder: FieldDefinition, needed: str, role: str, places: Iterable[Place]
    ) -> None:
        self.findings.error(
            "MISSING_TRANSITIVE_AUTH_REQUIREMENTS",
            f"[{holder.subgraph}] {holder.coordinate} is computed from {needed} by {role}, and"
            " asks less of who reads it.",
            [holder.place(), *places],
            coordinate=holder.coordinate,
            suggestion=f"Put on {holder.coordinate} the @authenticated, @requiresScopes or"
            f" @policy of {needed}.",
        )

    def _places(self, selected: Selected) -> list[Place]:
        return [
            definition.fields[selected.field.name].place()
            for definition in self.merged.merging.definitions.get(selected.parent.name, ())
            if selected.field.name in definition.fields
        ]

    def _of_type(self, name: str) -> Requirements:
        named = self.merged.draft.types.get(name)
        return NOTHING if named is None else self.reader.read(named.directives)

    def _of_field(self, parent: str, name: str) -> Requirements:
        """What the field asks, and the type that it returns."""
        field = self._field(parent, name)
        if field is None:
            return NOTHING
        return self.reader.read(field.directives) & self._of_type(field.type.name)

    def _field(self, parent: str, name: str) -> Field | None:
        named = self.merged.draft.types.get(parent)
        return named.fields.get(name) if isinstance(named, ObjectType | InterfaceType) else None


def _all(selections: Iterable[Selected]) -> Iterator[Selected]:
    for selected in selections:
        yield selected
        yield from _all(selected.selections)
