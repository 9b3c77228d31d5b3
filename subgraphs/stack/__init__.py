"""The whole clinic network on one machine: every service and the router, started and stopped together."""
