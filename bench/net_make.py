#!/usr/bin/env python3
"""The nets of row 2.   net_make.py S|M|L FILE [NODES [SUPPLIERS [SCENARIOS]]]
Every node has about SUPPLIERS suppliers (10), low numbers far more often; it fails with any one of them (OR) or, the others, when the majority has failed.
  S  loops allowed, 8 % OR     M  loops allowed, 12 % OR     L  only lower numbers as suppliers, all OR
Each scenario hits every node with 1e-4 (at least one is hit). FILE ending in .json: NET.json with the scenarios as lists. Otherwise arrays, little-endian: "KNET1", zeros to 8 bytes; u64 nodes, edges,
scenarios, hits; u32 first[nodes + 1], suppliers[edges], k[nodes] (0: no needs), of[scenarios + 1], hit[hits]. All peers and the engine read the same file."""
import json, sys
import numpy as np

SEED, CHANCE = 20240902, 1e-4
KINDS = {"S": (0.08, False, 2.5, 10240), "M": (0.12, False, 2.5, 2048), "L": (1.0, True, 3.5, 2048)}  # OR, without loops, skew (supplier = limit × u^skew), scenarios


def edges(g, nodes, count, acyclic, skew):
    """(first, suppliers): no supplier twice, no node its own."""
    node = g.integers(0, nodes, count)
    supplier = (np.where(acyclic, node, nodes) * g.random(count) ** skew).astype(np.int64)
    pairs = np.unique(node[node != supplier] * nodes + supplier[node != supplier])
    node, supplier = pairs // nodes, pairs % nodes
    return np.concatenate([[0], np.cumsum(np.bincount(node, minlength=nodes))]), supplier


def scenarios_of(g, nodes, count):
    n = np.maximum(g.binomial(nodes, CHANCE, count), 1)
    return np.concatenate([[0], np.cumsum(n)]), np.concatenate([g.choice(nodes, k, replace=False) for k in n])


def net(kind, nodes=100000, suppliers=10, scenarios=None):
    share, acyclic, skew, usual = KINDS[kind]
    g = np.random.Generator(np.random.PCG64([SEED, ord(kind)]))
    first, of = edges(g, nodes, nodes * suppliers, acyclic, skew)
    degree = np.diff(first)
    k = np.where(g.random(nodes) < share, np.minimum(degree, 1), np.where(degree > 0, degree // 2 + 1, 0))
    at, hit = scenarios_of(g, nodes, scenarios or usual)
    return {name: a.astype("<u4") for name, a in (("first", first), ("suppliers", of), ("k", k), ("of", at), ("hit", hit))}


def write(n, path):
    with open(path, "wb") as f:
        f.write(b"KNET1".ljust(8, b"\0"))
        np.array([len(n["k"]), len(n["suppliers"]), len(n["of"]) - 1, len(n["hit"])], "<u8").tofile(f)
        for name in ("first", "suppliers", "k", "of", "hit"):
            n[name].tofile(f)


def read(path):
    with open(path, "rb") as f:
        assert f.read(8) == b"KNET1".ljust(8, b"\0"), path
        nodes, count, scenarios, hits = (int(x) for x in np.fromfile(f, "<u8", 4))
        return {name: np.fromfile(f, "<u4", size) for name, size in (("first", nodes + 1), ("suppliers", count), ("k", nodes), ("of", scenarios + 1), ("hit", hits))}


def document(n, title):
    first, of, k = n["first"].tolist(), n["suppliers"].tolist(), n["k"].tolist()
    at, hit = n["of"].tolist(), n["hit"].tolist()
    needs = [[{"of": [f"n{u}" for u in of[first[v]:first[v + 1]]], "fails_when": "any" if k[v] == 1 else k[v]}] if k[v] else [] for v in range(len(k))]
    return {"format": "kaname-net/1", "title": title, "nodes": [{"id": f"n{v}", "chance": CHANCE, "needs": needs[v]} for v in range(len(k))],
            "scenarios": [{"id": f"s{s}", "hits": [f"n{v}" for v in hit[at[s]:at[s + 1]]]} for s in range(len(at) - 1)]}


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in KINDS:
        raise SystemExit(__doc__)
    made = net(sys.argv[1], *(int(a) for a in sys.argv[3:6]))
    if sys.argv[2].endswith(".json"):
        with open(sys.argv[2], "w") as out:
            json.dump(document(made, f"net {sys.argv[1]}"), out)
    else:
        write(made, sys.argv[2])
    print(json.dumps({"net": sys.argv[1], "nodes": len(made["k"]), "edges": len(made["suppliers"]), "or": int((made["k"] == 1).sum()), "scenarios": len(made["of"]) - 1, "hits": len(made["hit"])}))
