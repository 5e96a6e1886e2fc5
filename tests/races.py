#!/usr/bin/env python3
"""Black box: several people do the same at the same moment: one wins, the others are told, nothing is there twice. SQLite and PostgreSQL, and two servers on one database."""
import base64, contextlib, os, shutil, sqlite3, subprocess, sys, tempfile, threading, uuid
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import ROOT, Checks, Kaname

check = Checks()


def at_once(acts):
    """Answers of all acts, begun together."""
    gate, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def one(i, act):
        gate.wait()
        answers[i] = act()
    threads = [threading.Thread(target=one, args=x) for x in enumerate(acts)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return answers


def statuses(answers):
    return sorted(a.status for a in answers)


def same_version(servers, k, t):
    a = k.call("POST", k.at("units"), {"name": "取り合い" + uuid.uuid4().hex[:8]}, t)
    path, version = k.at("units/" + a.json["id"]), 1
    for round in range(10):
        acts = [lambda s=servers[i % len(servers)], i=i: s.call("PATCH", path, {"task": f"{round} {i}"}, t, {"If-Match": f'"{version}"'}) for i in range(8)]
        got = statuses(at_once(acts))
        check.that(got == [200] + [412] * 7, "one of eight saves of one version wins", got)
        version += 1
    got = k.call("GET", path, token=t).json
    check.that(got["version"] == version, "as many versions as wins", got)


def same_key(servers, k, t):
    for _ in range(10):
        name, h = "同時" + uuid.uuid4().hex[:8], {"Idempotency-Key": uuid.uuid4().hex}
        answers = at_once([lambda s=servers[i % len(servers)]: s.call("POST", k.at("units"), {"name": name}, t, h) for i in range(6)])
        check.that(statuses(answers) == [201] * 6 and len({a.body for a in answers}) == 1, "one key at once: one answer", [(a.status, a.body[:60]) for a in answers])


def same_key_for_an_organisation(servers, k, admin):
    for _ in range(5):
        name, h = "同時の組織" + uuid.uuid4().hex[:8], {**admin, "Idempotency-Key": uuid.uuid4().hex}
        answers = at_once([lambda s=servers[i % len(servers)]: s.call("POST", "/api/orgs", {"name": name}, headers=h) for i in range(6)])
        check.that(statuses(answers) == [201] * 6 and len({a.body for a in answers}) == 1, "one key at once: one organisation", [(a.status, a.body[:120]) for a in answers])


def import_twice(servers, k, t):
    data = open(os.path.join(ROOT, "samples", "jp-city", "registers.xlsx"), "rb").read()
    body = {"file": base64.b64encode(data).decode(), "name": "registers.xlsx"}
    a, b = at_once([lambda s=s: s.call("POST", k.at("import"), body, t, timeout=60) for s in (servers[0], servers[-1])])
    made = sorted(x.json.get("created", -1) for x in (a, b))
    check.that(statuses([a, b]) == [200, 200] and made[0] == 0 and made[1] > 100, "one workbook brought in by two people at once is there once", (a.status, b.status, made))
    titles = [r["title"] for r in k.call("GET", k.at("risks?limit=200"), token=t).json["items"] if r["title"] != "止まる"]
    check.that(len(titles) == 45 == len(set(titles)), "45 risks", len(titles))


def retired_or_used(servers, k, t):
    bad = []
    for _ in range(20):
        asset = k.call("POST", k.at("assets"), {"name": "端末" + uuid.uuid4().hex[:8], "kind": "system"}, t).json["id"]
        a, b = at_once([lambda: servers[0].call("DELETE", k.at("assets/" + asset), token=t, headers={"If-Match": '"1"'}),
                        lambda: servers[-1].call("POST", k.at("risks"), {"title": "止まる", "assets": [asset]}, t)])
        if sorted((a.status, b.status)) not in ([200, 422], [201, 409]):
            bad.append((a.status, b.status))
    check.that(not bad, "an asset is retired, or a risk points to it, never both", bad)


def submitted_or_changed(servers, k, t):
    for _ in range(10):
        unit = k.call("GET", k.at("units"), token=t).json["items"][0]["id"]
        risk = k.call("POST", k.at("risks"), {"title": "止まる"}, t).json["id"]
        measure = {"risk": risk, "title": "二重化", "kind": "prevention", "owner": unit, "due": "2027-03-31"}
        a = k.call("POST", k.at("plans"), {"title": "計画", "measures": [measure]}, t)
        check.status(a, 201, "a plan")
        path = k.at("plans/" + a.json["id"])
        a, b = at_once([lambda: servers[0].call("POST", path + "/submit", {}, t, {"If-Match": '"1"'}),
                        lambda: servers[-1].call("PATCH", path, {"measures": []}, t, {"If-Match": '"1"'})])
        check.that(statuses([a, b]) == [200, 412], "a plan is submitted as it was read, or not", (a.body, b.body))


def waiting(k, t, kind):
    """A plan or criteria that were submitted, and the risk that the plan names."""
    risk = k.call("POST", k.at("risks"), {"title": "止まる" + uuid.uuid4().hex[:8]}, t).json
    steps = [{"level": n, "name": f"段階{n}", "description": "目安"} for n in (1, 2, 3)]
    cells = [{"impact": i, "likelihood": n, "level": i + n - 1, "accepted": False} for i in (1, 2, 3) for n in (1, 2, 3)]
    body = {"title": "計画", "accepted": [{"risk": risk["id"], "reason": "小さい"}]} if kind == "plans" else {"title": "基準", "impacts": steps, "likelihoods": steps, "cells": cells}
    made = k.call("POST", k.at(kind), body, t)
    check.status(made, 201, kind)
    sent = k.call("POST", k.at(f"{kind}/{made.json['id']}/submit"), {}, t, {"If-Match": '"1"'})
    check.status(sent, 200, kind + ": submitted")
    return k.at(f"{kind}/{made.json['id']}"), risk


MINUTES = {"post": "庁議", "minutes": "第3号", "date": "2026-01-15"}


def decided_once(servers, k, t, boards):
    """Two who may decide do so at once, alike or against each other: one decision is kept, the other is told that somebody was before."""
    for kind in ("plans", "criteria-sets"):
        for second in ("approve", "approve", "return", "return", "return"):
            path, _ = waiting(k, t, kind)
            inputs = {"approve": MINUTES, "return": {"why": "財源がない"}}
            acts = [lambda s=s, act=act, who=who: s.call("POST", f"{path}/{act}", inputs[act], who, {"If-Match": '"2"'})
                    for s, act, who in ((servers[0], "approve", boards[0]), (servers[-1], second, boards[1]))]
            answers = at_once(acts)
            check.that(statuses(answers) == [200, 412], f"{kind}: approve and {second} at once: one", [(a.status, a.body[:120]) for a in answers])
            lost, won = sorted(answers, key=lambda a: -a.status)
            check.that("ほかの人が先に" in lost.json["detail"], f"{kind}: the other is told why", lost.body)
            now = k.call("GET", path, token=t).json
            check.that(now["version"] == 3 and now["state"] == won.json["state"] and now["state"] in ("approved", "returned"), f"{kind}: one decision", (now["version"], now["state"]))
            late = k.call("POST", f"{path}/approve", MINUTES, boards[1], {"If-Match": '"3"'})
            check.status(late, 409, f"{kind}: decided is decided")


def decided_or_changed(servers, k, t, boards):
    """Somebody changes the plan, or a risk in it, while another approves: the plan never changes under the approval, and no change of a risk goes unseen."""
    for _ in range(8):
        path, risk = waiting(k, t, "plans")
        a, b = at_once([lambda: servers[0].call("POST", path + "/approve", MINUTES, boards[0], {"If-Match": '"2"'}),
                        lambda: servers[-1].call("PATCH", path, {"purpose": "あとから"}, t, {"If-Match": '"2"'})])
        check.that(a.status == 200 and b.status in (409, 412), "what waits or was approved does not change", (a.status, b.status, b.body[:160]))
        now = k.call("GET", path, token=t).json
        check.that(now["state"] == "approved" and not now.get("purpose"), "approved as it was read", now.get("purpose"))
        path, risk = waiting(k, t, "plans")
        a, b = at_once([lambda: servers[0].call("POST", path + "/approve", MINUTES, boards[0], {"If-Match": '"2"'}),
                        lambda: servers[-1].call("PATCH", k.at("risks/" + risk["id"]), {"losses": "窓口が待つ"}, t, {"If-Match": '"1"'})])
        check.that(b.status == 200 and (a.status == 200 or a.status == 422 and [m["path"] for m in a.json["mistakes"]] == ["seen"]),
                   "a risk changes before the approval, which then asks whether that was seen, or after it", (a.status, b.status, a.body[:160], b.body[:160]))
        check.that(k.call("GET", path, token=t).json["state"] == ("approved" if a.status == 200 else "submitted"), "approved, or still waiting")
    for _ in range(8):
        path, risk = waiting(k, t, "plans")
        a, b = at_once([lambda: servers[0].call("POST", path + "/return", {"why": "x"}, boards[0], {"If-Match": '"2"'}),
                        lambda: servers[-1].call("POST", path + "/submit", {}, t, {"If-Match": '"2"'})])
        check.that(a.status == 200 and b.status in (409, 412), "returned once, not submitted twice", (a.status, b.status))


def lies(k, text):
    """In the data file or its log."""
    files = [k.db + end for end in ("", "-wal") if os.path.exists(k.db + end)]
    return any(text.encode() in open(f, "rb").read() for f in files)


READER = "import sqlite3, sys, time; db = sqlite3.connect(sys.argv[1]); db.execute('BEGIN'); db.execute('SELECT count(*) FROM org').fetchone(); print('reads', flush=True); time.sleep(60)"


def disposed_then_killed(k, t):
    """Killed between the commit and the cleaning: the next start cleans."""
    name = uuid.uuid4().hex + "@example.jp"
    made = k.call("POST", k.at("contacts"), {"post": "窓口", "organisation": "県", "mail": name}, t).json
    with subprocess.Popen([sys.executable, "-c", READER, k.db], stdout=subprocess.PIPE) as reader:
        reader.stdout.readline()
        check.status(k.call("POST", k.at(f"contacts/{made['id']}/dispose"), {"field": "mail", "ground": "本人の請求"}, t, timeout=30), 503, "not clean while somebody reads")
        k.kill()
        reader.kill()
    check.that(lies(k, name), "killed: it still lies there")
    k.start()
    check.that(not lies(k, name), "gone after the next start")


def disposed_beside_a_reader(k, t):
    """While somebody still reads, what was removed lies in the write-ahead log: that is no success, and asking again finishes it."""
    name = uuid.uuid4().hex + "@example.jp"
    made = k.call("POST", k.at("contacts"), {"post": "窓口", "organisation": "県", "mail": name}, t)
    check.status(made, 201, "a contact")
    act = lambda: k.call("POST", k.at(f"contacts/{made.json['id']}/dispose"), {"field": "mail", "ground": "本人の請求"}, t, {"Idempotency-Key": "dispose-" + name[:32]}, timeout=30)
    with contextlib.closing(sqlite3.connect(k.db)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM org").fetchone()
        check.status(act(), 503, "not done while somebody reads")
        check.that(lies(k, name), "it still lies there")
    check.status(act(), 200, "asked again with the same key")
    check.that(not lies(k, name), "now it is gone from the file and its log")
    disposed_then_killed(k, t)
    a = k.call("POST", k.at("import/propose"), token=t, raw=f"役職,メール\n窓口,{name}\n".encode(), headers={"Content-Type": "application/octet-stream", "X-File-Name": "contacts.csv"})
    check.that(a.status == 200 and name in a.body.decode() and not lies(k, name), "the look at a workbook leaves nothing of it in the file", a.body[:300])


def second_server(k):
    """On the same database, with copies of key and marks, as a second machine has them."""
    other = object.__new__(Kaname)
    other.__dict__.update(k.__dict__, dir=tempfile.mkdtemp(prefix="kaname-test-"), process=None)
    for name in os.listdir(k.dir):
        if name.endswith((".key", ".mark")):
            shutil.copy(os.path.join(k.dir, name), other.dir)
    other.port = __import__("kaname").free_port()
    other.start()
    return other


def run(postgres, two=False):
    k = Kaname(postgres)
    t = k.user("ciso1", "ciso")
    k.start()
    servers = [k, second_server(k)] if two else [k]
    for part in (same_version, same_key, retired_or_used, submitted_or_changed, import_twice):
        part(servers, k, t)
    same_key_for_an_organisation(servers[:1], k, k.enter(k.link))  # each server marks the histories that it began
    boards = [k.user(f"board{i}", "executive") for i in (1, 2)]
    for part in (decided_once, decided_or_changed):
        part(servers, k, t, boards)
    if not postgres:
        disposed_beside_a_reader(k, t)
    for s in reversed(servers):
        s.stop()
    check.that('"findings":0' in k.command("audit", "verify"), "the history verifies")
    for s in servers:
        s.close()


run(None)
if os.environ.get("KANAME_PG"):
    run(os.environ["KANAME_PG"])
    run(os.environ["KANAME_PG"], two=True)
check.end()
