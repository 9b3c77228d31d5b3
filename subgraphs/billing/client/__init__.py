"""The services that billing asks: appointments, and the health plan."""
