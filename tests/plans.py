#!/usr/bin/env python3
"""
Black box: treatment plans (guide 5.1.5, 6.1): shared measures counted once, order of measures, the route of a decision by post, what changed between
submission and approval, the evaluation of a plan and the loop, plans side by side, drift before the due date. SQLite and PostgreSQL.
"""
import datetime, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Desk, Kaname, on_both

check = Checks()
TODAY = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=9)).date()
MINUTES = {"post": "水道事業管理者", "minutes": "第3号", "date": str(TODAY)}


def day(n):
    return str(TODAY + datetime.timedelta(days=n))


def criteria(accept=lambda i, k: i + k <= 3):
    steps = [{"level": i, "name": f"段階{i}", "description": "目安"} for i in (1, 2, 3)]
    cells = [{"impact": i, "likelihood": k, "level": max(1, i + k - 2), "accepted": accept(i, k)} for i in (1, 2, 3) for k in (1, 2, 3)]
    return {"title": "判定基準", "impacts": steps, "likelihoods": steps, "cells": cells}


class World(Desk):
    def __init__(self, postgres):
        k = Kaname(postgres)
        self.token = {}
        for login, role in (("manager1", "risk_manager"), ("exec1", "executive"), ("exec2", "executive"), ("owner1", "risk_owner"), ("viewer1", "viewer")):
            self.token[login] = k.user(login, role)
        self.admin = k.user("admin1", "admin")
        k.start()
        super().__init__(k, self.token["manager1"], check)
        self.post("exec1", "水道事業管理者")
        self.post("exec2", "市長")
        self.post("owner1", "水道局次長、財政課長")
        self.post("viewer1", "財政課長")
        self.unit = self.make("units", {"name": "浄水課"})["id"]
        self.other = self.make("units", {"name": "総務課"})["id"]

    def post(self, login, post):
        people = self.k.call("GET", self.k.at("people"), token=self.admin).json["items"]
        p = next(x for x in people if x["login"] == login)
        a = self.k.call("PATCH", self.k.at(f"people/{p['id']}"), {"post": post}, self.admin, {"If-Match": f'"{p["version"]}"'} if "version" in p else {})
        check.status(a, 200, "post of " + login)

    def risk(self, title, i, k, **more):
        return self.make("risks", {"title": title, "impact": i, "likelihood": k} | more)

    def measure(self, risk, title="多要素認証", **more):
        return {"risk": risk["id"], "title": title, "kind": "prevention", "owner": self.unit, "due": day(100)} | more

    def plan(self, measures=(), **more):
        return self.make("plans", {"title": "計画", "measures": list(measures)} | more)

    def again(self, plan):
        return self.get("plans/" + plan["id"])

    def approved(self, plan, token=None):
        return self.act("plans", self.act("plans", plan, "submit", {}), "approve", MINUTES, token=token or self.token["exec1"])


def counted_once(w):
    a, b = w.risk("漏れる", 3, 2), w.risk("止まる", 3, 3)
    p = w.plan([w.measure(a, cost=6200000, effort=20), w.measure(b, "多要素認証　", cost=6200000, effort=25), w.measure(b, "訓練", kind="limitation", cost={"from": 100000, "to": 300000}),
                w.measure(a, owner=w.other, cost=500000), w.measure(a, "点検")])
    check.that(p["measures_n"] == 4 and p["done_n"] == 0 and p["overdue_n"] == 0, "four measures", p)
    check.that(p["total_cost"] == {"from": 6800000, "to": 7000000} and p["cost_missing"] == 1, "the shared one is paid once", p)
    check.that(p["total_effort"] == {"from": 20, "to": 25}, "effort as an interval", p)
    t = w.tables(f"plans/{p['id']}/reports/evaluation")
    rows = [r["values"] for r in t["measures"]]
    check.that(len(rows) == 4 and sorted(rows[0]["risks"]) == sorted([a["id"], b["id"]]) and rows[0]["effort"] == {"from": 20, "to": 25} and rows[0]["note"], "the shared measure names both risks and tells that its rows differ", rows[0])
    check.that(not rows[1]["note"], "a measure that does not differ has no note", rows[1])
    totals = [r["values"] for r in t["totals"]]
    check.that([x["measures"] for x in totals] == [3, 1, 4] and totals[1]["cost"] == {"from": 100000, "to": 300000}, "prevention and limitation", totals)
    listed = next(x for x in w.get("plans")["items"] if x["id"] == p["id"])
    check.that(listed["total_cost"] == p["total_cost"], "the list counts alike")


