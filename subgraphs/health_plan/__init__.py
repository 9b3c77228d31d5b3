"""The insurer, simulated: a plain HTTP service that answers as a Brazilian health plan would."""
