#!/usr/bin/env python3
"""
Black box: a group of organisations (企業集団). What the one above sees of each below is what that one decided to show, and no more: counted by hand here, and two
worlds that differ only in what is not shown answer alike, byte for byte.
"""
import os, re, sys
from urllib.parse import quote
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Desk, Kaname, on_both

check = Checks()
HIDDEN = "誰にも見せない装置"
NO = "00000000-0000-4000-8000-000000000009"
MASKS = [(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", b"ID"), (rb"\b[0-9a-f]{64}\b", b"HASH"),
         (rb"\d{4}-\d\d-\d\dT[0-9:.]+Z", b"TIME"), (rb"[A-Za-z0-9+/]{40,}={0,2}", b"BASE64"), (rb"kaname/[0-9a-f]{16}", b"KEY")]
APPROVAL = {"post": "取締役会", "minutes": "第1号", "date": "2026-01-05"}


class Part(Desk):
    """One organisation with its CISO, executive and administrator."""

    def __init__(self, k, name, parent, login):
        self.name, self.org = name, k.command("org", "add", "--name", name, *(("--parent", parent) if parent else ())).split()[-1]
        self.token = {}
        for role in ("ciso", "executive", "admin"):
            k.command("user", "add", "--login", f"{login}-{role}", "--roles", role, "--org", self.org)
            self.token[role] = k.command("token", "create", "--user", f"{login}-{role}").strip()
        super().__init__(k, self.token["ciso"], check)

    def at(self, path):
        return f"/api/orgs/{self.org}/{path}"

    def call(self, method, path, body=None, token=None, version=None, status=200):
        a = self.k.call(method, self.at(path), body, token or self.t, {"If-Match": f'"{version}"'} if version else None)
        check.status(a, status, f"{method} {path} in {self.name}")
        return a.json

    def make(self, path, body):
        return self.call("POST", path, body, status=201)

    def act(self, path, r, name, body, token=None):
        return self.call("POST", f"{path}/{r['id']}/{name}", body, token, r["version"])

    def show(self, what, reason="取締役会で決めた", status=200, role="admin"):
        return self.call("PUT", "disclosure", {"show": what, "reason": reason}, self.token[role], status=status)

    def criteria(self):
        three = [{"level": i, "name": f"段階{i}", "description": "目安"} for i in (1, 2, 3)]
        cells = [{"impact": i, "likelihood": l, "level": i + l - 1, "accepted": i + l <= 3} for i in (1, 2, 3) for l in (1, 2, 3)]
        r = self.act("criteria-sets", self.make("criteria-sets", {"title": "基準", "impacts": three, "likelihoods": three, "cells": cells}), "submit", {})
        self.act("criteria-sets", r, "approve", APPROVAL, self.token["executive"])

    def risks(self, n, impact, likelihood, name="装置の停止", **more):
        return [self.make("risks", {"title": f"{self.name}の{name}{impact}{likelihood}-{i}", "impact": impact, "likelihood": likelihood} | more) for i in range(n)]

    def plan(self, risks, due):
        """One measure, shared by all these risks."""
        unit = self.make("units", {"name": f"{len(self.call('GET', 'units')['items'])}課"})["id"]
        r = self.make("plans", {"title": "対応計画", "measures": [{"risk": r["id"], "title": "対策", "kind": "prevention", "owner": unit, "due": due} for r in risks]})
        self.act("plans", self.act("plans", r, "submit", {}), "approve", APPROVAL, self.token["executive"])

    def group(self, token=None, status=200):
        a = self.call("GET", "group", token=token or self.token["executive"], status=status)
        return {x["name"]: x for x in a["organisations"]} if status == 200 else a


class World:
    def __init__(self, postgres, hidden=False):
        k = self.k = Kaname(postgres)
        self.top = Part(k, "親会社", None, "top")
        for name, parent in (("閉", self.top), ("状", self.top), ("数", self.top), ("重", self.top), ("中", self.top)):
            setattr(self, name, Part(k, name + "会社", parent.org, "abcde"["閉状数重中".index(name)] + "x"))
        self.閉下, self.中下 = Part(k, "閉の下", self.閉.org, "fx"), Part(k, "中の下", self.中.org, "gx")
        self.other = Part(k, "無関係", None, "hx")
        for role in ("viewer", "risk_owner", "risk_manager", "auditor"):
            k.command("user", "add", "--login", "top-" + role, "--roles", role, "--org", self.top.org)
            self.top.token[role] = k.command("token", "create", "--user", "top-" + role).strip()
        k.start()
        self.fill(hidden)

    def fill(self, hidden):
        for p, what in ((self.閉, "nothing"), (self.数, "figures"), (self.重, "severe"), (self.中, "figures"), (self.中下, "severe")):
            p.show(what)
        for p in (self.閉, self.閉下):
            p.criteria()
            p.risks(4, 3, 3)
        self.状.criteria()
        self.状.risks(4, 2, 2)
        self.figures(self.数, 2 if hidden else 1)  # two of level 1 and three of level 2, or one and four: neither is shown
        self.figures(self.重)
        self.figures(self.中下)
        if not hidden:
            return
        for p in (self.閉, self.閉下):  # what is shown to nobody
            self.secret(p, 5, 3, 3, review_on="2026-01-01")
        self.secret(self.状, 3, 3, 3)  # more risks do not change whether there is something
        self.数.plan(self.数.call("GET", "risks?limit=1")["items"], "2026-01-01")  # two plans or one, two measures overdue or one
        self.数.make("assets", {"name": HIDDEN, "kind": "control"})

    def secret(self, p, n, impact, likelihood, **more):
        a = p.make("assets", {"name": HIDDEN, "kind": "control"})["id"]
        p.risks(n, impact, likelihood, HIDDEN, assets=[a], **more)

    def figures(self, p, least=1):
        """By level: 1 of 1, 4 of 2, 5 of 3, 4 of 5; of these 9 need treatment. Three reviews are overdue, one measure; three services are reached."""
        p.criteria()
        a, b, c, unhurt = (p.make("services", {"name": n})["id"] for n in ("水道", "下水道", "配水", "検針"))
        asset = p.make("assets", {"name": "装置", "kind": "control", "services": [c, a]})["id"]
        p.risks(least, 1, 1)
        p.risks(5 - least, 1, 2, services=[unhurt])
        p.risks(3, 2, 2, services=[a, b], review_on="2026-01-01")
        p.risks(2, 3, 1, assets=[asset])
        p.plan(p.risks(4, 3, 3), "2026-01-01")
        p.risks(2, 3, 3, state="closed", review_on="2026-01-01")


EMPTY = {"treat": 0, "accept": 0, "undecided": 0, "none": 0}


def seen(w):
    g = w.top.group()
    check.that(sorted(g) == sorted(["閉会社", "状会社", "数会社", "重会社", "中会社", "中の下"]), "who is listed: nothing under what is closed", list(g))
    check.that(g["閉会社"] == {"name": "閉会社", "kind": "operator", "depth": 1, "show": "nothing"}, "nothing is nothing", g["閉会社"])
    check.that(g["状会社"] == {"name": "状会社", "kind": "operator", "depth": 1, "show": "standing", "decided": False, "criteria": True, "plan": False, "late": False}, "not decided: standing only", g["状会社"])
    f = g["数会社"]["figures"]
    check.that(f["levels"] == [0, None, None, 5, 0, 4], "by level: one hidden, another with it", f)
    check.that(f["verdicts"] == {"treat": 9, "accept": 5, "undecided": 0, "none": 0}, "by evaluation", f)
    check.that((f["reviews"], f["measures"], f["plans"], f["services"]) == (3, None, None, 3), "three are shown, one is hidden", f)
    check.that(g["数会社"]["late"] and g["数会社"]["plan"] and g["数会社"]["criteria"] and "severe" not in g["数会社"], "standing as well", g["数会社"])
    s = g["重会社"]["severe"]
    check.that(len(s) == 5 and [x["level"] for x in s] == [5, 5, 5, 5, 3] and s[0]["title"].startswith("重会社の装置の停止33") and "figures" in g["重会社"], "the gravest five", s)
    check.that(g["中の下"]["depth"] == 2 and g["中の下"]["show"] == "figures" and "severe" not in g["中の下"], "not more than the one between shows", g["中の下"])
    check.that(g["中会社"]["figures"] == {"levels": [0], "verdicts": EMPTY, "reviews": 0, "measures": 0, "plans": 0, "services": 0}, "without records", g["中会社"])
    check.that(all("id" not in x for x in g.values()), "no way in for who has no role there", g)
    check.that(w.中.group()["中の下"]["show"] == "severe" and "severe" in w.中.group()["中の下"], "the one between sees what it is shown")
    check.that(w.閉.group() == {} or list(w.閉.group()) == ["閉の下"], "below the closed one", w.閉.group())
    check.that(w.中下.group() == {} and w.other.group() == {}, "nothing below")


def who(w):
    for role in ("ciso", "executive", "risk_manager", "auditor"):
        w.top.group(w.top.token[role])
    for role in ("viewer", "risk_owner", "admin"):
        w.top.group(w.top.token[role], 403)
    w.top.group(w.other.token["executive"], 404)
    w.top.group(w.数.token["executive"], 404)  # from below upwards
    for p in (w.閉, w.数, w.重):
        a, b = (w.k.call("GET", f"/api/orgs/{o}/{path}", token=w.top.token["ciso"]) for o in (p.org, NO) for path in ("disclosure",))
        check.that(a.status == 404 and a.body == b.body, "what it decided is its own", a.body)


def decide(w):
    p = w.状
    for role in ("ciso", "executive"):
        p.show("figures", status=403, role=role)
    for body in ({}, {"show": "figures"}, {"reason": "x"}, {"show": "all", "reason": "x"}, {"show": "figures", "reason": ""}, {"show": "figures", "reason": "x", "id": NO}):
        p.call("PUT", "disclosure", body, p.token["admin"], status=422)
    now = p.call("GET", "disclosure")
    check.that(now["show"] == "standing" and not now["decided"] and now["above"] and now["versions"] == [] and len(now["choices"]) == 4, "not decided", now)
    p.show("figures", "監査役会の求め")
    p.show("figures", "監査役会の求め")  # the same again is no change
    p.show("nothing", "見直し")
    now = p.call("GET", "disclosure", token=p.token["admin"])
    check.that([(v["version"], v["values"]["show"], v["values"]["reason"], v["author"]) for v in now["versions"]] == [(2, "nothing", "見直し", "bx-admin"), (1, "figures", "監査役会の求め", "bx-admin")], "each decision with who and why", now)
    check.that([x["action"] for x in p.call("GET", "log?action=disclosure")["leaves"]] == ["disclosure.update", "disclosure.create"], "in the history")
    check.that(w.top.group()["状会社"]["show"] == "nothing", "it holds at once")
    w.中.show("nothing")
    check.that("中の下" not in w.top.group(), "who closes, closes what is below")
    w.中.show("standing")
    check.that(w.top.group()["中の下"]["show"] == "standing" and "figures" not in w.top.group()["中の下"], "as far as the one between lets through")
    w.k.call("DELETE", w.数.at("disclosures/" + NO), token=w.数.token["admin"], headers={"If-Match": '"1"'})
    check.status(w.k.call("GET", w.数.at("disclosures"), token=w.数.t), 404, "it is no register")


def outside_of_a_group(w):
    """A ministry or a hub is no parent company: it is shown nothing, whatever was decided."""
    k = w.k
    admin = k.enter(k.link)
    h = lambda: {"headers": admin}
    a = k.call("POST", "/api/orgs", {"name": "所管省", "kind": "ministry"}, **h())
    check.status(a, 201, "a ministry")
    b = k.call("POST", "/api/orgs", {"name": "所管の事業者", "parent": a.json["id"]}, **h())
    check.status(b, 201, "an operator below it")
    at, below = (f"/api/orgs/{x.json['id']}/" for x in (a, b))
    check.status(k.call("PUT", below + "disclosure", {"show": "severe", "reason": "x"}, **h()), 200, "it would show")
    me = k.call("GET", "/api/account", **h()).json
    person = next(p for p in k.call("GET", at + "people", **h()).json["items"] if p["name"] == me["name"])
    check.status(k.call("PATCH", at + "people/" + person["id"], {"roles": ["admin", "auditor"]}, **h()), 200, "an auditor of the ministry")
    g = k.call("GET", at + "group", **h()).json["organisations"]
    check.that([(x["name"], x["show"], "id" in x) for x in g] == [("所管の事業者", "nothing", True)], "nothing, though the way in is there for its own people", g)


def masked(answer):
    body = answer.body
    for pattern, name in MASKS:
        body = re.sub(pattern, name, body)
    return answer.status, {n: v for n, v in answer.headers.items() if n not in ("date", "content-length")}, body


def two_worlds(plain, other):
    words = [HIDDEN, "装置", "閉会社", "停止"]
    for role in ("ciso", "executive", "auditor", "viewer", "admin"):
        for path in ("group", "home", "meta", "people", "log", "disclosure", "risks", "assets", "risks/reports/between?from=2026-01-01", "risks/reports/board", *("search?q=" + quote(x) for x in words)):
            a, b = (w.k.call("GET", w.top.at(path), token=w.top.token[role]) for w in (plain, other))
            check.that(masked(a) == masked(b), f"the worlds differ at {path} for {role}", (masked(a), masked(b)))
            check.that(HIDDEN.encode() not in b.body or path.startswith("search"), "a hidden name in " + path)
        for p in ("閉", "状", "数"):
            for path in ("risks", "home", "group", "disclosure", "assets"):
                a, b = (w.k.call("GET", getattr(w, p).at(path), token=w.top.token[role]) for w in (plain, other))
                check.that(a.status == 404 and masked(a) == masked(b), "no way in", (p, path, a.status))
    check.that(HIDDEN in str(other.数.call("GET", "assets")), "it is there for its own people")


def run(postgres=None):
    w, other = World(postgres), World(postgres, hidden=True)
    two_worlds(w, other)
    seen(w)
    who(w)
    decide(w)
    outside_of_a_group(w)
    for x in (w, other):
        x.k.stop()
        check.that('"findings":0' in x.k.command("audit", "verify"), "the history holds")
        x.k.close()


on_both(run)
check.end()
