"""What the other services are told of a patient: names and states, never documents or contacts."""

from collections.abc import Mapping
from typing import Any

from subgraphs.patients.domain.patient import PatientStatus

Snapshot = Mapping[str, Any]
"""A version of a registration as JSON values, by field."""

_BY_STATUS = {
    PatientStatus.ACTIVE: "PatientReactivated",
    PatientStatus.INACTIVE: "PatientDeactivated",
    PatientStatus.DECEASED: "PatientDeceased",
    PatientStatus.MERGED: "PatientMerged",
    PatientStatus.ANONYMISED: "PatientAnonymised",
}


def event_types(before: Snapshot | None, after: Snapshot) -> list[str]:
    """The events that a new version is for others; none where they need not know."""
    if before is None:
        return ["PatientRegistered"]
    types = []
    if display_name(before) != display_name(after):
        types.append("PatientRenamed")
    if before["status"] != after["status"]:
        unmerged = before["status"] == PatientStatus.MERGED.value
        types.append("PatientUnmerged" if unmerged else _BY_STATUS[PatientStatus(after["status"])])
    return types


def event_payload(after: Snapshot) -> dict[str, Any]:
    """What each event carries: all of what a replica needs, so that any one brings it up to date.

    ``mergedInto`` may have been merged since; a replica follows it.
    """
    return {
        "displayName": display_name(after),
        "status": after["status"],
        "mergedInto": after["merged_into_id"],
    }


def display_name(snapshot: Snapshot) -> str:
    """The name to call the patient by."""
    name: str = snapshot["social_name"] or snapshot["legal_name"]
    return name
