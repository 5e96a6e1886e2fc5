"""Row 1: losses. 100 and 1,000 risks × 100,000 trials, before and after a plan, tail contributions of both, against Debian's numpy over the same register, in turns, one thread each, CPU time; and
against the sum of the engine's own primitives in the same process."""
import json, os, subprocess
from common import OUT, ROOT, publish
from peers import peer, program, python, ran, ratio, spread

MODES = ("split", "both", "full")
WAYS = ("both", "without_parts", "before")
TRIALS = 100000


def registers(risks):
    """The register for numpy, and the same numbers for the engine, one line a risk."""
    os.makedirs(OUT, exist_ok=True)
    path = os.path.join(OUT, f"register{risks}")
    text = subprocess.run([python(), os.path.join(ROOT, "bench", "register_make.py"), str(risks)], capture_output=True, text=True, check=True).stdout
    doc = json.loads(text)
    with open(path + ".json", "w") as f:
        f.write(text)
    with open(path + ".txt", "w") as f:
        for r, c in zip(doc["risks"], doc["plans"][0]["controls"]):
            f.write(" ".join(map(repr, (r["frequency"]["rate"], r["loss"]["low"], r["loss"]["high"], c["keeps_events"], c["keeps_size"]))) + "\n")
    return path


def best_block(path, mode, risks):
    """numpy with the size of block that suits it on this machine."""
    tried = {b: min(peer("losses_numpy.py", path + ".json", TRIALS, mode, 2 if risks > 300 else 4, b)["cpu"]) for b in (16384, 32768, TRIALS)}
    return min(tried, key=tried.get)


def measured(risks, rounds, engine):
    path = registers(risks)
    blocks = {m: best_block(path, m, risks) for m in ("split", "both")}
    cpu, last = {m: [] for m in (*MODES, *("engine " + w for w in WAYS))}, {}
    primitives = {w: [] for w in WAYS}
    for _ in range(rounds):
        for m in MODES:
            last[m] = peer("losses_numpy.py", path + ".json", TRIALS, m, 2, blocks.get(m, TRIALS))
            cpu[m].append(min(last[m]["cpu"]))
        last["engine"] = e = ran(engine, path + ".txt", TRIALS, 5)
        for way in WAYS:
            cpu["engine " + way].append(min(e[way]["cpu"]))
            primitives[way] += [run / sum_ for run, sum_ in zip(e[way]["run"], e[way]["primitives"])]
    return {"risks": risks, "trials": TRIALS, "blocks": blocks, "cpu_s": {k: spread(v) for k, v in cpu.items()}, "all": cpu, "last": last, "of_primitives": {w: spread(p) for w, p in primitives.items()}}


def lines_of(r):
    cpu, e, per = r["all"], r["last"]["engine"], r["risks"] * r["trials"] / 1e9
    ns = {k: v["median"] / per for k, v in r["cpu_s"].items()}

    def row(what, goal, slow, fast):
        by_median, by_best = ratio(cpu[slow], cpu[fast])
        return f"{what}: {by_median:.1f} × by the medians, {by_best:.1f} × by the best (goal ≥ {goal} ×)"
    full, split = r["last"]["full"], r["last"]["both"]
    return [
        f"{r['risks']:,} risks × {r['trials']:,} trials, one thread, CPU a risk and trial: engine {ns['engine both']:.2f} ns with before, after and the contributions of both; {ns['engine without_parts']:.2f} without contributions; "
        f"{ns['engine before']:.2f} before only; numpy {ns['both']:.1f} by event splitting, {ns['split']:.1f} before only, {ns['full']:.1f} textbook",
        row("like for like (event splitting, before, after, contributions)", 5, "both", "engine both"),
        row("like for like (event splitting, before only)", 5, "split", "engine before"),
        row("against the textbook with a matrix", 15, "full", "engine both"),
        "of its own primitives (trial numbers, normals, lognormals, putting them into the totals of each case), in the median: " + ", ".join(f"{words} {r['of_primitives'][w]['median']:.2f} × ({r['of_primitives'][w]['min']:.2f} to {r['of_primitives'][w]['max']:.2f})"
                                                                                                 for w, words in (("before", "before only"), ("without_parts", "before and after"), ("both", "and with contributions")))
        + f" (goal ≤ 1.5 ×); ns an event at best: " + ", ".join(f"{k} {v:.2f}" for k, v in e["primitive_ns"].items()),
        f"mean {e['both']['mean']:.6g} / {split['mean']:.6g} / {full['mean']:.6g} (engine, numpy split, full), VaR 99 % {e['both']['var99']:.5g} / {split['var99']:.5g} / {full['var99']:.5g}, "
        f"TVaR {e['both']['tvar99']:.5g} / {split['tvar99']:.5g} / {full['tvar99']:.5g}; memory of the process {split['rss_mb']} MB / {full['rss_mb']} MB (numpy)"]


def memory(engine, path):
    """What a run adds to the process: a trial, and beside it."""
    small, large = (ran(engine, path + ".txt", n, 1)["both"]["kb"] * 1024 for n in (TRIALS, 10 * TRIALS))
    a_trial = (large - small) / (9 * TRIALS)
    return {"bytes_at_100000": small, "bytes_at_1000000": large, "bytes_a_trial": a_trial, "fixed": small - a_trial * TRIALS}


def run(rounds=5):
    engine = program("bench_losses")
    results = [measured(100, rounds, engine), measured(1000, max(rounds // 2, 1), engine)]
    held = memory(engine, os.path.join(OUT, "register100"))
    tried = {c: ran(engine, os.path.join(OUT, "register100.txt"), TRIALS, 5, c) for c in ("scalar", "avx2", "avx512")}
    codes = {c: min(r["both"]["cpu"]) for c, r in tried.items() if r}
    two = ran(engine, os.path.join(OUT, "register1000.txt"), TRIALS, 3, "best", 2)["both"]
    publish("1", {"results": results, "memory": held, "codes": codes, "two_threads": two}, [line for r in results for line in lines_of(r)] + [
        f"memory of a run with two cases: {held['bytes_a_trial']:.2f} bytes a trial and {held['fixed'] / 1e6:.2f} MB (goal ≤ 16 and 1 MB a thread)",
        "100 risks by code: " + ", ".join(f"{c} {s * 1000:.1f} ms" for c, s in codes.items()) + f" of CPU ({', '.join(c for c, r in tried.items() if not r) or 'none'} not on this processor); 1,000 risks with two threads {min(two['wall']) * 1000:.0f} ms of the clock, {min(two['cpu']) * 1000:.0f} ms of CPU"])
