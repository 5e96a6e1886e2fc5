#!/usr/bin/env python3
"""Black box: the server is killed (SIGKILL) at random times while clients create assets. After each restart: every answered 201 is there
exactly once; every unanswered request is there once or not at all; sent again with its Idempotency-Key it is there exactly once.
At the end `kaname audit verify` passes. tests/kill.py --rounds 20 --clients 8 --db sqlite|postgresql://…"""
import argparse, os, random, sys, threading, time, uuid
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Kaname

check = Checks()


class Client(threading.Thread):
    """Creates assets until the server is gone. `sent` keeps each name with its key and answer (None: no answer came)."""
    def __init__(self, k, token):
        super().__init__()
        self.k, self.token, self.sent, self.refused = k, token, [], []

    def run(self):
        while True:
            name, key = uuid.uuid4().hex, uuid.uuid4().hex
            entry = {"name": name, "key": key, "id": None}
            self.sent.append(entry)
            try:
                a = create(self.k, self.token, entry)
            except Exception:  # whatever a dead server looks like: reset, refused, half an answer
                return
            if a.status == 201:
                entry["id"] = a.json["id"]
            elif a.status != 503:
                self.refused.append((a.status, a.body[:200]))
                return


def create(k, token, entry):
    return k.call("POST", k.at("assets"), {"name": entry["name"], "kind": KIND}, token, {"Idempotency-Key": entry["key"]})


def everything(k, token):
    """All assets as name → ids, over all pages."""
    found, cursor = {}, ""
    while True:
        a = k.call("GET", k.at("assets") + "?limit=100" + ("&cursor=" + cursor if cursor else ""), token=token)
        assert a.status == 200, (a.status, a.body[:300])
        for item in a.json["items"]:
            found.setdefault(item["name"], []).append(item["id"])
        cursor = a.json["next"]
        if not cursor:
            return found


def compare(k, token, sent, what):
    found = everything(k, token)
    answered = [e for e in sent if e["id"]]
    lost = [e for e in answered if found.get(e["name"]) != [e["id"]]]
    check.that(not lost, f"{what}: every 201 is there once", lost[:3])
    twice = [n for n, ids in found.items() if len(ids) != 1]
    check.that(not twice, f"{what}: nothing is there twice", twice[:3])
    strange = set(found) - {e["name"] for e in sent}
    check.that(not strange, f"{what}: nothing that nobody sent", list(strange)[:3])
    return len(answered)


def again(k, token, sent, what):
    """Unanswered requests once more with the same key."""
    open_ = [e for e in sent if not e["id"]]
    for e in open_:
        a = create(k, token, e)
        if a.status == 201:
            e["id"] = a.json["id"]
        check.status(a, 201, f"{what}: sent again with its key")
    return len(open_)


def one_round(k, token, clients, sent, what):
    k.start()
    threads = [Client(k, token) for _ in range(clients)]
    for t in threads:
        t.start()
    time.sleep(random.uniform(0.05, 1.5))
    k.kill()
    for t in threads:
        t.join()
        sent += t.sent
        check.that(not t.refused, f"{what}: refused", t.refused)
    k.start()
    answered = compare(k, token, sent, what)
    resent = again(k, token, sent, what)
    compare(k, token, sent, what + " after resending")
    k.kill()
    print(f"{what}: {answered} answered so far, {resent} without answer", flush=True)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--clients", type=int, default=8)
    p.add_argument("--db", default="sqlite")
    p.add_argument("--seed", type=int, default=int(time.time()))
    o = p.parse_args()
    print("seed", o.seed)
    random.seed(o.seed)
    k = Kaname(None if o.db == "sqlite" else o.db)
    sent = []
    token = k.user("clerk", ROLE)
    for i in range(o.rounds):
        one_round(k, token, o.clients, sent, f"round {i + 1}")
    check.that(len(sent) > o.rounds * o.clients, "the server was busy when it was killed", len(sent))
    verify = k.command("audit", "verify", ok=False)
    check.that(verify.returncode == 0, "audit verify", verify.stdout + verify.stderr)
    k.close()
    check.end()


KIND, ROLE = "system", "ciso"

if __name__ == "__main__":
    main()
