"""Appointments: who sees whom, where and when. Port 5002."""
