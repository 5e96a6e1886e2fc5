#!/usr/bin/env python3
"""Black box: the server is killed (SIGKILL) under writing clients: at random times, and on SQLite in every second round at a random call that writes or
syncs a data file (tests/faults.c). On PostgreSQL every second round kills one of the server's backends instead: PostgreSQL then restarts all of them, and
Kaname must go on by itself. After each round: every answered 201 is there exactly once; every other request is there once or not at all; sent again
with its Idempotency-Key it is there exactly once. Every few rounds `kaname audit verify` must pass and a new database is begun.
tests/kill.py [--rounds 20] [--clients 64] [--db sqlite|postgresql://…] [--seed N] [--seconds N]"""
import argparse, concurrent.futures, os, random, signal, sqlite3, subprocess, sys, threading, time, uuid
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from faults import KILL, SYNC, WRITE, Faults
from kaname import Checks, Kaname

check = Checks()
ROUNDS_PER_DATABASE = 25
RECOVERY_SECONDS = 60  # of PostgreSQL itself, on a busy machine


class Client(threading.Thread):
    """Creates assets until the server is gone or `enough`. `sent` keeps each name with its key and answer (None: no answer came, or "later")."""
    def __init__(self, k, token, enough):
        super().__init__()
        self.k, self.token, self.enough, self.sent, self.refused, self.last = k, token, enough, [], [], 0

    def run(self):
        while not self.enough.is_set():
            entry = {"name": uuid.uuid4().hex, "key": uuid.uuid4().hex, "id": None}
            self.sent.append(entry)
            try:
                a = create(self.k, self.token, entry)
            except Exception:  # whatever a dead server looks like: reset, refused, half an answer
                return
            if a.status == 201:
                entry["id"], self.last = a.json["id"], time.monotonic()
            elif a.status == 503:
                time.sleep(0.5)
            else:
                self.refused.append((a.status, a.body[:200]))
                return


def create(k, token, entry):
    return k.call("POST", k.at("assets"), {"name": entry["name"], "kind": "system"}, token, {"Idempotency-Key": entry["key"]})


def stored(k):
    """All assets as name → ids, past the program: by the database's own means."""
    found = {}
    if k.db.startswith("postgresql:"):
        out = subprocess.run(["psql", k.db, "-qAtF,", "-c", "SELECT f_name, encode(id, 'hex') FROM r_asset"], capture_output=True, text=True, check=True).stdout
        rows = (line.split(",") for line in out.splitlines())
    else:
        db = sqlite3.connect(f"file:{k.db}?mode=ro", uri=True)
        rows = db.execute("SELECT f_name, lower(hex(id)) FROM r_asset").fetchall()
        db.close()
    for name, id in rows:
        found.setdefault(name, []).append(str(uuid.UUID(id)))
    return found


def listed(k, token):
    """The same as a person sees it: over all pages of the list."""
    found, cursor = {}, ""
    while True:
        a = k.call("GET", k.at("assets") + "?limit=200" + ("&cursor=" + cursor if cursor else ""), token=token)
        assert a.status == 200, (a.status, a.body[:300])
        for item in a.json["items"]:
            found.setdefault(item["name"], []).append(item["id"])
        cursor = a.json["next"]
        if not cursor:
            return found


def compare(found, sent, what):
    lost = [e for e in sent if e["id"] and found.get(e["name"]) != [e["id"]]]
    check.that(not lost, f"{what}: every 201 is there once", lost[:3])
    twice = [n for n, ids in found.items() if len(ids) != 1]
    check.that(not twice, f"{what}: nothing is there twice", twice[:3])
    strange = set(found) - {e["name"] for e in sent}
    check.that(not strange, f"{what}: nothing that nobody sent", list(strange)[:3])


def again(k, token, sent, what):
    """Unanswered requests once more with the same key."""
    open_ = [e for e in sent if not e["id"]]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        for e, a in zip(open_, pool.map(lambda e: create(k, token, e), open_)):
            if a.status == 201:
                e["id"] = a.json["id"]
            check.status(a, 201, f"{what}: sent again with its key")
    return len(open_)


# --- ways to go -----------------------------------------------------------------------------------------------------------


def kill_at_any_time(w):
    time.sleep(random.uniform(0.05, 1.0))
    w.k.kill()
    return "killed"


def kill_at_a_call(w):
    call = random.choice((WRITE, SYNC))
    time.sleep(random.uniform(0.05, 0.3))
    w.faults.arm(call, KILL, 0, random.randint(1, 2000 if call == WRITE else 60))
    try:
        w.k.process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        w.k.kill()
    w.faults.disarm()
    return f"killed at a {'write' if call == WRITE else 'sync'}"


