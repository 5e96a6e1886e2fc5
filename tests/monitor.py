#!/usr/bin/env python3
"""
Black box: what brings a risk back into the cycle, and what shows that it is time: triggers, steps gone through again, issues that must lead somewhere.
"""
import os, sys, uuid
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Kaname

check = Checks()


class Desk:
    def __init__(self, k, t):
        self.k, self.t = k, t

    def make(self, path, body, status=201):
        a = self.k.call("POST", self.k.at(path), body, self.t)
        check.status(a, status, f"{path} {str(body)[:80]}")
        return a.json

    def get(self, path, status=200):
        a = self.k.call("GET", self.k.at(path), token=self.t)
        check.status(a, status, path)
        return a.json

    def change(self, path, r, body, status=200):
        a = self.k.call("PATCH", self.k.at(path) + "/" + r["id"], body, self.t, {"If-Match": f'"{r["version"]}"'})
        check.status(a, status, f"change {path} {str(body)[:80]}")
        return a.json

    def act(self, path, r, name, body, status=200, token=None):
        a = self.k.call("POST", self.k.at(path) + f"/{r['id']}/{name}", body, token or self.t, {"If-Match": f'"{r["version"]}"'})
        check.status(a, status, f"{name} {path} {str(body)[:80]}")
        return a.json

    def tables(self, path):
        return {t["name"]: t["rows"] for t in self.get(path)["tables"]}


def back_and_on(d):
    r = d.make("risks", {"title": "装置の停止", "state": "watched", "impact": 2})
    d.act("risks", r, "resume", {"result": "x", "state": "open"}, 409)  # it was not sent back
    for body in ({}, {"step": "analyse"}, {"why": "x"}, {"step": "dream", "why": "x"}, {"step": "analyse", "why": "x", "trigger": str(uuid.uuid4())}):
        d.act("risks", r, "reopen", body, 422)
    d.change("risks", r, {"reopened_at": "treat"}, 422)
    b = d.act("risks", r, "reopen", {"step": "evaluate", "why": "契約が変わった"})
    check.that((b["reopened_at"], b["reopened_why"], b["state"]) == ("evaluate", "契約が変わった", "open") and b["reopened_on"], "sent back", b)
    b = d.act("risks", b, "reopen", {"step": "treat", "why": "二つ目"})
    check.that(b["reopened_at"] == "evaluate", "the earlier step stays", b["reopened_at"])
    b = d.act("risks", b, "reopen", {"step": "identify", "why": "三つ目"})
    check.that(b["reopened_at"] == "identify", "an earlier one takes its place", b["reopened_at"])
    b = d.change("risks", b, {"impact": 3})
    check.that(b["reopened_at"] == "identify", "a change alone does not end it")
    for body in ({}, {"result": "x"}, {"state": "watched"}, {"result": "", "state": "watched"}):
        d.act("risks", b, "resume", body, 422)
    b = d.act("risks", b, "resume", {"result": "影響を三にした", "state": "treating"})
    check.that(not b.get("reopened_at") and not b.get("reopened_on") and b["reopened_result"] == "影響を三にした" and b["state"] == "treating", "gone on", b)
    versions = d.get(f"risks/{b['id']}/versions")["versions"]
    check.that([v["action"] for v in versions] == ["resume", "update", "reopen", "reopen", "reopen", "create"], "history keeps each", versions)


def triggers(d, reader):
    risks = [d.make("risks", {"title": f"触れるリスク{i}", "state": s}) for i, s in enumerate(("watched", "closed", "open"))]
    other = d.make("risks", {"title": "触れないリスク", "state": "watched"})
    d.act("risks", risks[2], "reopen", {"step": "context", "why": "先に"})
    retired = d.make("risks", {"title": "廃止"})
    base = {"title": "遠隔保守の弱点が公表された", "kind": "threat", "side": "external", "found_on": "2026-01-05"}
    d.make("triggers", {"title": "種類なし"}, 422)
    d.make("triggers", base | {"state": "handled"}, 422)
    d.act("triggers", d.make("triggers", base | {"step": "analyse"}), "apply", {}, 422)
    d.act("triggers", d.make("triggers", base | {"risks": [other["id"]]}), "apply", {}, 422)
    t = d.make("triggers", base | {"step": "analyse", "risks": [r["id"] for r in risks] + [retired["id"]]})
    check.that(t["state"] == "open", "open at first", t)
    d.act("triggers", t, "apply", {}, 403, reader)
    check.that(d.get("risks/" + risks[0]["id"])["version"] == 1, "refused: nothing happened")
    t = d.act("triggers", t, "apply", {})
    check.that(t["state"] == "handled" and t["handled_on"], "handled", t)
    seen = [d.get("risks/" + r["id"]) for r in risks]
    check.that([r["reopened_at"] for r in seen] == ["analyse", "analyse", "context"] and {r["state"] for r in seen} == {"open"}, "all at the right step", seen)
    check.that(all(r["reopened_by"] == t["id"] and t["number"] in r["reopened_why"] for r in seen), "each says why", seen)
    check.that(d.get("risks/" + other["id"])["version"] == 1, "others are left alone")
    check.that({r["id"] for r in d.get("risks?reopened_by=" + t["id"])["items"]} == {r["id"] for r in risks} | {retired["id"]}, "found by their trigger")
    d.act("triggers", t, "apply", {}, 409)
    d.act("triggers", t, "dismiss", {"why": "x"}, 409)
    d.change("triggers", t, {"title": "別の題"}, 409)
    x = d.make("triggers", base)
    d.act("triggers", x, "dismiss", {}, 422)
    x = d.act("triggers", x, "dismiss", {"why": "その製品を使っていない"})
    check.that(x["state"] == "dismissed" and x["dismissed_reason"] == "その製品を使っていない", "dismissed with its reason", x)


def run(postgres=None):
    k = Kaname(postgres)
    for login, role in (("ciso1", "ciso"), ("viewer1", "viewer")):
        k.command("user", "add", "--login", login, "--roles", role, "--org", k.org)
    t, reader = (k.command("token", "create", "--user", u).strip() for u in ("ciso1", "viewer1"))
    k.start()
    d = Desk(k, t)
    back_and_on(d)
    triggers(d, reader)
    check.that('"findings":0' in k.command("audit", "verify"), "the history holds")
    k.close()


run()
if os.environ.get("KANAME_PG"):
    run(os.environ["KANAME_PG"])
check.end()
