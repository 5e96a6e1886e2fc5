"""Shared by rows 1 and 2: the python that has the peers, runs of them and of the programs beside them, and how they are summed up. A peer that is not installed is asked for by name."""
import json, os, statistics, subprocess, sys
from common import ROOT

PACKAGES = "python3-numpy python3-scipy python3-networkx python3-igraph"


def python():
    """The first python with the peers: this one, or Debian's."""
    for program in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([program, "-c", "import numpy, scipy, networkx, igraph"], capture_output=True).returncode == 0:
            return program
    raise ImportError(f"rows 1 and 2 compare with Debian's peers: apt-get install {PACKAGES}")


def ran(*command):
    # One thread each, also in what numpy might call.
    r = subprocess.run([str(c) for c in command], capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
    if r.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: {r.stderr[-2000:]}")
    return json.loads(r.stdout)


def peer(name, *words):
    return ran(python(), os.path.join(ROOT, "bench", name), *words)


def program(name):
    build = os.path.join(ROOT, "build")
    subprocess.run(["ninja", "-C", build, "--quiet", name], check=True)
    return os.path.join(build, name)


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values), "n": len(values)}


def ratio(slow, fast):
    """(by the medians, by the best)"""
    return statistics.median(slow) / statistics.median(fast), min(slow) / min(fast)
