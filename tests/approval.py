#!/usr/bin/env python3
"""Black box: what management approves: which states allow what, what an approved plan holds and what it does not. SQLite and PostgreSQL."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Kaname, on_both

check = Checks()
MINUTES = {"post": "庁議", "minutes": "第3号", "date": "2026-01-15"}


class World:
    def __init__(self, postgres):
        self.k = Kaname(postgres)
        self.manager, self.board = self.k.user("manager1", "risk_manager"), self.k.user("board1", "executive")
        self.k.start()

    def make(self, kind, body):
        a = self.k.call("POST", self.k.at(kind), body, self.manager)
        assert a.status == 201, a.body
        return a.json

    def get(self, kind, id):
        return self.k.call("GET", self.k.at(f"{kind}/{id}"), token=self.manager).json

    def do(self, method, path, body=None, who=None, version=None, kind="plans"):
        if version is None:
            version = self.get(kind, path.split("/")[0])["version"]
        return self.k.call(method, self.k.at(f"{kind}/{path}"), body, who or self.manager, {"If-Match": f'"{version}"'})

    def plan(self, risk, unit, accepted=()):
        measure = {"risk": risk["id"], "title": "二重化", "kind": "prevention", "owner": unit["id"], "due": "2027-03-31"}
        return self.make("plans", {"title": "計画", "measures": [measure], "accepted": [{"risk": r["id"], "reason": "小さい"} for r in accepted]})["id"]


def retire_what_an_approved_plan_names(w):
    unit, risk, other = w.make("units", {"name": "旧課"}), w.make("risks", {"title": "止まる"}), w.make("risks", {"title": "漏れる"})
    plan = w.plan(risk, unit, [other])
    for state in ("draft", "submitted"):
        for kind, r in (("units", unit), ("risks", risk), ("risks", other)):
            a = w.do("DELETE", r["id"], kind=kind)
            check.that(a.status == 409 and "P-0001" in a.body.decode(), f"a {state} plan holds what it names", (a.status, a.body))
        check.status(w.do("POST", plan + ("/submit" if state == "draft" else "/approve"), {} if state == "draft" else MINUTES, w.manager if state == "draft" else w.board), 200, state)
    for kind, r in (("units", unit), ("risks", risk), ("risks", other)):
        check.status(w.do("DELETE", r["id"], kind=kind), 200, "an approved plan holds nothing: " + kind)
        check.that(w.k.call("GET", w.k.at(f"{kind}/{r['id']}/referrers"), token=w.manager).json["referrers"][0]["id"] == plan, "it is still shown what points there")
    p = w.get("plans", plan)
    t = p["_titles"]
    check.that(all(t[r["id"]].get("removed") is True and t[r["id"]]["title"] == (r.get("title") or r.get("name")) for r in (unit, risk, other)), "names are there, marked as retired", t)
    check.that(w.k.call("GET", w.k.at("plans"), token=w.manager).json["_titles"][unit["id"]].get("removed") is True, "in the list too")
    a = w.do("POST", plan + "/report", {"measure": 1, "progress": "done"})
    check.that(a.status == 200 and a.json["measures"][0]["progress"] == "done", "progress of the approved plan is still reported", a.body)
    a = w.k.call("POST", w.k.at("plans"), {"title": "次の計画", "measures": [{"risk": risk["id"], "title": "x", "kind": "prevention"}]}, w.manager)
    check.that(a.status == 422 and "measures/0/risk" in a.body.decode(), "a new plan cannot name a retired risk", a.body)
    living = w.make("plans", {"title": "別の計画"})["id"]
    check.status(w.do("PATCH", living, {"accepted": [{"risk": other["id"], "reason": "x"}]}), 422, "nor can a plan that changes")
    check.status(w.do("DELETE", plan), 409, "the approved plan itself stays")
    check.status(w.do("POST", unit["id"] + "/restore", kind="units"), 200, "restored")
    check.that("removed" not in w.get("plans", plan)["_titles"][unit["id"]], "and no longer marked")


def restoring_needs_what_it_names(w):
    unit = w.make("units", {"name": "移る課"})
    risk = w.make("risks", {"title": "遅れる", "owner": unit["id"]})
    check.status(w.do("DELETE", unit["id"], kind="units"), 409, "a risk holds its owner")
    check.status(w.do("DELETE", risk["id"], kind="risks"), 200, "retired")
    check.status(w.do("DELETE", unit["id"], kind="units"), 200, "retired as well")
    check.status(w.do("POST", risk["id"] + "/restore", kind="risks"), 422, "what comes back needs its owner")


def run(postgres):
    w = World(postgres)
    for part in (retire_what_an_approved_plan_names, restoring_needs_what_it_names):
        part(w)
    w.k.stop()
    check.that('"findings":0' in w.k.command("audit", "verify"), "the history verifies")
    w.k.close()


on_both(run)
check.end()
