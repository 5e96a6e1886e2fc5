#!/usr/bin/env python3
"""
Black box: what runs later. Approved criteria have all risks judged again, through kills and restarts, and by two servers on PostgreSQL; what nobody needs
any more is swept; a job that fails for good is seen.
"""
import base64, json, os, sqlite3, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Kaname, on_both

check = Checks()
RISKS = 1000  # five times what one job judges; totals are counted up to 1,000


def pair(i):
    return i % 3 + 1, i // 3 % 3 + 1


def level_by(turn, impact, likelihood):
    return min(3, max(impact, likelihood) + turn) if turn < 2 else (1 if impact * likelihood < 3 else 2 if impact * likelihood < 6 else 3)


def fill(k, t):
    rows = "リスク名,影響,起こりやすさ\n" + "".join(f"リスク{i},{pair(i)[0]},{pair(i)[1]}\n" for i in range(RISKS))
    a = k.call("POST", k.at("import"), {"name": "risks.csv", "file": base64.b64encode(rows.encode()).decode()}, t)
    check.that(a.status == 200 and a.json["created"] == RISKS, "import", a.body[:300])


def approve(k, manager, executive, turn):
    three = [{"level": i, "name": f"段階{i}", "description": "目安"} for i in (1, 2, 3)]
    cells = [{"impact": i, "likelihood": l, "level": level_by(turn, i, l), "accepted": level_by(turn, i, l) == 1} for i in (1, 2, 3) for l in (1, 2, 3)]
    c = k.call("POST", k.at("criteria-sets"), {"title": f"基準{turn}", "impacts": three, "likelihoods": three, "cells": cells}, manager)
    assert c.status == 201, c.body
    at = k.at("criteria-sets/") + c.json["id"]
    assert k.call("POST", at + "/submit", {}, manager, {"If-Match": '"1"'}).status == 200
    a = k.call("POST", at + "/approve", {"post": "庁議", "minutes": f"第{turn}号", "date": "2026-01-01"}, executive, {"If-Match": '"2"'})
    check.status(a, 200, f"approve criteria {turn}")
    return c.json["number"]


def total(k, t, query):
    a = k.call("GET", k.at("risks?limit=1&") + query, token=t)
    assert a.status == 200, a.body
    return a.json["total"]


def until(what, seconds=60, pause=0.05):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(pause)
    return False


def judged_right(k, t, number, turn, what):
    check.that(until(lambda: total(k, t, "level_criteria=" + number) == RISKS), what + ": all judged by the new criteria", total(k, t, "level_criteria=" + number))
    for level in (1, 2, 3):
        want = sum(level_by(turn, *pair(i)) == level for i in range(RISKS))
        check.that(total(k, t, f"level={level}") == want, f"{what}: risks at level {level}", (total(k, t, f"level={level}"), want))
    seen, cursor = [], ""
    while len(seen) < RISKS:
        page = k.call("GET", k.at("risks?sort=-level&limit=200") + cursor, token=t).json
        seen += [r["level"] for r in page["items"]]
        if not page.get("next"):
            break
        cursor = "&cursor=" + page["next"]
    check.that(len(seen) == RISKS and seen == sorted(seen, reverse=True), what + ": in the order of levels, every one once", len(seen))
    one = k.call("GET", k.at("risks?level=3&limit=1"), token=t).json["items"][0]
    check.that(one["version"] == 1, what + ": judged again is not changed", one["version"])


def own_save(k, t):
    """Without waiting for any job."""
    r = k.call("GET", k.at("risks?level=1&limit=1"), token=t).json["items"][0]
    at, before = k.at("risks/") + r["id"], total(k, t, "level=3")
    a = k.call("PATCH", at, {"impact": 3, "likelihood": 3}, t, {"If-Match": f'"{r["version"]}"'})
    check.that(a.json["level"] == 3 and total(k, t, "level=3") == before + 1, "filtered right after its own save", a.body[:200])
    check.status(k.call("PATCH", at, {"impact": r["impact"], "likelihood": r["likelihood"]}, t, {"If-Match": f'"{a.json["version"]}"'}), 200, "back")


def jobs_of(k):
    return json.loads(k.command("job", "list", "--json"))["items"]


def shown(k):
    cookie = k.call("POST", "/api/login/link", {"secret": k.link})
    a = k.call("GET", "/api/jobs", headers={"Cookie": cookie.headers["set-cookie"].split(";")[0]})
    check.that(a.status == 200 and {j["kind"] for j in a.json["items"]} >= {"house.sweep", "risk.levels", "risk.watch"}, "whoever runs the installation sees the jobs", a.body[:300])
    check.that({j["kind"] for j in jobs_of(k)} == {j["kind"] for j in a.json["items"]}, "and so does the command")
    open_ones = k.call("GET", "/api/jobs?open=1", headers={"Cookie": cookie.headers["set-cookie"].split(";")[0]}).json["items"]
    check.that(all(j["state"] in ("waiting", "running", "again") for j in open_ones), "only open ones", open_ones)
    check.that(all(j["attempts"] == 1 for j in jobs_of(k) if j["state"] == "done"), "nothing was tried twice")


