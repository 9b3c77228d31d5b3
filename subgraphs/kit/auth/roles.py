"""The roles in a clinic network, and the scopes that each carries.

The issuer writes the scopes into the token. A token of another issuer that names roles alone gets
the scopes from this table.
"""

from collections.abc import Iterable, Mapping
from enum import Enum

INTERNAL = "subgraph:internal"
"""The scope of the router and of services: ``_entities``, and what is ``@inaccessible``.

No person has it. A request that comes by the router has it beside the scopes of the token.
"""


class Role(Enum):
    """What somebody is in the network."""

    PHYSICIAN = "physician"
    NURSE = "nurse"
    RECEPTION = "reception"
    BILLING_CLERK = "billing_clerk"
    MANAGER = "manager"
    PRIVACY_OFFICER = "privacy_officer"
    AUDITOR = "auditor"
    PATIENT = "patient"
    SERVICE = "service"


_SCOPES: Mapping[Role, str] = {
    Role.PHYSICIAN: (
        "patient:read appointment:read appointment:write appointment:overbook"
        " record:read record:write record:sign record:sensitive"
    ),
    Role.NURSE: (
        "patient:read patient:write appointment:read appointment:write record:read record:write"
    ),
    Role.RECEPTION: "patient:read patient:write appointment:read appointment:write billing:read",
    Role.BILLING_CLERK: ("patient:read appointment:read billing:read billing:write billing:cancel"),
    Role.MANAGER: (
        "patient:read patient:write patient:merge appointment:read appointment:write"
        " appointment:overbook agenda:manage"
        " billing:read billing:write billing:cancel"
    ),
    Role.PRIVACY_OFFICER: "patient:read audit:read privacy:officer",
    Role.AUDITOR: "patient:read appointment:read billing:read audit:read",
    # What else is the patient's own is for anyone authenticated to ask, and the services give a
    # patient nothing of another.
    Role.PATIENT: "record:own",
    # No record:read: a service never reads what is clinical.
    Role.SERVICE: (
        f"patient:read patient:write appointment:read billing:read event:read {INTERNAL}"
    ),
}


def scopes_of(roles: Iterable[str]) -> frozenset[str]:
    """The scopes of these roles together; a role that is not known carries none."""
    known = {role.value: scopes for role, scopes in _SCOPES.items()}
    return frozenset(scope for role in roles for scope in known.get(role, "").split())
