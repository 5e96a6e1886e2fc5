#!/usr/bin/env python3
"""
Black box: losses simulated from the numbers of risks and plans. Life cycle, cancelled, killed in the middle (the same bytes after the restart), a server that ends, what has changed since by name,
risks without numbers by name, wrong inputs, who may, and what the document given to the engine says.
"""
import json, os, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Desk, Kaname

check = Checks()
LONG = 1000000


class Sim(Desk):
    def report(self, r, name, status=200):
        return self.get(f"simulations/{r['id']}/reports/{name}", status)

    def start(self, r, status=200):
        now = self.get(f"simulations/{r['id']}")
        return self.act("simulations", now, "start", {}, status)

    def until(self, r, *states, seconds=60):
        end = time.monotonic() + seconds
        while True:
            p = self.report(r, "progress")
            if p["state"] in states or time.monotonic() > end:
                check.that(p["state"] in states, f"becomes {states}", p)
                return p
            time.sleep(0.02)

    def run(self, r):
        self.start(r)
        self.until(r, "done", "failed")
        return self.report(r, "result")


def quantified(i, **more):
    return {"title": f"停止{i}", "per_century": {"from": 20, "to": 300}, "loss": {"from": 1000000, "to": 100000000}, **more}


def wrong(d):
    """All that cannot be calculated is refused by its field."""
    for body, path in (({}, "title"), ({"title": "試算", "trials": 999}, "trials"), ({"title": "試算", "trials": LONG + 1}, "trials"), ({"title": "試算", "seed": -1}, "seed"), ({"title": "試算", "seed": 2 ** 53}, "seed"),
                       ({"title": "試算", "limit_loss": 5}, "limit_years"), ({"title": "試算", "limit_years": 5}, "limit_loss"), ({"title": "試算", "limit_loss": 5, "limit_years": 1000}, "limit_years"),
                       ({"title": "試算", "limit_loss": 0, "limit_years": 10}, "limit_loss"), ({"title": "試算", "input_hash": "x"}, "input_hash"), ({"title": "試算", "plans": ["00000000-0000-4000-8000-000000000000"]}, "plans")):
        a = d.make("simulations", body, 422)
        check.that(path in [m["path"] for m in a["mistakes"]], f"{path} is named", a)
    cause = d.make("common-causes", {"title": "地震", "per_century": 3, "assets": [d.make("assets", {"name": "中央局", "kind": "system"})["id"]]})
    for body, path in (({"secondary_loss": 5}, "secondary_percent"), ({"secondary_percent": 5}, "secondary_loss"), ({"insured_percent": 50}, "insured_limit"), ({"insured_from": 50}, "insured_limit"), ({"common_cause": cause["id"]}, "common_strength"),
                       ({"common_strength": "weak"}, "common_cause"), ({"secondary_loss": 5, "secondary_percent": 101}, "secondary_percent"), ({"insured_limit": 0}, "insured_limit")):
        a = d.make("risks", {"title": "誤り", **body}, 422)
        check.that(path in [m["path"] for m in a["mistakes"]], f"{path} of a risk is named", a)


def cycle(d):
    s = d.make("simulations", {"title": "見通し"})
    check.that(s["number"] == "LS-0001" and s["trials"] == 100000 and s["seed"] == 1, "what is left out is filled in, to be seen", s)
    check.that(d.report(s, "progress")["state"] == "none" and d.report(s, "result")["state"] == "none", "nothing was calculated yet")
    d.start(s, 409)
    d.make("risks", {"title": "数のないリスク"})
    d.start(s, 409)  # no risk has numbers
    d.act("simulations", s, "cancel", {}, 409)
    one, two = d.make("risks", quantified(1)), d.make("risks", quantified(2, per_century=50, loss=3000000))
    r = d.run(s)
    check.that(r["state"] == "done" and r["per_mille"] == 1000 and r["started"] and r["ended"] and not r["error"] and r["result"], "calculated", str(r)[:600])
    check.that(not r["stale"]["is"] and not r["stale"]["risks"] and r["input"]["risks"] == 2 and r["input"]["trials"] == 100000 and r["input"]["seed"] == 1, "and says from what", str(r)[:600])
    now = d.get(f"simulations/{s['id']}")
    check.that(now["input_hash"] == r["input"]["hash"] and len(now["input_hash"]) == 64 and now["asked_at"], "the record says what was calculated, for the history", now)
    return s, one, two, r