def order(w):
    a = w.risk("順", 2, 2)
    two = [w.measure(a, "一", after=2), w.measure(a, "二")]
    p = w.plan(two)
    for bad, path in (([two[0], w.measure(a, "二", after=1)], "measures/0/after"), ([w.measure(a, "一", after=1)], "measures/0/after"), ([w.measure(a, "一", after=3), two[1]], "measures/0/after")):
        e = w.change("plans", w.again(p), {"measures": bad}, 422)
        check.that([m["path"] for m in e["mistakes"]] == [path], "no measure comes after itself", e)
    w.make("plans", {"title": "輪", "measures": [w.measure(a, "x", after=2), w.measure(a, "y", after=3), w.measure(a, "z", after=2)]}, 422)
    check.that(w.again(p)["version"] == 1, "nothing was saved")


def route(w):
    a = w.risk("経路", 3, 3)
    steps = [{"post": "財政課長", "kind": "consult"}, {"post": "水道局次長", "kind": "endorse"}, {"post": "水道事業管理者", "kind": "decide"}]
    p = w.plan([w.measure(a)], route=steps)
    e = w.make("plans", {"title": "x", "route": [{"post": "財政課長", "kind": "consult", "result": "agreed"}]}, 422)
    check.that([m["path"] for m in e["mistakes"]] == ["route/0/result"], "a body gives no result", e)
    e = w.act("plans", w.plan([w.measure(a)], route=[steps[2], steps[0]]), "submit", {}, 422)
    check.that([m["path"] for m in e["mistakes"]] == ["route/0/kind"], "who decides is last", e)
    for post, kind in (("市民部長", "endorse"), ("財政課", "consult"), ("財政課長", "decide")):  # nobody; not the whole word; holds it, but may not approve
        e = w.act("plans", w.plan([w.measure(a)], route=[{"post": post, "kind": kind}]), "submit", {}, 422)
        check.that([m["path"] for m in e["mistakes"]] == ["route/0/post"], "a step that nobody can answer", e)
    w.act("plans", p, "endorse", {"step": 1, "result": "agreed"}, 409, token=w.token["owner1"])
    p = w.act("plans", p, "submit", {})
    waits = lambda who: next((x["waits_for"], x["mine"]) for x in w.k.call("GET", w.k.at("home"), token=w.token[who]).json["waiting"] if x["id"] == p["id"])
    check.that(waits("owner1") == ("財政課長、水道局次長", True) and waits("exec1") == ("財政課長、水道局次長", False), "home says whose answer is awaited", waits("owner1"))
    w.act("plans", p, "endorse", {"step": 1, "result": "agreed"}, 403, token=w.token["viewer1"])  # has the post, but only reads
    e = w.act("plans", p, "endorse", {"step": 1, "result": "agreed"}, 403, token=w.token["exec2"])
    check.that("財政課長" in str(e) and "市長" in str(e), "it is said whose step it is", e)
    w.act("plans", p, "approve", MINUTES, 409, token=w.token["exec1"])
    w.act("plans", p, "endorse", {"step": 1, "result": "objected"}, 422, token=w.token["owner1"])
    p = w.act("plans", p, "endorse", {"step": 1, "result": "objected", "note": "財源がない"}, token=w.token["owner1"])
    check.that(p["route"][0]["result"] == "objected" and p["route"][0]["answered_on"] == str(TODAY), "the answer with its day", p["route"])
    e = w.act("plans", p, "approve", MINUTES, 409, token=w.token["exec1"])
    check.that("水道局次長" in str(e), "who has not endorsed it is named", e)
    p = w.act("plans", p, "endorse", {"step": 2, "result": "agreed"}, token=w.token["owner1"])
    check.that(waits("owner1") == ("水道事業管理者", False) and waits("exec1") == ("水道事業管理者", True), "then whose decision", waits("exec1"))
    w.change("plans", p, {"route": steps[2:]}, 409)
    same = w.change("plans", p, {"route": steps})
    check.that(same["version"] == p["version"] and same["route"] == p["route"], "the same route sent again wipes no answer", same["route"])
    e = w.act("plans", p, "approve", MINUTES, 422, token=w.token["exec1"])
    check.that([m["path"] for m in e["mistakes"]] == ["despite"], "the objection wants an answer", e)
    told = MINUTES | {"despite": "補正予算で措置する"}
    w.act("plans", p, "approve", told, 403, token=w.token["exec2"])  # approves, but without the post
    w.act("plans", p, "approve", told | {"post": "市長"}, 422, token=w.token["exec1"])
    back = w.act("plans", p, "return", {"why": "見直す"}, token=w.token["exec1"])
    p = w.act("plans", w.change("plans", back, {"purpose": "直した"}), "submit", {})
    check.that(not p["route"][0].get("result") and not p["route"][1].get("result"), "after a return all are asked again", p["route"])
    for n in (1, 2):
        p = w.act("plans", p, "endorse", {"step": n, "result": "agreed"}, token=w.token["owner1"])
    p = w.act("plans", p, "approve", MINUTES, token=w.token["exec1"])
    check.that(p["state"] == "approved" and p["approved_post"] == "水道事業管理者", "approved by who decides")
    w.act("plans", p, "endorse", {"step": 1, "result": "agreed"}, 409, token=w.token["owner1"])
    c = w.make("criteria-sets", criteria() | {"title": "経路のある基準", "route": steps[2:]})
    c = w.act("criteria-sets", c, "submit", {})
    w.act("criteria-sets", c, "approve", MINUTES | {"post": "市長"}, 403, token=w.token["exec2"])
    w.act("criteria-sets", c, "return", {"why": "使わない"}, token=w.token["exec2"])


