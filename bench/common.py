"""Shared by the rows of the bench: builds the small C programs, reads CPU times, says what machine and versions it ran on. Standard library only."""
import glob, json, os, platform, re, subprocess, sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests"))
from kaname import Kaname  # noqa: E402

OUT = os.path.join(ROOT, "build", "bench")


def built(name, *flags):
    """A program of this folder, compiled when its source is newer."""
    os.makedirs(OUT, exist_ok=True)
    source, program = os.path.join(ROOT, "bench", name + ".c"), os.path.join(OUT, name)
    if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(source):
        subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", "-o", program, source, *flags], check=True)
    return program


def cpu_us(pid):
    """CPU time of all threads of a process, from the scheduler (nanoseconds there)."""
    total = 0
    for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        with open(path) as f:
            total += int(f.read().split()[0])
    return total / 1000


def memory_mb(pid):
    with open(f"/proc/{pid}/status") as f:
        return round(int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1)) / 1024, 1)


def load(port, clients, count, token, path, body=None):
    r = subprocess.run([built("load"), str(port), str(clients), str(count), token, path, *([body] if body else [])], capture_output=True, text=True)
    if r.returncode != 0:
        raise SystemExit(f"load: {r.stdout} {r.stderr}")
    return json.loads(r.stdout)


def machine():
    with open("/proc/cpuinfo") as f:
        model = re.search(r"model name\s*:\s*(.*)", f.read())
    def git(*words):
        return subprocess.run(["git", "-C", ROOT, *words], capture_output=True, text=True).stdout.strip()
    import sqlite3
    return {"cpu": model.group(1) if model else platform.machine(), "cores": os.cpu_count(), "kernel": platform.release(), "sqlite": sqlite3.sqlite_version,
            "load_before": os.getloadavg()[0], "commit": git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain") else ""), "date": git("log", "-1", "--format=%cs")}


def publish(row, result, lines):
    print(json.dumps({"row": row, "machine": machine(), **result}, ensure_ascii=False))
    for line in lines:
        print("  " + line)