def kill_a_backend(w):
    """Kaname must be back by itself: 201 again, from the same process."""
    time.sleep(random.uniform(0.05, 1.0))
    out = subprocess.run(["psql", w.k.db, "-qAt", "-c", "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"],
                         capture_output=True, text=True, check=True).stdout
    os.kill(int(random.choice(out.split())), signal.SIGKILL)
    at, up = time.monotonic(), None
    time.sleep(0.3)
    while not up and time.monotonic() < at + RECOVERY_SECONDS:
        up = time.monotonic() if answers(w.k.db) else time.sleep(0.1)
    while not (back := max(t.last for t in w.threads) > (up or 1e9)) and time.monotonic() < at + RECOVERY_SECONDS:
        time.sleep(0.02)
    w.down.append(time.monotonic() - at)
    check.that(back, "a backend was killed: Kaname writes again", w.k.log()[-500:])
    check.that(w.k.process.poll() is None, "a backend was killed: the same process goes on", w.k.log()[-500:])
    w.enough.set()
    return f"a backend killed, writing again after {w.down[-1]:.1f} s"


def answers(db):
    return subprocess.run(["psql", db, "-qAtc", "SELECT 1"], capture_output=True).returncode == 0


class World:
    """One database for a few rounds."""
    def __init__(self, db):
        self.k = Kaname(None if db == "sqlite" else db)
        self.token = self.k.user("clerk", "ciso")
        self.faults = Faults(self.k.dir)
        self.k.env = self.faults.env
        self.ways = (kill_at_any_time, kill_at_a_call if db == "sqlite" else kill_a_backend)
        self.sent, self.down = [], []
        self.k.start()

    def round(self, i, clients):
        self.enough = threading.Event()
        self.threads = [Client(self.k, self.token, self.enough) for _ in range(clients)]
        for t in self.threads:
            t.start()
        way = self.ways[i % len(self.ways)](self)
        for t in self.threads:
            t.join()
        self.check_round(f"round {i + 1}", way)

    def check_round(self, what, way):
        for t in self.threads:
            self.sent += t.sent
            check.that(not t.refused, f"{what}: refused", t.refused)
        if self.k.process.poll() is not None:
            self.k.start()
        compare(stored(self.k), self.sent, what)
        resent = again(self.k, self.token, self.sent, what)
        compare(stored(self.k), self.sent, what + " after resending")
        print(f"{what}: {way}; {len(self.sent)} sent so far, {resent} were without answer", flush=True)

    def end(self):
        compare(listed(self.k, self.token), self.sent, "as the list shows it")
        self.k.kill()
        verify = self.k.command("audit", "verify", ok=False)
        check.that(verify.returncode == 0, "audit verify", verify.stdout + verify.stderr)
        print(f"{len(self.sent)} requests compared, {verify.stdout.strip()}", flush=True)
        self.k.env = None
        self.k.close()


def campaign(db, rounds, clients, seconds):
    begun, done, sent, down = time.monotonic(), 0, 0, []
    while done < rounds and time.monotonic() < begun + seconds:
        w = World(db)
        for _ in range(min(rounds - done, ROUNDS_PER_DATABASE)):
            if time.monotonic() > begun + seconds:
                break
            w.round(done, clients)
            done += 1
        w.end()
        sent, down = sent + len(w.sent), down + w.down
    check.that(sent > done * clients > 0, "the server was busy when it was killed", sent)
    slowest = f", slowest return after a backend's death {max(down):.1f} s" if down else ""
    print(f"{db.split(':')[0]}: {done} kills, {clients} clients, {sent} requests, {time.monotonic() - begun:.0f} s{slowest}", flush=True)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--rounds", type=int, help="default: 20 on SQLite, and 10 on the PostgreSQL of KANAME_PG")
    p.add_argument("--clients", type=int, default=64)
    p.add_argument("--seconds", type=float, default=1e9, help="no new round after this time")
    p.add_argument("--db")
    p.add_argument("--seed", type=int, default=int(time.time()))
    o = p.parse_args()
    print("seed", o.seed)
    random.seed(o.seed)
    if o.db in (None, "sqlite"):
        campaign("sqlite", o.rounds or 20, o.clients, o.seconds)
    postgres = o.db or os.environ.get("KANAME_PG")
    if postgres and postgres != "sqlite":
        campaign(postgres, o.rounds or 10, o.clients, o.seconds)
    check.end()


if __name__ == "__main__":
    main()
