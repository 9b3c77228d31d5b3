"""The whole network on one machine: every service and the router, started and stopped as one."""