def same_again(d, s, first):
    again = d.run(s)
    check.that(again["result"] == first["result"] and again["input"]["hash"] == first["input"]["hash"], "the same records and seed: the same result")
    d.change("simulations", d.get(f"simulations/{s['id']}"), {"seed": 2})
    stale = d.report(s, "result")["stale"]
    check.that(stale["is"] and stale["settings"] and not stale["risks"], "another seed: the result is not that of the settings", stale)
    other = d.run(s)
    check.that(other["result"] != first["result"] and not other["stale"]["is"], "another seed: another result")
    d.change("simulations", d.get(f"simulations/{s['id']}"), {"seed": 1})
    d.run(s)


def left_out(d):
    """Who cannot be calculated is named with the reason; nothing is guessed."""
    reasons = {"回数なし": ({"loss": 5}, "No times"), "損害なし": ({"per_century": 5}, "No loss a time"), "分からない": ({"per_century": {"unknown": "later"}, "loss": 5}, "No times"),
               "零から": ({"per_century": 5, "loss": {"from": 0, "to": 10}}, "begins at 0"), "多すぎ": ({"per_century": 101, "loss": 5, "at_most_once": True}, "At most once"),
               "二次が零から": ({"per_century": 5, "loss": 5, "secondary_loss": {"from": 0, "to": 9}, "secondary_percent": 10}, "begins at 0")}
    made = {t: d.make("risks", {"title": t, **body}) for t, (body, _) in reasons.items()}
    closed = d.make("risks", quantified(9, state="closed", title="終わった"))
    s = d.make("simulations", {"title": "名指し", "trials": 1000})
    r = d.run(s)
    by = {x["title"].split(" ", 1)[1]: x for x in r["input"]["left_out"]}
    check.that(r["input"]["left_out_n"] == len(reasons) + 1 and set(by) == {*reasons, "数のないリスク"}, "left out, by name", by)
    for t, (_, why) in reasons.items():
        check.that(why in by[t]["why"]["en"] and by[t]["id"] == made[t]["id"] and by[t]["why"]["ja"], f"{t}: why", by[t])
    check.that(r["input"]["risks"] == 2 and closed["id"] not in json.dumps(r), "a closed risk is not calculated")


def stale(d, s, one, two):
    """What has changed since is named; a new name alone changes nothing."""
    d.change("risks", one, {"title": "停止一"})
    check.that(not d.report(s, "result")["stale"]["is"], "a new name alone")
    d.change("risks", d.get(f"risks/{one['id']}"), {"loss": {"from": 1000000, "to": 100000001}})
    three = d.make("risks", quantified(3))
    d.change("risks", two, {"per_century": None})
    x = d.report(s, "result")["stale"]
    check.that(x["is"] and x["n"] == 3 and {(y["id"], y["how"]) for y in x["risks"]} == {(one["id"], "changed"), (three["id"], "added"), (two["id"], "removed")} and not x["settings"], "changed, added, removed", x)
    check.that(any("停止一" in y["title"] for y in x["risks"]), "by its name of today", x)
    d.run(s)
    check.that(not d.report(s, "result")["stale"]["is"], "calculated again")
    d.change("risks", d.get(f"risks/{two['id']}"), {"per_century": 50})
    d.change("simulations", d.get(f"simulations/{s['id']}"), {"limit_loss": 10000000, "limit_years": 50})
    x = d.report(s, "result")["stale"]
    check.that(x["settings"] and [y["how"] for y in x["risks"]] == ["added"], "another line of acceptance", x)


