"""Patients: who they are, found in a moment, registered once."""
