"""Row 9: verdicts, and returns judged again after the packs change. All rules of packs/jp on one incident with 16 segments, ranges included, on one core; and with the whole explanation as JSON."""
import json, os, shutil, sqlite3, subprocess, time
import row6
from common import ROOT, Kaname, cpu_us, publish


def asks_more(folder):
    """The same pack with one item more that a periodic return must say."""
    path = os.path.join(folder, "jp", "duties", "telecom", "periodic-accidents.json")
    with open(path) as f:
        doc = json.load(f)
    for version in doc["versions"]:
        for duty in version["duties"]:
            duty.setdefault("contents", []).append({"ja": "新しい項目", "en": "A new item"})
    with open(path, "w") as f:
        json.dump(doc, f, ensure_ascii=False)


def walked(k, packs):
    """Started with these packs until everything was judged by them: (seconds by the jobs' own times, CPU of the process, jobs, records whose result is there)."""
    k.packs, began = ("--packs", packs), int(time.time() * 1000)
    k.start()
    db = sqlite3.connect(f"file:{k.db}?mode=ro", uri=True)
    done = "SELECT count(*), min(created), max(run_at), sum(state < 3) FROM job WHERE kind = 'authority.again' AND created >= ?"
    while True:
        time.sleep(0.1)
        jobs, first, last, waiting = db.execute(done, (began,)).fetchone()
        if jobs and not waiting:
            break
    cpu = cpu_us(k.process.pid) / 1e6
    judged = db.execute("SELECT f_judged_by, min(f_lacking), count(*) FROM r_received GROUP BY 1").fetchall()
    db.close()
    k.stop()
    assert len(judged) == 1, judged
    return (last - first) / 1000, cpu, jobs, judged[0]


def again(k):
    first, other = (os.path.join(k.dir, "packs", name) for name in ("first", "other"))
    for folder in (first, other):
        shutil.copytree(os.path.join(ROOT, "packs", "jp"), os.path.join(folder, "jp"))
    asks_more(other)
    walked(k, first)
    rounds = [walked(k, other), walked(k, first), walked(k, other)]
    assert rounds[0][3][1] == rounds[1][3][1] + 1, rounds
    return rounds


def run(seconds=3, returns=row6.RETURNS):
    k = Kaname()
    row6.loaded(k, returns)
    rounds = again(k)
    k.close()
    took, cpu = sorted(r[0] for r in rounds), sorted(r[1] for r in rounds)
    publish("9, again", {"durability": "WAL, synchronous=FULL", "returns": returns, "rounds": rounds}, [
        f"{returns:,} stored returns judged again after a pack change, results written: {took[1]:.1f} s in the median of {len(rounds)} (goal 10), from {took[0]:.1f} to {took[-1]:.1f}; {cpu[1]:.1f} s of CPU with the start, {rounds[0][2]} jobs"])
    verdicts(seconds)


def verdicts(seconds):
    build = os.path.join(ROOT, "build")
    subprocess.run(["ninja", "-C", build, "--quiet", "bench_verdicts"], check=True)
    rounds = [json.loads(subprocess.run([os.path.join(build, "bench_verdicts"), os.path.join(ROOT, "packs", "jp"), str(seconds)], capture_output=True, text=True, check=True).stdout) for _ in range(3)]
    best = {k: sorted(r[k] for r in rounds) for k in ("fast_per_s", "reasons_per_s", "explained_per_s", "compile_ms")}
    publish("9", {"rounds": rounds}, [
        f"{rounds[0]['rules']} rules, {rounds[0]['nodes']} nodes, 16 segments; compiled in {best['compile_ms'][1]} ms",
        f"without explanation {best['fast_per_s'][1]:.0f} incidents/s of CPU (goal 60,000), from {best['fast_per_s'][0]:.0f} to {best['fast_per_s'][2]:.0f}",
        f"with reasons (every condition recorded, turning time, what decides) {best['reasons_per_s'][1]:.0f} incidents/s (goal 5,000), from {best['reasons_per_s'][0]:.0f} to {best['reasons_per_s'][2]:.0f}",
        f"and all of it written as JSON in two languages {best['explained_per_s'][1]:.0f} incidents/s, from {best['explained_per_s'][0]:.0f} to {best['explained_per_s'][2]:.0f}"])
