"""What was found, for people and for programs."""

from collections.abc import Iterator

import orjson

from subgraphs.reconcile.finding import Drift, Finding
from subgraphs.reconcile.reconciliation import Reconciliation

SHOWN = 5


def as_text(found: Reconciliation) -> str:
    """Each kind of drift with its meaning, some of the places, and what to do."""
    if not found.findings:
        return f"The services agree: {found.rows:,} rows were compared."
    blocks = ["\n".join(_block(drift, some)) for drift, some in _by_drift(found)]
    last = f"{len(found.findings):,} places in {found.rows:,} rows do not agree."
    return "\n\n".join([*blocks, last])


def as_json(found: Reconciliation) -> str:
    """The same as JSON, all places included."""
    content = {
        "rows": found.rows,
        "drift": [
            {
                "kind": drift.name,
                "count": len(some),
                "meaning": drift.meaning,
                "remedy": drift.remedy,
                "places": [
                    {"service": one.service, "reference": one.reference, "detail": one.detail}
                    for one in some
                ],
            }
            for drift, some in _by_drift(found)
        ],
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode()


def _by_drift(found: Reconciliation) -> Iterator[tuple[Drift, list[Finding]]]:
    for drift in Drift:
        if some := [finding for finding in found.findings if finding.drift is drift]:
            yield drift, some


def _block(drift: Drift, findings: list[Finding]) -> Iterator[str]:
    yield f"{drift.name}: {len(findings):,}"
    yield f"  {drift.meaning}"
    for finding in findings[:SHOWN]:
        detail = f" ({finding.detail})" if finding.detail else ""
        yield f"    {finding.service}: {finding.reference}{detail}"
    if len(findings) > SHOWN:
        yield f"    and {len(findings) - SHOWN:,} more; --format json shows all"
    yield f"  {drift.remedy}"