def chosen(d, one):
    """By service, by owner."""
    service, unit = d.make("services", {"name": "通信"}), d.make("units", {"name": "設備課"})
    d.change("risks", d.get(f"risks/{one['id']}"), {"services": [service["id"]], "owner": unit["id"]})
    for more, n in (({"services": [service["id"]]}, 1), ({"owners": [unit["id"]]}, 1), ({}, 3)):
        check.that(d.run(d.make("simulations", {"title": "絞る", "trials": 1000, **more}))["input"]["risks"] == n, f"{list(more)}: {n} risks")


def plans(d, one, two):
    """Measures with and without effect, shared ones, cost a year, what lies outside."""
    unit = d.make("units", {"name": "施設課"})
    m = lambda risk, title, **more: {"risk": risk["id"], "title": title, "kind": "prevention", "owner": unit["id"], **more}
    outside = d.make("risks", {"title": "計算されない"})
    p = d.make("plans", {"title": "甲案", "measures": [m(one, "二重化", keeps_events=40, keeps_loss=75, cost={"from": 8000000, "to": 12000000}, years=5, running_cost=300000), m(one, "訓練", keeps_loss=50), m(two, "二重化", keeps_events=80),
                                                    m(two, "掲示"), m(outside, "見張り", keeps_events=10, cost=70000)]})
    q = d.make("plans", {"title": "乙案", "measures": [m(two, "廃止", keeps_events=0)]})
    for bad in ({"keeps_events": 101}, {"keeps_loss": -1}, {"years": 0}):
        d.make("plans", {"title": "誤り", "measures": [m(one, "誤り", **bad)]}, 422)
    s = d.make("simulations", {"title": "計画を比べる", "trials": 5000, "plans": [p["id"], q["id"]], "limit_loss": 50000000, "limit_years": 50})
    r = d.run(s)
    by = {x["id"]: x for x in r["input"]["plans"]}
    want = {"cost": 10000000 / 5 + 300000 + 70000, "measures": 4, "without_effect": 1, "without_cost": 2, "outside": 1}
    check.that({k: by[p["id"]][k] for k in want} == want, "a plan in numbers: the middle of the cost over its years, what is shared once", by[p["id"]])
    check.that(by[q["id"]]["cost"] == 0 and by[q["id"]]["without_cost"] == 1, "a plan without cost says so", by[q["id"]])
    d.change("plans", p, {"measures": [m(one, "二重化", keeps_events=30)]})
    x = d.report(s, "result")["stale"]
    check.that([(y["id"], y["how"]) for y in x["plans"]] == [(p["id"], "changed")] and not x["risks"], "a changed plan is named", x)
    many = [d.make("plans", {"title": f"案{i}"})["id"] for i in range(8)]
    a = d.make("simulations", {"title": "多すぎ", "plans": many}, 422)
    check.that("plans" in [e["path"] for e in a["mistakes"]], "eight plans are too many", a)
    return s