def changed_since(w):
    a, b = w.risk("変わる", 3, 3), w.risk("変わらない", 2, 2)
    p = w.act("plans", w.plan([w.measure(a), w.measure(b)], accepted=[{"risk": b["id"], "reason": "小さい"}]), "submit", {})
    a = w.change("risks", a, {"impact": 2})
    e = w.act("plans", p, "approve", MINUTES, 422, token=w.token["exec1"])
    check.that([m["path"] for m in e["mistakes"]] == ["seen"] and "R-" in str(e), "the approver is told what changed", e)
    w.act("plans", p, "approve", MINUTES | {"seen": False}, 422, token=w.token["exec1"])
    p = w.act("plans", p, "approve", MINUTES | {"seen": True}, token=w.token["exec1"])
    check.that(p["changed_since"] == a["number"], "what the approver looked at is kept", p)
    p = w.act("plans", w.plan([w.measure(b)]), "submit", {})
    p = w.act("plans", p, "approve", MINUTES, token=w.token["exec1"])
    check.that(not p.get("changed_since"), "nothing changed, nothing to look at")
    # progress that was reported cannot be taken away by sending the rows again
    p = w.act("plans", p, "report", {"measure": 1, "progress": "doing", "expected_on": day(120), "note": "部品が遅れる"})
    rows = [{k: v for k, v in m.items() if k in ("risk", "title", "kind", "owner", "due")} for m in p["measures"]]
    again = w.change("plans", p, {"measures": rows})
    check.that(again["version"] == p["version"] and again["measures"][0]["note"] == "部品が遅れる", "a body does not wipe what was reported", again["measures"])


def conclusion(t):
    return {r["values"]["question"]: r["values"] for r in t["conclusion"]}


