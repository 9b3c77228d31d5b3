"""What was found, and what each kind of it means."""

from dataclasses import dataclass, field
from enum import Enum


class Drift(Enum):
    """A way in which two services disagree: what it means, and what to do."""

    EVENTS_BEHIND = (
        "Events of another service were not read yet.",
        "Wait, or look at sgm_inbox_failures of the service that reads: can it reach the other?",
    )
    EVENTS_PARKED = (
        "Events could not be handled, and wait to be tried again.",
        "Its table inbox_events says why (`error`); mend that, and they are tried again.",
    )
    PATIENT_NOT_REMEMBERED = (
        "A service does not know of a patient.",
        "Read the feed of patients again from its beginning (`Inbox.forget`).",
    )
    PATIENT_REMEMBERED_WRONG = (
        "What a service remembers of a patient is not so any more.",
        "Read the feed of patients again from its beginning (`Inbox.forget`).",
    )
    PATIENT_OF_NOBODY = (
        "A service remembers a patient whom the patients service does not know.",
        "Was a database restored from an older backup than the others?",
    )
    VISIT_NOT_REMEMBERED = (
        "Records does not know of a visit, so its practitioner is refused the record.",
        "Read the feed of appointments again from its beginning (`Inbox.forget`).",
    )
    VISIT_REMEMBERED_WRONG = (
        "What records remembers of a visit is not so any more.",
        "Read the feed of appointments again from its beginning (`Inbox.forget`).",
    )
    ENCOUNTER_WITHOUT_VISIT = (
        "An encounter was opened from a visit that there is not.",
        "Was a database restored from an older backup than the others?",
    )
    VISIT_NOT_CHARGED = (
        "A visit took place, and nothing is charged for it.",
        "Draft its invoice: that writes the charge.",
    )
    REQUEST_NOT_CHARGED = (
        "A signed document requests a procedure that is not among the charges.",
        "Run `planCharges` for its visit.",
    )
    CHARGE_WITHOUT_VISIT = (
        "Something is charged for a visit that there is not.",
        "Give the charge up (`abortCharge`), or call its invoice off.",
    )
    CHARGE_OF_VISIT_NOT_HELD = (
        "Something is charged for a visit that did not take place.",
        "Give the charge up (`abortCharge`), or call its invoice off.",
    )
    CHARGE_WITHOUT_DOCUMENT = (
        "A procedure is charged whose request was struck out, replaced, or never there.",
        "Run `planCharges` for its visit.",
    )
    INVOICE_WITHOUT_VISIT = (
        "An invoice is for a visit that there is not.",
        "Mark it as entered in error.",
    )
    INVOICE_WITHOUT_PATIENT = (
        "An invoice is for a patient whom nobody knows.",
        "Was a database restored from an older backup than the others?",
    )
    INVOICE_OF_ERASED_PATIENT = (
        "An open invoice is for somebody whose data were erased.",
        "Nobody can be asked for the money: call it off, or have it settled by hand.",
    )
    INVOICE_OF_MERGED_PATIENT = (
        "An invoice is for a merged registration, and billing does not know into which.",
        "Read the feed of patients again from its beginning (`Inbox.forget`).",
    )
    CARD_NOT_LINKED = (
        "The patients service does not have a card of billing's among a patient's.",
        "Read the feed of billing again from its beginning (`Inbox.forget`).",
    )
    CARD_WITHOUT_COVERAGE = (
        "The patients service shows a card that billing does not have.",
        "Read the feed of billing again from its beginning (`Inbox.forget`).",
    )

    def __init__(self, meaning: str, remedy: str) -> None:
        self.meaning = meaning
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where two services disagree. It names ids and fields, and no personal datum."""

    drift: Drift
    service: str
    """Whose data are wrong, or missing."""
    reference: str
    """The id of what they are about; between services, whose events."""
    detail: str = field(default="", compare=False)