def together(d, k, t):
    """A common cause makes bad years worse, and moves the mean by no more than chance; insurance pays; the figures are those of the formulas."""
    cause = d.get("common-causes")["items"][0]
    unit = d.make("units", {"name": "災害の係"})
    loss = {"per_century": 100, "loss": 1000000, "owner": unit["id"]}
    pair = [d.make("risks", {"title": f"対{i}", **loss}) for i in (1, 2, 3)]
    s = d.make("simulations", {"title": "共通の原因", "owners": [unit["id"]], "trials": 200000})
    apart = d.run(s)["result"]["cases"][0]
    pair = [d.change("risks", r, {"common_cause": cause["id"], "common_strength": "strong"}) for r in pair]
    r = d.run(s)["result"]
    tied = r["cases"][0]
    p99 = lambda c: next(v for v in c["var"] if v["p"] == 0.99)
    check.that(r["factors"] == 1 and tied["sd"]["low"] > 1.2 * apart["sd"]["high"] and p99(tied)["value"] > p99(apart)["value"], "bad years are worse together", (p99(apart), p99(tied)))
    check.that(tied["none"]["low"] > apart["none"]["high"], "and more years have none", (apart["none"], tied["none"]))
    check.that(tied["mean"]["low"] < apart["mean"]["high"] and tied["mean"]["high"] > apart["mean"]["low"], "the mean stays", (apart["mean"], tied["mean"]))
    fixed = d.make("units", {"name": "決まった額の係"})
    one = d.make("risks", {"title": "決まった額", "per_century": 200, "loss": 1000000, "owner": fixed["id"]})
    s = d.make("simulations", {"title": "公式と", "owners": [fixed["id"]], "trials": 200000, "limit_loss": 3500000, "limit_years": 500, "exact": True})
    c = d.run(s)["result"]
    x = c["cases"][0]
    within = lambda f, v: f["low"] - (f["high"] - f["low"]) <= v <= f["high"] + (f["high"] - f["low"])
    check.that(within(x["mean"], 2000000) and within(x["none"], 0.1353352832) and within(x["sd"], 1414213.56) and p99(x)["value"] == 6000000, "two a year of a million each: a Poisson count", x)
    check.that(within(x["acceptance"][0]["probability"], 0.1428765395) and x["acceptance"][0]["holds"] == "yes", "four times a year or more", x["acceptance"])
    exact = c["exact"][0]
    check.that(abs(exact["mean"] - 2000000) < 20000 and abs(exact["none"] - 0.1353352832) < 1e-3, "the exact figures beside it", exact)
    d.change("risks", one, {"insured_from": 200000, "insured_limit": 500000, "insured_percent": 80})
    y = d.run(s)["result"]["cases"][0]
    check.that(within(y["mean"], 2 * (1000000 - 0.8 * 500000)) and y["none"]["value"] == x["none"]["value"], "the insurance pays its share of its layer", y["mean"])


def proposed(d, k, executive):
    """The steps that numbers mean on the scale of the criteria in force: at their bounds, one more, above the last, a range, no numbers."""
    one = d.make("risks", {"title": "段階を見る", "per_century": 10, "loss": 1000})
    check.that(one["proposed_impact"] is None and one["proposed_likelihood"] is None, "nothing without criteria", one["proposed_impact"])
    steps = lambda key, bounds: [{"level": i + 1, "name": f"段階{i}", "description": "目安", key: b} for i, b in enumerate(bounds)]
    c = d.make("criteria-sets", {"title": "金額の基準", "impacts": steps("loss_max", [1000, 2000, None]), "likelihoods": steps("per_century", [10, 100, 1000]),
                                 "cells": [{"impact": i, "likelihood": l, "level": max(i, l), "accepted": False} for i in (1, 2, 3) for l in (1, 2, 3)]})
    c = d.act("criteria-sets", c, "submit", {})
    d.act("criteria-sets", c, "approve", {"post": "庁議", "minutes": "第1号", "date": "2026-01-01"}, token=executive)
    for loss, times, want in ((1000, 10, (1, 1)), (1001, 11, (2, 2)), (2000, 100, (2, 2)), (2001, 1001, (3, 3)), ({"from": 1000, "to": 5000}, {"from": 0, "to": 101}, ({"from": 1, "to": 3}, {"from": 1, "to": 3})), (None, {"unknown": "later"}, (None, None))):
        one = d.change("risks", d.get(f"risks/{one['id']}"), {"loss": loss, "per_century": times})
        check.that((one["proposed_impact"], one["proposed_likelihood"]) == want, f"{loss}, {times}: {want}", (one["proposed_impact"], one["proposed_likelihood"]))
    check.that(one["impact"] is None and one["likelihood"] is None, "a proposal sets nothing")


