"""Billing (faturamento): prices, coverages, invoices, payments, and what the health plan owes."""
