"""Who may what in billing, as the schema's directives say it, and whose money one sees."""

from strawberry.federation.schema_directives import Authenticated, RequiresScopes

from subgraphs.kit.auth.actor import Actor

SIGNED_IN = Authenticated()
READ = RequiresScopes(scopes=[["billing:read"]])
WRITE = RequiresScopes(scopes=[["billing:write"]])
CANCEL = RequiresScopes(scopes=[["billing:cancel"]])
CARDS = RequiresScopes(scopes=[["billing:write"], ["patient:write"]])
"""Cards are read out at reception, where patients are registered."""
PLAN = RequiresScopes(scopes=[["billing:write"], ["appointment:write"]])
"""Whoever books or requests a procedure may ask the plan about it."""

READERS = [["billing:read"]]
ASKERS = [["billing:read"], ["appointment:write"]]
"""Who learns what a plan said: billing, and whoever books or requests procedures."""

_STAFF = frozenset({"patient:read", "billing:read"})


def sees(actor: Actor, patient_ids: list[str]) -> bool:
    """Whether what a patient owes and is insured by is for this actor's eyes.

    Staff who read patients see all of them; a patient what is the patient's own, under whichever of
    these ids the patient is registered.
    """
    if not actor.authenticated:
        return True  # The schema refuses them the field, with an error that says so.
    return bool(_STAFF & actor.scopes) or actor.patient_id in patient_ids
