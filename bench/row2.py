"""Row 2: cascades. Nets of 100,000 nodes and 1,000,000 edges (bench/net_make.py), the same hits for the engine and its peers, in turns, one thread, CPU time; the bound of one load and one OR for each edge
and 512 scenarios in the same process. The failed sets must be the same."""
import os, subprocess
from common import OUT, ROOT, publish
from peers import peer, program, python, ran, spread

NETS = {"S": (("networkx", 400), ("plain", 400)), "M": (("networkx", 30), ("plain", 30)), "L": (("networkx", 16), ("igraph", 48), ("igraph-all", 48), ("scipy", 64))}
SCENARIOS = {"S": 2048, "M": 1024, "L": 2048}  # of the engine
ENGINES = ("pilot", "events", "sweeps", "work")


def made(kind, nodes):
    os.makedirs(OUT, exist_ok=True)
    path = os.path.join(OUT, f"net{kind}{nodes}.bin")
    subprocess.run([python(), os.path.join(ROOT, "bench", "net_make.py"), kind, path, str(nodes)], check=True, capture_output=True)
    return path


def agree(engine, path, peers):
    """Over the scenarios of each peer every engine must have failed every node as often."""
    for p in peers:
        sums = ran(engine, path, p["scenarios"], 1)["sums"]
        assert set(sums) == {p["sum"]}, (p["peer"], p["sum"], sums)


def measured(kind, nodes, rounds, engine):
    path, peers, runs = made(kind, nodes), {name: [] for name, _ in NETS[kind]}, []
    for _ in range(rounds):
        for name, count in NETS[kind]:
            peers[name].append(peer("cascade_peers.py", path, name, count))
        runs.append(ran(engine, path, SCENARIOS[kind], 4, *(["singles"] if kind == "L" else [])))
    agree(engine, path, [p[0] for p in peers.values()])
    a_scenario = {e: spread([1000 * s / r["scenarios"] for r in runs for s in r[e]]) for e in ENGINES}
    return {"net": kind, "edges": runs[0]["edges"], "scenarios": runs[0]["scenarios"], "failed": runs[0]["failed"], "peer_ms": {n: spread([p["ms_per_scenario"] for p in l]) for n, l in peers.items()},
            "versions": {k: peers["networkx"][0][k] for k in ("networkx", "igraph", "scipy", "numpy")}, "engine_ms": a_scenario, "runs": runs}


def of_bound(r):
    """CPU of the whole run ÷ (edges × batches of 512 × the bound measured in the same round)."""
    batches = -(-r["scenarios"] // 512)
    return {e: spread([s / (r["edges"] * batches * ns / 1e9) for run in r["runs"] for s, ns in zip(run[e], run["bound_ns"][:len(run[e])])]) for e in ENGINES}


def lines_of(r):
    best = min(ENGINES, key=lambda e: r["engine_ms"][e]["median"])
    out = [f"net {r['net']}, {r['edges']:,} edges, {r['failed']:.1f} failed a scenario, {r['scenarios']:,} scenarios: CPU a scenario " + ", ".join(f"{e} {r['engine_ms'][e]['median'] * 1000:.1f} µs" for e in ENGINES) + f"; best {best}; "
           + ", ".join(f"{n} {p['median']:.2f} ms ({p['median'] / r['engine_ms']['pilot']['median']:.0f} × the pilot's)" for n, p in r["peer_ms"].items())]
    if r["net"] == "L":
        b = of_bound(r)
        bounds = spread([ns for run in r["runs"] for ns in run["bound_ns"]])
        singles = spread([s for run in r["runs"] for s in run["singles_s"]])
        out += [f"net L against one load and OR for each edge and 512 scenarios ({bounds['median']:.2f} ns, {bounds['min']:.2f} to {bounds['max']:.2f}): pilot {b['pilot']['median']:.2f} ×, sweeps {b['sweeps']['median']:.2f} ×, "
                f"work {b['work']['median']:.2f} × (goal ≤ 3 ×); igraph at its best ÷ pilot: {min(r['peer_ms'][n]['median'] for n in ('igraph', 'igraph-all')) / r['engine_ms']['pilot']['median']:.0f} × (goal ≥ 100 ×)",
                f"all single failures of net L: {singles['median']:.3f} s of CPU, {singles['min']:.3f} to {singles['max']:.3f} (goal < 0.5 s)"]
    return out + [f"net {r['net']}: plan worked out once in {r['runs'][0]['plan_s'] * 1000:.0f} ms; {r['runs'][0]['peak_mb']:.0f} MB at most, {r['runs'][0]['input_mb']:.0f} MB of it the net as read"]


def run(nodes=100000, rounds=2):
    engine = program("bench_cascade")
    results = [measured(kind, nodes, rounds, engine) for kind in NETS]
    publish("2", {"results": results, "of_bound": {r["net"]: of_bound(r) for r in results}}, [line for r in results for line in lines_of(r)])
