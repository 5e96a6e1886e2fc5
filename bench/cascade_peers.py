#!/usr/bin/env python3
"""The peers of row 2, one thread: the same net and the same hits (bench/net_make.py).   cascade_peers.py FILE PEER [SCENARIOS]
  networkx       a loop over DiGraph.succ with counts of failed suppliers
  plain          the same over Python lists
  igraph         OR nets only: every scenario a vertex of its own that points at what it hits, one search by breadth from it (subcomponent, out), in C
  igraph-all     so, all scenarios in one call (neighborhood of any order)
  igraph-hits    so, one search for every hit, the sets united (the first way one thinks of)
  scipy          64 scenarios side by side: a sparse matrix times a dense one until nothing changes, float32
Building the graph is not timed. Prints one line of JSON: CPU time, failed nodes, and a check sum of how often each node failed, which all peers and the engine must share."""
import json, resource, sys, time
from collections import deque
import numpy as np
import net_make


def consumers(n):
    """Edges the other way round: (first, nodes that need v)."""
    node = np.repeat(np.arange(len(n["k"])), np.diff(n["first"].astype(np.int64)))
    order = np.argsort(n["suppliers"], kind="stable")
    return np.concatenate([[0], np.cumsum(np.bincount(n["suppliers"], minlength=len(n["k"])))]), node[order]


def hits_of(n, s):
    return n["hit"][n["of"][s]:n["of"][s + 1]].tolist()


def spread(of, k, hits):
    """The least failed set: of[v] are those that need v."""
    failed, count, queue = set(hits), {}, deque(hits)
    while queue:
        for v in of[queue.popleft()]:
            if v not in failed:
                c = count[v] = count.get(v, 0) + 1
                if c >= k[v]:
                    failed.add(v)
                    queue.append(v)
    return failed


def networkx(n):
    import networkx as nx
    first, of = consumers(n)
    g = nx.DiGraph()
    g.add_nodes_from(range(len(n["k"])))
    g.add_edges_from(zip(np.repeat(np.arange(len(n["k"])), np.diff(first)).tolist(), of.tolist()))
    k = n["k"].tolist()
    return lambda s: [spread(g.succ, k, hits_of(n, x)) for x in range(s)]


def plain(n):
    first, of = consumers(n)
    first, of, k = first.tolist(), of.tolist(), n["k"].tolist()
    lists = [of[first[v]:first[v + 1]] for v in range(len(k))]
    return lambda s: [spread(lists, k, hits_of(n, x)) for x in range(s)]


def igraph_graph(n, scenarios):
    import igraph
    nodes = len(n["k"])
    assert (n["k"] <= 1).all(), "OR nets only"
    node = np.repeat(np.arange(nodes), np.diff(n["first"].astype(np.int64)))
    to = n["hit"][:n["of"][scenarios]]
    source = nodes + np.repeat(np.arange(scenarios), np.diff(n["of"][:scenarios + 1].astype(np.int64)))
    pairs = np.stack([np.concatenate([n["suppliers"], source]), np.concatenate([node, to])], axis=1)
    return igraph.Graph(nodes + scenarios, pairs.tolist(), directed=True), nodes


def igraph(n, scenarios):
    g, nodes = igraph_graph(n, scenarios)
    return lambda s: [g.subcomponent(nodes + x, mode="out") for x in range(s)]


def igraph_all(n, scenarios):
    g, nodes = igraph_graph(n, scenarios)
    return lambda s: g.neighborhood(list(range(nodes, nodes + s)), order=nodes, mode="out")


def igraph_hits(n, scenarios):
    g, _ = igraph_graph(n, scenarios)
    return lambda s: [set().union(*(g.subcomponent(v, mode="out") for v in hits_of(n, x))) for x in range(s)]


def scipy(n):
    from scipy.sparse import csr_matrix
    nodes, need = len(n["k"]), np.where(n["k"] > 0, n["k"], np.inf).astype(np.float32)[:, None]
    a = csr_matrix((np.ones(len(n["suppliers"]), np.float32), n["suppliers"].astype(np.int32), n["first"].astype(np.int32)), (nodes, nodes))

    def batch(b, e):
        x = np.zeros((nodes, e - b), np.float32)
        x[n["hit"][n["of"][b]:n["of"][e]], np.repeat(np.arange(e - b), np.diff(n["of"][b:e + 1].astype(np.int64)))] = 1
        had = -1
        while had != (had := int(np.count_nonzero(x))):
            np.maximum(x, (a @ x) >= need, out=x)
        return [np.flatnonzero(x[:, i]) for i in range(e - b)]
    return lambda s: [set_ for b in range(0, s, 64) for set_ in batch(b, min(b + 64, s))]


PEERS = {"networkx": networkx, "plain": plain, "igraph": igraph, "igraph-all": igraph_all, "igraph-hits": igraph_hits, "scipy": scipy}


def checksum(failed):
    """FNV-1a over how often each node failed, low numbers first."""
    h = 0xcbf29ce484222325
    for c in failed.tolist():
        h = (h ^ c) * 0x100000001b3 & 0xffffffffffffffff
    return f"{h:016x}"


def versions():
    import igraph as i, networkx as x, scipy as s
    return {"networkx": x.__version__, "igraph": i.__version__, "numpy": np.__version__, "scipy": s.__version__}


def main(path, peer, scenarios=None):
    n = net_make.read(path)
    scenarios = min(int(scenarios or 100), len(n["of"]) - 1)
    run = PEERS[peer](n, scenarios) if peer.startswith("igraph") else PEERS[peer](n)
    wall, cpu = time.perf_counter(), time.process_time()
    sets = run(scenarios)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    failed = np.zeros(len(n["k"]), np.int64)
    for s in sets:
        at = np.fromiter(s, np.int64, len(s))
        failed[at[at < len(failed)]] += 1
    print(json.dumps({"peer": peer, "scenarios": scenarios, "wall": wall, "cpu": cpu, "ms_per_scenario": 1000 * cpu / scenarios, "failed": int(failed.sum()) / scenarios, "sum": checksum(failed),
                      "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1), **versions()}))


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[2] not in PEERS:
        raise SystemExit(__doc__)
    main(*sys.argv[1:4])
