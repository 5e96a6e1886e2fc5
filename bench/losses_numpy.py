#!/usr/bin/env python3
"""The peer of row 1: numpy (Debian's), float64, Generator(PCG64), one thread.   losses_numpy.py REGISTER.json TRIALS MODE [ROUNDS [BLOCK]]
  repeat   the textbook: counts of each trial, np.repeat, bincount; the sum of each year only
  split    event splitting, as the engine does: K ~ Poisson(rate × trials of a block), each event into a trial at random; the sum only
  both     the same, with the plan (a binomial part of the same events, scaled) and the tail contributions of both
  full     the textbook with a matrix risks × trials, the plan by thinning the same draws, tail contributions out of the matrix
What is timed begins after the register was read and numpy loaded, and ends with the sums, VaR and TVaR. Prints one line of JSON; of several rounds all times."""
import json, resource, sys, time
import numpy as np
from register_make import lognormal

TAIL = 0.99


def read(path):
    with open(path) as f:
        doc = json.load(f)
    risks, plan = doc["risks"], {c["risk"]: c for c in doc["plans"][0]["controls"]}
    mu, sigma = lognormal(np.array([r["loss"]["low"] for r in risks]), np.array([r["loss"]["high"] for r in risks]))
    keeps = [plan[r["id"]] for r in risks]
    return list(zip([r["frequency"]["rate"] for r in risks], mu.tolist(), sigma.tolist(), [k["keeps_events"] for k in keeps], [k["keeps_size"] for k in keeps]))


def severities(g, mu, sigma, n, buffer):
    x = buffer[:n]
    g.standard_normal(out=x)
    x *= sigma
    x += mu
    return np.exp(x, out=x)


def var_tvar(total, p=TAIL):
    n = len(total)
    k = int(np.ceil(p * n))
    top = np.partition(total, k - 1)[k - 1:]
    return float(top[0]), float((top[1:].sum() + (k - p * n) * top[0]) / ((1 - p) * n))


def repeat(risks, trials, g, _):
    total, index = np.zeros(trials), np.arange(trials)
    buffer = np.empty(int(max(r[0] for r in risks) * trials * 1.1) + 1000)
    for rate, mu, sigma, _, _ in risks:
        counts = g.poisson(rate, trials)
        x = severities(g, mu, sigma, int(counts.sum()), buffer)
        total += np.bincount(np.repeat(index, counts), weights=x, minlength=trials)
    return {"total": total}


def split(risks, trials, g, block):
    total = np.zeros(trials)
    buffer = np.empty(int(max(r[0] for r in risks) * block * 1.2) + 1000)
    for start in range(0, trials, block):
        part = total[start:start + block]
        n = len(part)
        for (rate, mu, sigma, _, _), k in zip(risks, g.poisson([r[0] * n for r in risks]).tolist()):
            x = severities(g, mu, sigma, k, buffer)
            part += np.bincount(g.integers(0, n, k), weights=x, minlength=n)
    return {"total": total}


def both(risks, trials, g, block):
    """Contributions without a matrix of all trials: of each block only the columns that may lie in the tail are kept. The first block says where it may begin; it is the
    97 % point of that block for a tail of 1 %, and the assertion holds that it was low enough."""
    totals, kept, bound = [np.zeros(trials), np.zeros(trials)], [[], []], [0.0, 0.0]
    buffer = np.empty(int(max(r[0] for r in risks) * block * 1.2) + 1000)
    rows = [np.empty((len(risks), min(block, trials))) for _ in totals]
    for start in range(0, trials, block):
        n = min(block, trials - start)
        counts = g.poisson([r[0] * n for r in risks])
        remain = g.binomial(counts, [r[3] for r in risks])
        for i, ((_, mu, sigma, _, size), k, after) in enumerate(zip(risks, counts.tolist(), remain.tolist())):
            x, at = severities(g, mu, sigma, k, buffer), g.integers(0, n, k)
            rows[0][i, :n] = np.bincount(at, weights=x, minlength=n)
            x = x[:after]
            x *= size
            rows[1][i, :n] = np.bincount(at[:after], weights=x, minlength=n)
        for c in range(2):
            total = rows[c][:, :n].sum(axis=0, out=totals[c][start:start + n])
            if start == 0:
                bound[c] = np.partition(total, int(0.97 * n))[int(0.97 * n)]
            columns = np.flatnonzero(total >= bound[c])
            kept[c].append((total[columns], rows[c][:, columns]))
    parts = []
    for c in range(2):
        value = var_tvar(totals[c])[0]
        assert value >= bound[c]
        tail = np.concatenate([columns[:, t >= value] for t, columns in kept[c]], axis=1)
        parts.append(tail.mean(axis=1))
    return {"total": totals[0], "after": totals[1], "parts": parts}


def full(risks, trials, g, _):
    matrix, after, index = np.zeros((len(risks), trials)), np.zeros(trials), np.arange(trials)
    buffer = np.empty(int(max(r[0] for r in risks) * trials * 1.1) + 1000)
    for i, (rate, mu, sigma, keep, size) in enumerate(risks):
        counts = g.poisson(rate, trials)
        n = int(counts.sum())
        at, x = np.repeat(index, counts), severities(g, mu, sigma, n, buffer)
        matrix[i] = np.bincount(at, weights=x, minlength=trials)
        stay = g.random(n) < keep
        after += np.bincount(at[stay], weights=x[stay] * size, minlength=trials)
    total = matrix.sum(axis=0)
    parts = matrix[:, total >= var_tvar(total)[0]].mean(axis=1)
    return {"total": total, "after": after, "parts": [parts]}


MODES = {"repeat": repeat, "split": split, "both": both, "full": full}


def main(path, trials, mode, rounds=1, block=16384):
    risks, trials, block, walls, cpus = read(path), int(trials), int(block), [], []
    for i in range(int(rounds)):
        g = np.random.Generator(np.random.PCG64([1, i]))
        wall, cpu = time.perf_counter(), time.process_time()
        out = MODES[mode](risks, trials, g, block)
        value, tail = var_tvar(out["total"])
        if "after" in out:
            var_tvar(out["after"])
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    say = {"mode": mode, "risks": len(risks), "trials": trials, "block": block, "wall": walls, "cpu": cpus, "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
           "mean": float(out["total"].mean()), "sd": float(out["total"].std(ddof=1)), "var99": value, "tvar99": tail, "numpy": np.__version__}
    if "after" in out:
        say["after_mean"] = float(out["after"].mean())
    if "parts" in out:
        say["parts_sum"] = [float(p.sum()) for p in out["parts"]]
    print(json.dumps(say))


if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[3] not in MODES:
        raise SystemExit(__doc__)
    main(*sys.argv[1:6])
