"""Row 8: from the start of the process to the first answer, memory at rest with 1, 100 and 2,000 organisations, and the start after a SIGKILL with a
write-ahead log of 1 GB (grown by a writer of our own that is killed: the program itself keeps it near 16 MB)."""
import os, signal, statistics, subprocess, sys, time
from common import Kaname, cpu_us, memory_mb, publish

LOG_MB = int(os.environ.get("BENCH_LOG_MB", "1024"))
GROW = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA wal_autocheckpoint=0")
n = 0
while os.path.getsize(sys.argv[1] + "-wal") < int(sys.argv[2]) << 20 if n else True:
    db.execute("BEGIN")
    for _ in range(2000):
        n += 1
        db.execute("INSERT INTO idempotency (account, key, request, status, body, etag, at) VALUES (1, ?, x'00', 200, ?, '', 4000000000000)", (os.urandom(32), "x" * 4000))
    db.execute("COMMIT")
print("grown", flush=True)
import time
time.sleep(600)
"""


def started(k):
    """(milliseconds of the clock, of CPU) until the first answer."""
    began = time.monotonic()
    k.start()
    k.call("GET", "/healthz")
    return (time.monotonic() - began) * 1000, cpu_us(k.process.pid) / 1000


def at_rest(k):
    times = []
    for _ in range(5):
        times.append(started(k))
        time.sleep(0.3)
        memory = memory_mb(k.process.pid)
        k.stop()
    return [round(statistics.median(t[i] for t in times), 1) for i in (0, 1)] + [memory]


def organisations(k, n):
    """Through the API, as its administrator would; the first one came with init."""
    if not n:
        return
    k.start()
    link = k.command("user", "link", "--user", "admin").strip().rsplit("=", 1)[1]
    headers = k.enter(link)
    for i in range(n):
        assert k.call("POST", "/api/orgs", {"name": f"組織 {i}"}, headers=headers).status == 201
    k.stop()


def after_kill(k):
    p = subprocess.Popen([sys.executable, "-c", GROW, k.db, str(LOG_MB)], stdout=subprocess.PIPE, text=True)
    assert p.stdout.readline() == "grown\n"
    p.send_signal(signal.SIGKILL)
    p.wait()
    size = os.path.getsize(k.db + "-wal") / 2**20
    ms, cpu = started(k)
    k.kill()  # stopping would first move the whole log into the data file
    return round(size), round(ms), round(cpu)


def run():
    k = Kaname()
    out, lines, have = {}, [], 1
    for n, limit in ((1, 30), (100, 40), (2000, 80)):
        organisations(k, n - have)
        have = n
        out[n] = at_rest(k)
        lines.append(f"{n:>5} organisations: first answer after {out[n][0]} ms (goal 100; {out[n][1]} ms of CPU), {out[n][2]} MB at rest (goal {limit})")
    size, ms, cpu = after_kill(k)
    lines.append(f"after SIGKILL with a log of {size} MB: first answer after {ms} ms (goal 2,000; {cpu} ms of CPU)")
    k.close()
    publish(8, {"durability": "WAL, synchronous=FULL", "rest": {str(n): {"start_ms": a, "cpu_ms": c, "rss_mb": b} for n, (a, c, b) in out.items()}, "after_kill": {"log_mb": size, "start_ms": ms, "cpu_ms": cpu}}, lines)
