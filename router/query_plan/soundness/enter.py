"""Run a fetch in the abstract: what it sends must be there, and what it selects is then there."""

from __future__ import annotations

from dataclasses import dataclass

from router.query_plan.parts import EntityEntry, Fetch, Representation
from router.query_plan.soundness.answer import Answer, Asking, Stand
from router.query_plan.soundness.choice import Choice, decide, holds
from router.query_plan.soundness.facts import Facts


@dataclass(frozen=True, slots=True)
class Run:
    """A fetch on its way: `known` are the fetches that it waits for, with all they wait for."""

    answer: Answer
    fetch: Fetch
    graph: str
    known: frozenset[int]
    choice: Choice

    def run(self) -> None:
        """Lay what the fetch selects into the tree, noting what is wrong."""
        if not self.fetch.entries:
            selections = decide(self.fetch.selections, self.choice)
            by = Asking(self.fetch.id, self.graph, {}, {})
            for position in self.fetch.positions:
                for stand, types in self.answer.walk(position, self.known):
                    self.answer.lay(stand, types, selections, by)
        for entry in self.fetch.entries:
            # Where nothing is left to select, no representation can be made and none is sent.
            is_wanted = any(one.selections for one in decide(entry.selections, self.choice))
            if is_wanted and holds(entry.conditions, self.choice):
                self._enter(entry)

    def _enter(self, entry: EntityEntry) -> None:
        for position in entry.positions:
            for stand, types in list(self.answer.walk(position, self.known)):
                for representation in entry.representations:
                    self._represent(entry, representation, stand, types)

    def _represent(
        self, entry: EntityEntry, how: Representation, stand: Stand, types: frozenset[str]
    ) -> None:
        answer, facts = self.answer, self.answer.facts
        is_told = any(not facts.is_opaque_name(name) for name in how.types)
        tellers = stand.tellers if is_told else stand.tellers | stand.names
        if not tellers & self.known:
            answer.problems.append(
                f"Fetch {self.fetch.id} needs a __typename that is not there yet."
            )
        for type_name in sorted(_covered(facts, how.types, types)):
            sent = answer.carried(stand, type_name, how.selections, self.known)
            if not facts.has_key(self.graph, how.typename or type_name, sent):
                answer.problems.append(
                    f"Fetch {self.fetch.id} enters {self.graph} at {type_name} without a key."
                )
            by = Asking(self.fetch.id, self.graph, sent, {})
            selections = decide(entry.selections, self.choice)
            answer.lay(stand, frozenset({type_name}), selections, by)
        if how.typename is not None and not facts.is_opaque(self.graph, how.typename):
            # A subgraph that has the interface says which types there are.
            stand.seen.append(facts.possible_in(self.graph, how.typename))


def _covered(facts: Facts, represented: frozenset[str], standing: frozenset[str]) -> frozenset[str]:
    concrete = frozenset[str]().union(*(facts.possible(name) for name in represented))
    return concrete & standing