def stopped(d):
    s = d.make("simulations", {"title": "長い試算", "trials": LONG})
    d.start(s)
    d.until(s, "running", "done")
    now = d.get(f"simulations/{s['id']}")
    a = d.k.call("POST", d.k.at(f"simulations/{s['id']}/cancel"), {}, d.t, {"If-Match": f'"{now["version"]}"'})
    p = d.report(s, "progress")
    check.that((a.status == 200 and p["state"] == "cancelled") or (a.status == 409 and p["state"] == "done"), "cancelled, or already over", (a.status, p))
    r = d.run(s)
    check.that(r["state"] == "done" and r["result"], "and calculated after all")
    d.start(s)
    d.act("simulations", d.get(f"simulations/{s['id']}"), "start", {})  # asked again while it runs
    d.until(s, "done")
    check.that(d.report(s, "result")["result"] == r["result"], "asked twice: one result, the same")


def killed(d, k):
    """SIGKILL in the middle, and an orderly end in the middle: it runs again by itself, to the same bytes."""
    s = d.make("simulations", {"title": "切られる試算", "trials": LONG})
    want = d.run(s)["result"]
    cut = 0
    for turn in range(6):
        d.start(s)
        p = d.until(s, "running", "done")
        cut += p["state"] == "running"
        if turn % 2:
            k.stop()
        else:
            k.kill()
        k.start()
        d.until(s, "done", seconds=40)
        check.that(json.dumps(d.report(s, "result")["result"]) == json.dumps(want), f"cut {turn}: the same bytes")
        if cut >= 2 and turn >= 1:
            break
    check.that(cut > 0, "at least one came in the middle", cut)


def rights(d, k, people):
    s = d.make("simulations", {"title": "誰が", "trials": 1000})
    for who, token, edits in people:
        for name in ("progress", "result"):
            check.status(k.call("GET", k.at(f"simulations/{s['id']}/reports/{name}"), token=token), 404 if edits is None else 200, f"{name} by {who}")
        a = k.call("POST", k.at(f"simulations/{s['id']}/start"), {}, token, {"If-Match": f'"{d.get("simulations/" + s["id"])["version"]}"'})
        check.status(a, 200 if edits else 404 if edits is None else 403, f"start by {who}")


def retired(d, k):
    s = d.make("simulations", {"title": "廃止する試算", "trials": 1000})
    d.run(s)
    now = d.get(f"simulations/{s['id']}")
    check.status(k.call("DELETE", k.at(f"simulations/{s['id']}"), token=d.t, headers={"If-Match": f'"{now["version"]}"'}), 200, "retire")
    check.that(d.report(s, "progress")["state"] == "none", "what was calculated went with it")
    d.act("simulations", d.get(f"simulations/{s['id']}"), "start", {}, 409)
    k.call("POST", k.at(f"simulations/{s['id']}/restore"), {}, d.t, {"If-Match": f'"{now["version"] + 1}"'})
    check.that(d.run(s)["state"] == "done", "restored, it can be calculated again")


def run(postgres):
    k = Kaname(postgres)
    t = k.user("manager", "risk_manager")
    people = [(role, k.user(role + "1", role), edits) for role, edits in (("risk_owner", True), ("ciso", True), ("viewer", False), ("auditor", False), ("executive", False), ("admin", None))]
    k.executive = k.user("board", "executive")
    k.start()
    d = Sim(k, t, check)
    wrong(d)
    s, one, two, first = cycle(d)
    same_again(d, s, first)
    left_out(d)
    stale(d, s, one, two)
    chosen(d, one)
    plans(d, one, two)
    together(d, k, t)
    proposed(d, k, k.executive)
    stopped(d)
    killed(d, k)
    rights(d, k, people)
    retired(d, k)
    k.stop()
    check.that('"findings":0' in k.command("audit", "verify", "--json").replace(" ", ""), "audit afterwards")
    k.close()


run(None)
if os.environ.get("KANAME_PG"):
    run(os.environ["KANAME_PG"])
check.end()
