"""One measurement: a load on a gateway for some seconds, and what it cost.

The load comes from `wrk` (in C, so that it is never the bottleneck), with a header of its own
for each request where deduplication is to be defeated.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from benchmarks.worker import pinned

CONNECTIONS = 16
TICKS = os.sysconf("SC_CLK_TCK")
SCRIPT = """
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = [==[%s]==]
local number = 0
function request()
  number = number + 1
  if %s then wrk.headers["authorization"] = "Bearer " .. number end
  return wrk.format(nil, "/graphql")
end
local failed = 0
function response(status, headers, body)
  if status ~= 200 or body:sub(1, 9) ~= '{"data":{' then failed = failed + 1 end
end
function done(summary, latency, requests)
  io.write(string.format("RESULT %%d %%d %%.1f %%.1f %%d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), summary.errors.connect + summary.errors.read
    + summary.errors.write + summary.errors.status + summary.errors.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one run gave: rates in requests per second, times in microseconds, memory in MiB."""

    rate: float
    cpu_us: float
    p50_us: float
    p99_us: float
    memory_mib: float
    upstream_per_request: float
    failed: int


def measure(pid: int, port: int, query: str, *, distinct: bool, seconds: float) -> Measurement:
    """Load a gateway with one query. `distinct` gives each request a header of its own."""
    body = json.dumps({"query": query})
    cpu_before, upstream_before = _cpu_seconds(pid), _served()
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % (body, "true" if distinct else "false"))
        script.flush()
        command = [*pinned(1), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s"]
        command += ["-s", script.name, f"http://127.0.0.1:{port}/graphql"]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)", output)
    if not found:
        raise SystemExit(f"wrk gave no result:\n{output}")
    requests, duration = int(found[1]), int(found[2]) / 1e6
    cpu, upstream = _cpu_seconds(pid) - cpu_before, _served() - upstream_before
    return Measurement(
        rate=requests / duration,
        cpu_us=cpu / max(requests, 1) * 1e6,
        p50_us=float(found[3]),
        p99_us=float(found[4]),
        memory_mib=_memory_mib(pid),
        upstream_per_request=upstream / max(requests, 1),
        failed=int(found[5]),
    )


def _served() -> int:
    with urllib.request.urlopen("http://127.0.0.1:4311/count", timeout=5) as response:
        return int(response.read())


def _processes(pid: int) -> list[int]:
    """The process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(found for child in children for found in _processes(int(child)))]


def _cpu_seconds(pid: int) -> float:
    total = 0
    for process in _processes(pid):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def _memory_mib(pid: int) -> float:
    pages = sum(int(Path(f"/proc/{p}/statm").read_text().split()[1]) for p in _processes(pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
