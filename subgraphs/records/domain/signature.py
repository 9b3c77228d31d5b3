"""Signing: the exact bytes of a document, their digest, and the chain that ties a record together.

The chain makes a record tamper-evident as a whole: each entry's hash covers the hash before it, so
that a document changed, dropped or put in between later breaks every hash that follows.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from subgraphs.records.domain.document import DocumentKind

CHAIN_ORIGIN = "0" * 64
"""What the first document of a record is chained to."""


class Signer(Protocol):
    """Whoever signs a digest for an author; in law an ICP-Brasil certificate (CFM 2.299/2021)."""

    def sign(self, author_id: str, digest: bytes) -> str:
        """The detached signature of `digest`, as text."""
        ...


@dataclass(frozen=True, slots=True)
class Author:
    """Who signs, as the document must say it: name and council registration."""

    practitioner_id: str
    name: str
    council: str
    """As it is printed: "CRM 123456/SP"."""


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """All that a signature covers."""

    document_id: str
    kind: DocumentKind
    patient_id: str
    encounter_id: str
    author: Author
    signed_at: datetime
    amends_id: str | None
    content: dict[str, Any]

    def canonical_bytes(self) -> bytes:
        """One byte sequence for one meaning: sorted keys, no spaces, UTF-8, UTC (as RFC 8785)."""
        statement = {
            "amends": self.amends_id,
            "author": {
                "council": self.author.council,
                "id": self.author.practitioner_id,
                "name": self.author.name,
            },
            "content": self.content,
            "encounter": self.encounter_id,
            "id": self.document_id,
            "kind": self.kind.value,
            "patient": self.patient_id,
            "signedAt": self.signed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        }
        return json.dumps(
            statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()

    def sha256(self) -> str:
        """The digest of the canonical bytes, in hexadecimal."""
        return hashlib.sha256(self.canonical_bytes()).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One signed document's place in its patient's record."""

    sequence: int
    sha256: str
    chain_sha256: str


def next_link(previous: ChainLink | None, sha256: str) -> ChainLink:
    """The link that ties a document with digest `sha256` to the record's last one."""
    sequence = previous.sequence + 1 if previous else 1
    before = previous.chain_sha256 if previous else CHAIN_ORIGIN
    joined = f"{before}:{sequence}:{sha256}"
    return ChainLink(sequence, sha256, hashlib.sha256(joined.encode()).hexdigest())


def first_broken(links: Iterable[ChainLink]) -> int | None:
    """The sequence number at which a record's chain breaks; None where it is whole."""
    previous: ChainLink | None = None
    for link in links:
        if link != next_link(previous, link.sha256):
            return previous.sequence + 1 if previous else 1
        previous = link
    return None