def evaluation(w):
    outside, inside, undecided, named = w.risk("外", 3, 3), w.risk("内", 3, 3), w.risk("幅", 3, 3), w.risk("名指し", 3, 2)
    brought, kept, alone = w.risk("持ち込む", 2, 2), w.risk("保有", 2, 2, option="retain", option_grounds="様子を見る"), w.risk("計画なし", 3, 3)
    p = w.plan([w.measure(outside, "一", residual_impact=3, residual_likelihood=2), w.measure(inside, "二", residual_likelihood=1), w.measure(inside, "三", residual_impact=2),
                w.measure(undecided, "四", residual_impact={"from": 1, "to": 2}, residual_likelihood=2)],
               accepted=[{"risk": named["id"], "reason": "まれ", "until": str(TODAY)}], brings=[{"risk": brought["id"], "how": "入口が増える"}])
    path = f"plans/{p['id']}/reports/evaluation"
    t = w.tables(path)
    check.that("J-" not in str(conclusion(t)["使った判定基準"]) and all(r["values"]["after"] in ("open", "named") for r in t["risks"]), "without criteria only names and judgements count", t["risks"])
    c = w.act("criteria-sets", w.act("criteria-sets", w.make("criteria-sets", criteria()), "submit", {}), "approve", MINUTES, token=w.token["exec1"])
    t = w.tables(path)
    after = {r["of"]["title"]: r["values"] for r in t["risks"]}
    want = {"外": "outside", "内": "acceptable", "幅": "undecided", "名指し": "named", "持ち込む": "outside"}
    check.that({k: v["after"] for k, v in after.items()} == want, "each risk after the plan", {k: v["after"] for k, v in after.items()})
    check.that(after["内"]["steps"] == "3・3 → 2・1" and after["内"]["measures"] == 2 and after["内"]["level"] == 4 and after["内"]["level_after"] == 1, "the least that the measures lead to", after["内"])
    check.that(after["持ち込む"]["brought"] is True and after["名指し"]["until"] == str(TODAY), "brought in; accepted through its last day", after)
    order_ = [r["values"]["after"] for r in t["risks"]]
    check.that(order_[0] == "outside" and order_[-1] == "acceptable", "what stands in the way comes first", order_)
    check.that([r["of"]["title"] for r in t["kept"]].count("保有") == 1 and [r["of"]["title"] for r in t["without"]].count("計画なし") == 1, "what the plan does not name", (t["kept"], t["without"]))
    say = conclusion(t)
    check.that("リスク対応に戻って" in say["結論"]["answer"] and say["残るリスクはすべて受容できるか"]["n"] == 3 and say["使った判定基準"]["answer"] == c["number"], "back to treatment", say)
    p = w.change("plans", w.again(p), {"accepted": [{"risk": named["id"], "reason": "まれ", "until": day(-1)}]})
    check.that({r["of"]["title"]: r["values"]["after"] for r in w.tables(path)["risks"]}["名指し"] == "ended", "the day after its last day it is over")
    # the loop: once more to treatment
    p = w.change("plans", p, {"measures": [w.measure(outside, "一", residual_impact=1, residual_likelihood=2), w.measure(inside, "二", residual_likelihood=1), w.measure(inside, "三", residual_impact=2),
                                           w.measure(undecided, "四", residual_impact=1, residual_likelihood=2)],
                              "accepted": [{"risk": named["id"], "reason": "まれ"}, {"risk": brought["id"], "reason": "監視する", "until": day(30)}]})
    say = conclusion(w.tables(path))
    check.that(say["残るリスクはすべて受容できるか"]["n"] == 0 and "受容の範囲を外れています" in say["結論"]["answer"], "what is kept stands outside acceptance: revise", say["結論"])
    revised = w.act("criteria-sets", w.act("criteria-sets", w.make("criteria-sets", criteria(lambda i, k: i + k <= 4)), "submit", {}), "approve", MINUTES, token=w.token["exec1"])
    t = w.tables(path)
    say = conclusion(t)
    check.that(say["使った判定基準"]["answer"] == revised["number"] and say["保有しているリスクが受容の範囲を外れていないか"]["n"] == 0, "by the revised criteria all that is kept is inside", say)
    check.that("計画のないリスク" in say["結論"]["answer"] and "計画なし" in [r["of"]["title"] for r in t["without"]], "others have no plan", say["結論"])
    for r in t["without"] + t["kept"]:
        w.change("risks", w.get("risks/" + r["of"]["id"]), {"state": "closed"})
    check.that("一巡します" in conclusion(w.tables(path))["結論"]["answer"], "the plan closes the cycle", conclusion(w.tables(path))["結論"])
    # an approved plan elsewhere holds as well
    late = w.risk("別の計画で", 3, 3)
    q = w.approved(w.plan([w.measure(late, "五", residual_impact=1, residual_likelihood=1)]))
    check.that(not any(r["of"]["title"] == "別の計画で" for r in w.tables(path)["without"]), "a risk that another approved plan treats is not without one", q["number"])
    return p, outside


