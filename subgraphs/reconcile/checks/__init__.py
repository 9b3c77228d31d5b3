"""What is compared: one file per subject, and the list of all."""

from collections.abc import Sequence

from subgraphs.reconcile.check import Check
from subgraphs.reconcile.checks.cards import CARDS
from subgraphs.reconcile.checks.charges import CHARGES
from subgraphs.reconcile.checks.invoices import INVOICES
from subgraphs.reconcile.checks.patients import PATIENTS
from subgraphs.reconcile.checks.visits import VISITS

CHECKS: Sequence[Check] = (*PATIENTS, *VISITS, *CHARGES, *INVOICES, *CARDS)