def killed(k, manager, executive):
    """Killed while risks are being judged: the rest is done after the restart, and nothing is lost or doubled."""
    cut = 0
    for turn in range(2, 20):
        if turn > 5 and cut:
            break
        number = approve(k, manager, executive, turn % 2 + (turn % 3 == 0))
        until(lambda: total(k, manager, "level_criteria=" + number) > 0, 20, 0)
        k.kill()
        k.start()
        cut += 0 < total(k, manager, "level_criteria=" + number) < RISKS
        judged_right(k, manager, number, turn % 2 + (turn % 3 == 0), f"kill {turn}")
    check.that(cut > 0, "at least one kill came in the middle", cut)


def clock(k, manager, executive):
    """A server whose clock stands a day ahead, then the right clock: what was put off by the wrong one runs at once, not tomorrow."""
    k.stop()
    if not k.start_at("+1d"):
        check.that(False, "the clock test needs the package faketime")
        k.start()
        return
    number = approve(k, manager, executive, 1)
    judged_right(k, manager, number, 1, "a day ahead")
    put_off = [j for j in jobs_of(k) if j["kind"] == "risk.levels" and j["state"] == "waiting"]
    tomorrow = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86400 - 3600))
    check.that(len(put_off) == 1 and put_off[0]["run_at"] > tomorrow, "a job put off by a wrong clock", put_off)
    k.kill()
    k.start()
    check.that(until(lambda: not any(j["kind"] == "risk.levels" and j["state"] == "waiting" for j in jobs_of(k)), 20), "it runs at once by the right clock")


def swept(k):
    """What has run out goes; what has not stays. A job of an unknown kind is given up, and seen."""
    k.stop()
    old, now = 1000, int(time.time() * 1000)
    with sqlite3.connect(k.db) as db:
        account = db.execute("SELECT row FROM account LIMIT 1").fetchone()[0]
        for at in (old, now):
            db.execute("INSERT INTO idempotency (account, key, request, status, body, etag, at) VALUES (?, ?, x'00', 200, '', '', ?)", (account, os.urandom(32), at))
            db.execute("INSERT INTO session (hash, id, account, csrf, created, used) VALUES (?, ?, ?, '', ?, ?)", (os.urandom(32), os.urandom(16), account, at, at))
            db.execute("INSERT INTO login_link (hash, account, expires) VALUES (?, ?, ?)", (os.urandom(32), account, at + 60000))
        kept = {t: db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] - 1 for t in ("idempotency", "session", "login_link")}
        db.execute("INSERT INTO job (queue, kind, org, key, payload, state, attempts, lease, created, run_at, set_at, last_error) VALUES ('x', 'x.y', 0, '', '', 2, 11, 0, 0, 0, 0, '')")
        db.execute("INSERT INTO job (queue, kind, org, key, payload, state, attempts, lease, created, run_at, set_at, last_error) VALUES ('x', 'x.old', 0, '', '', 3, 1, 0, 0, 0, 0, '')")
    db.close()
    k.start()
    check.that(until(lambda: any(j["kind"] == "x.y" and j["state"] == "dead" and j["last_error"] for j in jobs_of(k))), "given up, and seen with its error", jobs_of(k))
    k.command("job", "retry", "x.y")
    check.that(until(lambda: any(j["kind"] == "x.y" and j["state"] == "again" and j["attempts"] >= 1 for j in jobs_of(k))), "tried again on request", jobs_of(k))
    check.that(k.command("job", "retry", "x.y", ok=False).returncode == 3, "nothing more to try again")
    check.that(until(lambda: not any(j["kind"] == "x.old" for j in jobs_of(k))), "old jobs are forgotten")
    k.stop()
    with sqlite3.connect(k.db) as db:
        for table, n in kept.items():
            check.that(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == n, f"{table}: only the old one went")
    db.close()
    k.start()


def two_servers(k, manager, executive):
    p = k.second()
    for turn in (0, 1, 2):
        judged_right(k, manager, approve(k, manager, executive, turn), turn, f"two servers, {turn}")
    check.that(all(j["attempts"] == 1 for j in jobs_of(k) if j["state"] == "done"), "no job was taken twice", [j for j in jobs_of(k) if j["attempts"] > 1])
    number = approve(k, manager, executive, 0)
    p.kill()
    p.wait()
    judged_right(k, manager, number, 0, "one of two killed")


def run(postgres):
    k = Kaname(postgres)
    manager, executive = k.user("manager", "risk_manager"), k.user("board", "executive")
    k.start()
    fill(k, manager)
    check.that(total(k, manager, "level.none=1") == RISKS, "no level without criteria")
    leaves = k.call("GET", k.at("log"), token=manager).json["leaves"][0]["index"]
    judged_right(k, manager, approve(k, manager, executive, 0), 0, "first")
    check.that(k.call("GET", k.at("log"), token=manager).json["leaves"][0]["index"] == leaves + 3, "only criteria made, submitted and approved are in the history")
    own_save(k, manager)
    shown(k)
    if postgres:
        two_servers(k, manager, executive)
    else:
        killed(k, manager, executive)
        clock(k, manager, executive)
        swept(k)
    k.stop()
    check.that('"findings":0' in k.command("audit", "verify", "--json").replace(" ", ""), "audit afterwards")
    k.close()


on_both(run)
check.end()