def side_by_side(w, p, outside):
    cheap = w.make("plans", {"title": "安い案", "measures": [w.measure(outside, "点検", kind="limitation", cost=100000, residual_impact=3, residual_likelihood=2, due=day(10))]})
    check.status(w.k.call("GET", w.k.at(f"plans/{p['id']}/reports/compare"), token=w.t), 400, "with which plan must be said")
    check.status(w.k.call("GET", w.k.at(f"plans/{p['id']}/reports/compare?with={outside['id']}"), token=w.t), 404, "a risk is no plan")
    t = w.tables(f"plans/{p['id']}/reports/compare?with={cheap['id']}")
    a, b = [r["values"] for r in t["plans"]]
    check.that((a["sign"], b["sign"]) == ("A", "B") and a["unsettled"] == 0 and b["unsettled"] == 1 and b["cost"] == 100000 and b["prevention"] == 0 and b["last_due"] == day(10), "the plans", (a, b))
    row = next(r["values"] for r in t["risks"] if r["of"]["id"] == outside["id"])
    check.that(row["after_a"] == "acceptable" and row["after_b"] == "outside" and "after_c" not in row, "the risk after each", row)
    t = w.tables(f"plans/{p['id']}/reports/compare?with={cheap['id']}&also={p['id']}")
    check.that(len(t["plans"]) == 2, "a plan is not compared with itself", t["plans"])


def drift(w):
    a, b = w.risk("遅れ", 3, 3), w.risk("効かない", 3, 3)
    rows = [w.measure(a, "過ぎた", due=day(-1)), w.measure(a, "今日まで", due=day(0)), w.measure(a, "着手遅れ", begin=day(-1)), w.measure(a, "着手は今日", begin=day(0)),
            w.measure(a, "待つ", due=day(5), after=6), w.measure(a, "先", due=day(5)), w.measure(a, "見込み", due=day(50)), w.measure(b, "済", residual_impact=1, residual_likelihood=1)]
    p = w.approved(w.plan(rows))
    p = w.act("plans", p, "report", {"measure": 7, "progress": "doing", "expected_on": day(51), "note": "部品が遅れる"})
    p = w.act("plans", p, "report", {"measure": 8, "progress": "done"})
    stalled = w.approved(w.plan([w.measure(a, "止まった", due=day(-30)), w.measure(a, "これも", due=day(-3))], title="止まった計画"))
    t = w.tables("plans/reports/drift")
    mine = {r["values"]["measure"].split(" ", 1)[1]: r["values"] for r in t["measures"] if r["of"]["id"] == p["id"]}
    check.that({k: v["drift"] for k, v in mine.items()} == {"過ぎた": "overdue", "着手遅れ": "not_begun", "待つ": "waits", "見込み": "expected"}, "drift by the day", {k: v["drift"] for k, v in mine.items()})
    check.that(mine["見込み"]["report"] == "部品が遅れる" and mine["見込み"]["expected_on"] == day(51), "with what was reported", mine["見込み"])
    gone = [r for r in t["stalled"]]
    check.that([r["of"]["id"] for r in gone] == [stalled["id"]] and gone[0]["values"]["overdue"] == 2 and gone[0]["values"]["first_due"] == day(-30), "a plan of which all that is left is overdue", gone)
    check.that(w.again(stalled)["overdue_n"] == 2, "its page says so")
    effects = {r["of"]["id"]: r["values"] for r in t["effects"]}
    check.that(effects.get(b["id"], {}).get("expected") == "1・1" and effects[b["id"]]["now"] == "3・3", "done, and nothing changed", effects)
    w.change("risks", w.get("risks/" + b["id"]), {"impact": 1, "likelihood": 1})
    check.that(b["id"] not in {r["of"]["id"] for r in w.tables("plans/reports/drift")["effects"]}, "the effect shows")
    for n in (1, 2):
        stalled = w.act("plans", stalled, "report", {"measure": n, "progress": "done"})
    check.that(not w.tables("plans/reports/drift")["stalled"], "done late is not stalled")


def run(postgres):
    w = World(postgres)
    counted_once(w)
    order(w)
    route(w)
    changed_since(w)
    p, outside = evaluation(w)
    side_by_side(w, p, outside)
    drift(w)
    w.k.stop()
    check.that('"findings":0' in w.k.command("audit", "verify"), "the history verifies")
    w.k.close()


on_both(run)
check.end()
