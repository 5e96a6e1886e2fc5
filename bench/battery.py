#!/usr/bin/env python3
"""The statistical battery of the engine's generator: `./do battery` (SmallCrush and Alphabit over every stream, normals, places, counts: some minutes) or `./do battery crush [STREAM [TESTS]]` (Crush over one
stream, an hour and more). TestU01 (L'Ecuyer and Simard) comes from Debian's non-free; it is linked into this program alone, which is never shipped. Found p beyond 0.001 at either end are named."""
import json, os, subprocess, sys
from common import OUT, ROOT, machine

STREAMS = ("trials", "other_purpose", "ids", "seeds", "purposes", "first_of_ids", "first_of_seeds", "reversed")
PACKAGES = "libtestu01-0-dev (Debian's non-free: a line 'Components: main non-free' in the apt sources)"


def program():
    if not os.path.exists("/usr/include/testu01/bbattery.h"):
        raise SystemExit(f"the battery needs TestU01: apt-get install {PACKAGES}")
    build = os.path.join(ROOT, "build")
    subprocess.run(["ninja", "-C", build, "--quiet", "libengine_losses.a", "libbase.a"], check=True)
    out = os.path.join(OUT, "battery")
    os.makedirs(OUT, exist_ok=True)
    rooms = [f"-I{build}/rooms/{r}" for r in ("engine_losses", "engine_draw", "base")]
    libs = [os.path.join(build, f"lib{r}.a") for r in ("engine_losses", "base")]
    subprocess.run(["gcc", "-O2", "-std=gnu17", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", *rooms, "-o", out, os.path.join(ROOT, "bench", "battery.c"), *libs, "-ltestu01", "-ltestu01probdist", "-ltestu01mylib",
                    "-ljansson", "-lsodium", "-lutf8proc", "-lpthread", "-lm"], check=True)
    return out


def ran(*words):
    """Lines of JSON of one run, printed as they come; TestU01's own summary is left out."""
    results = []
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as p:
        for line in p.stdout:
            if line.startswith("{"):
                print(line.strip(), flush=True)
                results.append(json.loads(line))
    if p.returncode:
        raise SystemExit(f"{words}: exit {p.returncode}")
    return results


def usual(battery):
    results = ran(battery, "normals") + ran(battery, "places") + ran(battery, "counts")
    for stream in STREAMS:
        results += ran(battery, "words", stream, "small") + ran(battery, "words", stream, "alphabit")
    return results


def main(words):
    battery = program()
    results = ran(battery, "words", words[1] if len(words) > 1 else "trials", "crush", *words[2:]) if words[:1] == ["crush"] else usual(battery)
    statistics = sum(r.get("statistics", 1) for r in results)
    beyond = sum(len(r["beyond"]) if "beyond" in r else r["p"] < 1e-3 for r in results)
    failed = sum(r["failed"] for r in results)
    print(json.dumps({"machine": machine(), "results": len(results), "statistics": statistics, "beyond": beyond, "failed": failed}))
    print(f"  {statistics} statistics, {beyond} beyond 0.001 ({statistics * 0.002:.1f} expected at most), {failed} failed (beyond 1e-10)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
