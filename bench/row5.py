"""Row 5: durable writes from 64 clients (one unit each: record, search row, version, history leaf and node, signed head, kept answer) against a bare C
program that writes the same rows, 64 in each commit. Both on the same file system, in turns; syncs are counted by a preloaded library."""
import json, os, sqlite3, statistics, subprocess
from common import Kaname, built, cpu_us, load, publish

CLIENTS, COUNT, ROUNDS = 64, 4000, 3


def syncs(path):
    with open(path, "rb") as f:
        return int.from_bytes(f.read(8), "little")


def counted(path):
    return {**os.environ, "LD_PRELOAD": built("count_sync", "-shared", "-fPIC", "-ldl"), "COUNT_SYNC": path}


def served():
    k = Kaname()
    token, counter = k.user("bench", "ciso"), os.path.join(k.dir, "syncs")
    k.env = counted(counter)
    k.start()
    load(k.port, CLIENTS, 640, token, k.at("units"), '{"name":"warm @"}')
    before, cpu = syncs(counter), cpu_us(k.process.pid)
    seconds = load(k.port, CLIENTS, COUNT, token, k.at("units"), '{"name":"unit @"}')["seconds"]
    out = {"per_s": COUNT / seconds, "syncs": syncs(counter) - before, "cpu_us": (cpu_us(k.process.pid) - cpu) / COUNT}
    k.stop()
    k.close()
    return out


def bare():
    k = Kaname()
    counter = os.path.join(k.dir, "syncs")
    with sqlite3.connect(k.db) as db:
        org = db.execute("SELECT org FROM log LIMIT 1").fetchone()[0]
    db.close()
    r = subprocess.run([built("bare_write", "-lsqlite3"), k.db, str(COUNT), str(CLIENTS), str(org)], capture_output=True, text=True, check=True, env=counted(counter))
    out = {"per_s": COUNT / json.loads(r.stdout)["seconds"], "syncs": syncs(counter)}
    k.close()
    return out


def run():
    rounds = [(served(), bare()) for _ in range(ROUNDS)]
    ratios = sorted(a["per_s"] / b["per_s"] for a, b in rounds)
    a, b = rounds[ROUNDS // 2]
    publish(5, {"durability": "WAL, synchronous=FULL", "clients": CLIENTS, "writes": COUNT, "rounds": [{"server": x, "bare": y} for x, y in rounds]},
            [f"ratio to ideal batching: {statistics.median(ratios):.2f} (of {ROUNDS} rounds: {ratios[0]:.2f} … {ratios[-1]:.2f}; goal 0.7)",
             f"server {a['per_s']:.0f} writes/s, {COUNT / a['syncs']:.1f} commits per fsync, {a['cpu_us']:.0f} µs of CPU each; bare {b['per_s']:.0f} writes/s, {COUNT / b['syncs']:.1f} per fsync"])
