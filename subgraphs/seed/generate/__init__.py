"""From a plan to people, clinics, visits, notes and bills: pure, and the same for the same plan."""
