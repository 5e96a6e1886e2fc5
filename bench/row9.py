"""Row 9: verdicts. All rules of packs/jp on one incident with 16 segments, ranges included, on one core; and with the whole explanation as JSON."""
import json, os, subprocess
from common import ROOT, publish


def run(seconds=3):
    build = os.path.join(ROOT, "build")
    subprocess.run(["ninja", "-C", build, "--quiet", "bench_verdicts"], check=True)
    rounds = [json.loads(subprocess.run([os.path.join(build, "bench_verdicts"), os.path.join(ROOT, "packs", "jp"), str(seconds)], capture_output=True, text=True, check=True).stdout) for _ in range(3)]
    best = {k: sorted(r[k] for r in rounds) for k in ("fast_per_s", "reasons_per_s", "explained_per_s", "compile_ms")}
    publish("9", {"rounds": rounds}, [
        f"{rounds[0]['rules']} rules, {rounds[0]['nodes']} nodes, 16 segments; compiled in {best['compile_ms'][1]} ms",
        f"without explanation {best['fast_per_s'][1]:.0f} incidents/s of CPU (goal 60,000), from {best['fast_per_s'][0]:.0f} to {best['fast_per_s'][2]:.0f}",
        f"with reasons (every condition recorded, turning time, what decides) {best['reasons_per_s'][1]:.0f} incidents/s (goal 5,000), from {best['reasons_per_s'][0]:.0f} to {best['reasons_per_s'][2]:.0f}",
        f"and all of it written as JSON in two languages {best['explained_per_s'][1]:.0f} incidents/s, from {best['explained_per_s'][0]:.0f} to {best['explained_per_s'][2]:.0f}"])
