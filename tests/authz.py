#!/usr/bin/env python3
"""
Black box: who may do what, as one hand-written table of route × principal. The routes are read from the running server; one that is
missing in the table fails. Then: another organisation's record answers byte for byte like one that does not exist. Imports nothing of the server.
"""
import base64, json, os, sys, uuid
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Kaname, on_both

check = Checks()
# Columns of every row below. ro: read-only token of the CISO; old: expired token of the CISO; nar: a CISO's and viewer's token narrowed to viewer.
WHO = "anon viewer owner manager ciso exec auditor admin foreign ro old nar".split()
O, L, N, U, F = "2xx", 401, 404, 401, 403
REGISTER = "units suppliers contacts services assets dependencies common-causes cascades certificates meetings risks issues triggers criteria-sets plans simulations consultations incidents duties notices received-reports severity-rubrics cases figure-sets".split()

POINTING = "plans triggers cases notices dependencies common-causes".split()  # those that point to others

#          anon viewer owner manager ciso exec auditor admin foreign ro old nar
PUBLIC = [O, O, O, O, O, O, O, O, O, O, O, O]
LOGIN = [L, L, L, L, L, L, L, L, L, L, L, L]  # public, and nobody's password
SELF = [U, O, O, O, O, O, O, O, O, O, U, O]
COOKIE = [U, F, F, F, F, F, F, F, F, F, U, F]  # not with a token
MEMBER = [U, O, O, O, O, O, O, O, N, O, U, O]
READER = [U, O, O, O, O, O, O, F, N, O, U, O]  # the administrator reads no register
READ = [U, O, O, O, O, O, O, N, N, O, U, O]  # … and does not learn what is in it
EDIT = [U, F, O, O, O, F, F, N, N, F, U, F]
MANAGE = [U, F, F, O, O, F, F, N, N, F, U, F]
ISSUE = [U, F, O, O, O, F, O, N, N, F, U, F]  # auditors raise issues
APPROVE = [U, F, F, F, F, O, F, N, N, F, U, F]
CONTROL = [U, F, F, F, O, O, O, N, N, O, U, F]  # the auditor's view: who owns the cycle, who approves, who audits
ATTACH = [U, F, O, O, O, O, F, N, N, F, U, F]  # who may change it or act on it: who is asked on the route attaches grounds, the executive the minutes
ENDORSE = [U, F, 422, 422, 422, 422, F, N, N, F, U, F]  # may answer, but the route has no such step
CANCEL = [U, F, 409, 409, 409, F, F, N, N, F, U, F]  # may, but nothing runs
SIGN = [U, F, F, O, O, O, F, N, N, F, U, F]  # the approval of a report: managers, and the executive
NOBODY = [U, F, F, F, F, F, F, N, N, F, U, F]  # a duty follows from facts: nobody makes or retires one
DISPOSE = [U, F, F, F, O, F, F, N, N, F, U, F]
INSTANCE = [U, F, F, F, F, F, F, F, F, F, U, F]  # none of these runs the installation
IMPORT = [U, F, F, O, O, F, F, F, N, F, U, F]
OVERSEE = [U, F, F, O, O, O, O, F, N, O, U, F]  # what organisations below show
ADMIN = [U, F, F, F, F, F, F, O, N, F, U, F]
IMPERSONAL = [U, F, F, F, 409, F, F, N, N, F, U, F]  # may dispose, but there is nothing personal in it
PERSONAL = {"contacts": "telephone", "suppliers": "telephone", "plans": "submitted_by", "criteria-sets": "approved_by", "duties": "spoke_with"}

TABLE = {
    "GET /healthz": PUBLIC, "GET /": PUBLIC, "GET /api/openapi.json": PUBLIC, "GET /assets/{name}": [N] * 12,  # of a file that is not there
    "POST /api/login": LOGIN, "POST /api/login/link": LOGIN, "POST /api/logout": SELF, "GET /api/session": SELF,
    "GET /api/account/tokens": SELF, "POST /api/account/password": COOKIE, "GET /api/meta": MEMBER,
    "GET /api/jobs": INSTANCE,
    "GET /api/packs": SELF, "GET /api/packs/{code}/{kind}": SELF, "GET /api/vocabulary": SELF, "POST /api/judge": SELF, "GET /judge": SELF, "POST /judge": SELF, "GET /judge/sheet": SELF,  # published facts, for whoever is logged in
    "GET /api/orgs/{org}/home": MEMBER, "GET /api/orgs/{org}/meta": MEMBER, "GET /api/orgs/{org}/search": READER,
    "GET /api/orgs/{org}/log": READER, "GET /api/orgs/{org}/calendar.ics": READER, "GET /api/orgs/{org}/checkpoint": READER, "GET /api/orgs/{org}/people": MEMBER,
    "GET /api/orgs/{org}/webhooks": ADMIN, "POST /api/orgs/{org}/webhooks": ADMIN, "PATCH /api/orgs/{org}/webhooks/{id}": ADMIN, "DELETE /api/orgs/{org}/webhooks/{id}": ADMIN,
    "POST /api/orgs/{org}/webhooks/{id}/secret": ADMIN, "POST /api/orgs/{org}/webhooks/{id}/test": ADMIN, "GET /api/orgs/{org}/webhooks/{id}/deliveries": ADMIN,
    "POST /api/orgs/{org}/people": ADMIN, "PATCH /api/orgs/{org}/people/{id}": ADMIN, "POST /api/orgs/{org}/people/{id}/link": ADMIN,
    "POST /api/orgs/{org}/people/{id}/totp-reset": ADMIN, "GET /api/orgs/{org}/settings": MEMBER, "PATCH /api/orgs/{org}/settings": ADMIN,
    "GET /api/orgs/{org}/group": OVERSEE, "GET /api/orgs/{org}/disclosure": MEMBER, "PUT /api/orgs/{org}/disclosure": ADMIN,
    "POST /api/orgs": INSTANCE, "GET /api/account": SELF, "POST /api/account/tokens": COOKIE, "DELETE /api/account/tokens/{id}": COOKIE,
    "POST /api/account/totp": COOKIE, "POST /api/account/totp/confirm": COOKIE, "POST /api/account/totp/remove": COOKIE,
    "POST /api/orgs/{org}/criteria-sets/{id}/approve": APPROVE,
    "POST /api/orgs/{org}/criteria-sets/{id}/submit": MANAGE, "POST /api/orgs/{org}/criteria-sets/{id}/return": APPROVE, "POST /api/orgs/{org}/plans/{id}/submit": MANAGE,
    "POST /api/orgs/{org}/plans/{id}/endorse": ENDORSE, "POST /api/orgs/{org}/criteria-sets/{id}/endorse": ENDORSE,
    "GET /api/orgs/{org}/plans/reports/drift": READ, "GET /api/orgs/{org}/plans/{id}/reports/evaluation": READ, "GET /api/orgs/{org}/plans/{id}/reports/compare": READ,
    "POST /api/orgs/{org}/plans/{id}/approve": APPROVE, "POST /api/orgs/{org}/plans/{id}/return": APPROVE,
    "POST /api/orgs/{org}/risks/{id}/reopen": EDIT, "POST /api/orgs/{org}/risks/{id}/resume": EDIT,
    "POST /api/orgs/{org}/triggers/{id}/apply": MANAGE, "POST /api/orgs/{org}/triggers/{id}/dismiss": MANAGE,
    "POST /api/orgs/{org}/cascades/{id}/start": EDIT, "POST /api/orgs/{org}/cascades/{id}/cancel": CANCEL, "GET /api/orgs/{org}/cascades/{id}/reports/progress": READ, "GET /api/orgs/{org}/cascades/{id}/reports/result": READ,
    "POST /api/orgs/{org}/simulations/{id}/start": EDIT, "POST /api/orgs/{org}/simulations/{id}/cancel": CANCEL,
    "GET /api/orgs/{org}/simulations/{id}/reports/progress": READ, "GET /api/orgs/{org}/simulations/{id}/reports/result": READ,
    "GET /api/orgs/{org}/risks/reports/coverage": READ, "GET /api/orgs/{org}/risks/reports/identify": READ, "GET /api/orgs/{org}/risks/reports/calendar": READ,
    "GET /api/orgs/{org}/risks/reports/board": READ, "GET /api/orgs/{org}/risks/reports/audit": CONTROL,
    "GET /api/orgs/{org}/risks/reports/matrix": READ, "GET /api/orgs/{org}/dependencies/reports/graph": READ, "GET /api/orgs/{org}/dependencies/reports/net.json": READ, "GET /api/orgs/{org}/dependencies/reports/net.graphml": READ,
    "GET /api/orgs/{org}/dependencies/reports/singles": READ, "GET /api/orgs/{org}/dependencies/reports/reach": READ,
    "GET /api/orgs/{org}/risks/reports/priority": READ, "GET /api/orgs/{org}/risks/reports/retained": READ,
    "GET /api/orgs/{org}/risks/reports/between": READ, "GET /api/orgs/{org}/issues/reports/ages": READ,
    "GET /api/orgs/{org}/criteria-sets/reports/judgements": READ, "GET /api/orgs/{org}/criteria-sets/{id}/reports/changes": READ,
    "POST /api/orgs/{org}/incidents/{id}/begin": EDIT, "POST /api/orgs/{org}/incidents/{id}/end": EDIT, "POST /api/orgs/{org}/incidents/{id}/continue": EDIT,
    "POST /api/orgs/{org}/incidents/{id}/tell": EDIT, "POST /api/orgs/{org}/incidents/{id}/recover": EDIT, "POST /api/orgs/{org}/incidents/{id}/reopen": EDIT,
    "POST /api/orgs/{org}/incidents/{id}/close": MANAGE, "GET /api/orgs/{org}/incidents/{id}/reports/facts": READ,
    "GET /api/orgs/{org}/incidents/{id}/reports/verdicts": READ, "POST /api/orgs/{org}/incidents/{id}/reports/what-if": READ, "GET /api/orgs/{org}/duties/{id}/reports/script": READ,
    "POST /api/orgs/{org}/duties/{id}/draft": EDIT, "POST /api/orgs/{org}/duties/{id}/approve": SIGN, "POST /api/orgs/{org}/duties/{id}/make": EDIT,
    "GET /api/orgs/{org}/duties/{id}/reports/reminders": READ,
    "GET /api/orgs/{org}/incidents/{id}/reports/wording": READ, "POST /api/orgs/{org}/notices/{id}/put-out": EDIT, "POST /api/orgs/{org}/notices/{id}/release": EDIT,
    "POST /api/orgs/{org}/duties/{id}/accept": EDIT, "POST /api/orgs/{org}/duties/{id}/return": EDIT, "POST /api/orgs/{org}/duties/{id}/close": MANAGE,
    "GET /api/orgs/{org}/duties/{id}/reports/document.pdf": READ, "GET /api/orgs/{org}/duties/{id}/reports/document.xlsx": READ, "GET /api/orgs/{org}/duties/{id}/reports/document.json": READ,
    "GET /api/orgs/{org}/duties/{id}/reports/document": READ, "POST /api/orgs/{org}/received-reports/document": EDIT,
    "POST /api/orgs/{org}/received-reports/{id}/check": EDIT, "POST /api/orgs/{org}/received-reports/{id}/return": MANAGE, "POST /api/orgs/{org}/received-reports/{id}/accept": MANAGE,
    "POST /api/orgs/{org}/received-reports/{id}/close": MANAGE, "POST /api/orgs/{org}/received-reports/{id}/reopen": MANAGE,
    "GET /api/orgs/{org}/received-reports/reports/figures": READ, "GET /api/orgs/{org}/received-reports/reports/judged": READ, "GET /api/orgs/{org}/incidents/reports/judged": READ, "POST /api/orgs/{org}/figure-sets/{id}/freeze": MANAGE, "GET /api/orgs/{org}/figure-sets/{id}/reports/members": READ,
    "GET /api/orgs/{org}/figure-sets/{id}/reports/published": READ, "GET /api/orgs/{org}/figure-sets/{id}/reports/since": READ, "GET /api/orgs/{org}/figure-sets/{id}/reports/restated": READ,
    "POST /api/orgs/{org}/cases/{id}/judge": MANAGE, "POST /api/orgs/{org}/cases/{id}/close": MANAGE, "POST /api/orgs/{org}/cases/{id}/reopen": MANAGE, "GET /api/orgs/{org}/cases/reports/overview": READ,
    "POST /api/orgs/{org}/plans/{id}/report": EDIT, "POST /api/orgs/{org}/import": IMPORT, "POST /api/orgs/{org}/import/propose": IMPORT,
}
for _row in [r for r in TABLE if r.startswith("GET ") and "/reports/" in r and "." not in r and not r.endswith(("/facts", "/verdicts", "/wording", "/script", "/document", "/members", "/graph", "/reach", "/progress", "/result"))]:
    TABLE[_row + ".csv"] = TABLE[_row + ".xlsx"] = TABLE[_row]  # those that are tables
for _r in REGISTER:
    _managed = _r in ("criteria-sets", "plans", "severity-rubrics", "figure-sets")
    _at = "/api/orgs/{org}/" + _r
    _one = _at + "/{id}"
    TABLE["GET " + _at] = TABLE["GET " + _at + ".csv"] = TABLE["GET " + _at + ".xlsx"] = READ
    TABLE["POST " + _at + "/bulk"] = MANAGE if _managed else EDIT
    TABLE["POST " + _at] = ISSUE if _r == "issues" else MANAGE if _managed else EDIT
    for _tail in ("", "/versions", "/referrers", "/receipt"):
        TABLE["GET " + _one + _tail] = READ
    TABLE["PUT " + _one] = TABLE["PATCH " + _one] = MANAGE if _managed else EDIT
    TABLE["DELETE " + _one] = TABLE["POST " + _one + "/restore"] = MANAGE
    _attach = MANAGE if _r in ("severity-rubrics", "figure-sets") else ATTACH if _managed or _r == "duties" else EDIT
    TABLE["GET " + _one + "/files"] = TABLE["GET " + _one + "/files/{file}"] = TABLE["GET " + _one + "/files/{file}/receipt"] = READ
    for _m in ("POST {}/files", "PUT {}/files/{{file}}", "DELETE {}/files/{{file}}"):
        TABLE[_m.format(_one)] = _attach
    TABLE["POST " + _one + "/files/{file}/dispose"] = DISPOSE
    TABLE["POST " + _one + "/dispose"] = DISPOSE if _r in PERSONAL else IMPERSONAL
TABLE["POST /api/orgs/{org}/duties"] = TABLE["DELETE /api/orgs/{org}/duties/{id}"] = TABLE["POST /api/orgs/{org}/duties/{id}/restore"] = NOBODY


class World:
    """Two organisations, their people, and records made as they are wanted."""

    def __init__(self, postgres):
        k = self.k = Kaname(postgres)
        self.n, self.pool, self.waits = 0, {}, []
        self.b = k.command("org", "add", "--name", "別の組織").split()[-1]
        self.token = {"anon": None}
        for who, role in zip(WHO[1:8], "viewer risk_owner risk_manager ciso executive auditor admin".split()):
            self.token[who] = self.person(who + "1", role, k.org)
        self.token["foreign"] = self.person("foreign", "ciso", self.b)
        self.token["ro"] = k.command("token", "create", "--user", "ciso1", "--read-only").strip()
        self.token["old"] = k.command("token", "create", "--user", "ciso1", "--days", "0").strip()
        k.command("user", "add", "--login", "both", "--roles", "ciso,viewer", "--org", k.org)
        self.token["nar"] = k.command("token", "create", "--user", "both", "--roles", "viewer").strip()
        k.start()
        self.risk = self.make("risks")["id"]
        self.unit = self.make("units")["id"]
        self.incident = self.make("incidents")["id"]
        self.received = self.make("received-reports")["id"]
        self.rubric = self.make("severity-rubrics")["id"]
        self.asset, self.supplier = (self.make(r)["id"] for r in ("assets", "suppliers"))

    def person(self, login, roles, org):
        self.k.command("user", "add", "--login", login, "--roles", roles, "--org", org)
        return self.k.command("token", "create", "--user", login).strip()

    def body(self, res):
        self.n += 1
        name = f"記録{self.n}"
        three = [{"level": i, "name": f"段階{i}", "description": "目安"} for i in (1, 2, 3)]
        cells = [{"impact": i, "likelihood": l, "level": max(i, l), "accepted": max(i, l) == 1} for i in (1, 2, 3) for l in (1, 2, 3)]
        return {"contacts": lambda: {"post": name, "telephone": "03-0000-0000"}, "risks": lambda: {"title": name, "per_century": 50, "loss": 1000000}, "simulations": lambda: {"title": name, "trials": 1000},
                "assets": lambda: {"name": name, "kind": KIND}, "issues": lambda: {"title": name, "origin": ORIGIN, "state": STATE},
                "dependencies": lambda: {"title": name, "asset": self.asset, "on_suppliers": [self.supplier], "fails_when": "any"},
                "common-causes": lambda: {"title": name, "assets": [self.asset]}, "cascades": lambda: {"title": name, "scenarios": 1000, "hours": 0},
                "consultations": lambda: {"title": name, "kind": "told", "party": "庁議", "held_on": "2026-01-01"},
                "triggers": lambda: {"title": name, "kind": "threat", "risks": [self.risk], "step": "analyse"},
                "criteria-sets": lambda: {"title": name, "impacts": three, "likelihoods": three, "cells": cells},
                "plans": lambda: {"title": name, "measures": [{"risk": self.risk, "title": "対策", "kind": MEASURE, "owner": self.unit, "due": "2030-01-01"}]},
                "incidents": lambda: {"title": name, "segments": [SEGMENT]}, "duties": lambda: {},
                "notices": lambda: {"title": name, "incident": self.incident, "stage": "first", "audience": "public", "text": "文面", "next_at": "2030-01-01T00:00:00Z"},
                "severity-rubrics": lambda: {"title": name, "cells": [{"extent": "1", "time": "1", "level": "1"}]},
                "cases": lambda: {"title": name, "ends": AT, "reports": [self.received], "rubric": self.rubric} ,
                "figure-sets": lambda: {"title": name, "fiscal_year": 2025, "cut_off": AT, "reason": "公表"},
                "received-reports": lambda: {"subject": name, "operator": "通信", "kind": "notice", "text": "文面"},
                "disclosure": lambda: {"show": "figures", "reason": name},
                "webhooks": lambda: {"url": "https://kaname.invalid/", "events": ["duty.made"]},
                "people": lambda: {"name": name, "login": f"p{uuid.uuid4().hex}", "roles": ["viewer"]},
                }.get(res, lambda: {"name": name})()

    def duty(self, org, token):
        """A fresh duty: out of facts, many at a time."""
        pool = self.pool.setdefault(org, [])
        if not pool:
            for i in range(20):
                a = self.k.call("POST", f"/api/orgs/{org}/incidents", {**MET, "title": f"停止{i}"}, token)
                assert a.status == 201, a.body.decode()
                self.waits.append(a.json["id"])
            while self.waits:
                a = self.k.call("GET", f"/api/orgs/{org}/duties?incident={self.waits[0]}", token=token)
                pool += a.json["items"]
                if a.json["items"]:
                    self.waits.pop(0)
        return pool.pop()

    def make(self, res, org=None, token=None):
        if res == "webhooks":
            there = self.k.call("GET", f"/api/orgs/{self.k.org}/webhooks", token=self.token["admin"]).json["items"]  # few are allowed
            if there:
                return there[0]
        if res == "duties":
            return self.duty(org or self.k.org, token or self.token["ciso"])
        a = self.k.call("POST", f"/api/orgs/{org or self.k.org}/{res}", self.body(res), token or self.token["ciso"])
        assert a.status == 201, (res, a.status, a.body.decode())
        return a.json

    def act(self, path, version, tail, who, body):
        a = self.k.call("POST", f"{path}/{tail}", body, self.token[who], {"If-Match": f'"{version}"'})
        assert a.status == 200, (path, tail, a.body.decode())
        return version + 1


KIND, ORIGIN, STATE, MEASURE = "system", "audit", "open", "prevention"
APPROVAL = {"post": "庁議", "minutes": "第1号", "date": "2026-01-01"}


SEGMENT = {"kind": "stopped", "from": "2026-01-01T00:00:00Z", "open": True}
AT = "2026-01-01T01:00:00Z"
MET = {"operator_class": "telecom.carrier", "segments": [{"kind": "stopped", "class": "other", "from": "2026-01-01T00:00:00Z", "to": "2026-01-01T03:00:00Z", "value": 42000}], "facts": [
    {"fact": "service_class", "is": "other"}, {"fact": "cause.facility_failure", "is": "own"}, {"fact": "service.only_additional_function", "is": "false"}, {"fact": "impact.sufferers", "number": 42000, "per": "other"}]}
MADE = {"means": "mail", "at": AT, "made_to": "窓口", "without_approval": "急ぎ"}
REOPEN = {"step": "analyse", "why": "変化があった"}


def ready(w, res, tail):
    """A fresh record in the state that the act wants: its path and version."""
    path, v = f"/api/orgs/{w.k.org}/{res}/" + w.make(res, token=w.token["admin"] if res in ("people", "webhooks") else None)["id"], 1
    if res == "plans" and tail in ("approve", "endorse", "return", "report", "dispose"):
        v = w.act(path, v, "submit", "ciso", {})
    if res == "criteria-sets" and tail in ("approve", "endorse", "return", "dispose"):
        v = w.act(path, v, "submit", "ciso", {})
    if (res, tail) in (("plans", "report"), ("criteria-sets", "dispose")):
        v = w.act(path, v, "approve", "exec", APPROVAL)
    if res == "incidents" and tail in ("close", "reopen"):
        v = w.act(path, v, "recover", "ciso", {"at": AT})
    if res == "duties" and tail == "approve":
        v = w.act(path, v, "draft", "ciso", {"draft": "文面"})
    if res == "duties" and tail in ("accept", "return", "close", "dispose"):
        v = w.act(path, v, "make", "ciso", MADE | {"spoke_with": "担当者"})
    if res == "cases" and tail in ("close", "reopen"):
        v = w.act(path, v, "judge", "ciso", CASE["judge"])
    if res == "received-reports" and tail in ("return", "accept", "close", "reopen"):
        v = w.act(path, v, "check", "ciso", {})
    if res == "received-reports" and tail in ("close", "reopen"):
        v = w.act(path, v, "accept", "ciso", {"number": "1"})
    if (res, tail) == ("notices", "release"):
        v = w.act(path, v, "put-out", "ciso", PUT_OUT)
    if tail == "resume":
        v = w.act(path, v, "reopen", "ciso", REOPEN)
    if tail == "restore" and res != "duties":
        w.k.call("DELETE", path, token=w.token["ciso"], headers={"If-Match": f'"{v}"'})
        v += 1
    return path, v


def input_of(w, res, method, tail):
    if method in ("PUT", "PATCH"):
        return w.body(res)
    if tail == "dispose":
        return {"field": PERSONAL.get(res, "name"), "ground": "保存期間が過ぎた"}
    if tail == "files":
        return FILE
    if tail == "reports/what-if":
        return {"as_of": AT}
    if res == "incidents" and tail == "reopen":
        return {"why": "訂正"}
    if res == "notices" and tail in ("put-out", "release"):
        return PUT_OUT if tail == "put-out" else {"why": "済"}
    if res == "duties" and tail in DUTY:
        return DUTY[tail]
    if res == "cases" and tail in CASE:
        return CASE[tail]
    if res == "received-reports" and tail in RECEIVED:
        return RECEIVED[tail]
    if tail == "files/{file}/dispose":
        return {"ground": "保存期間が過ぎた"}
    return {"approve": APPROVAL, "endorse": {"step": 1, "result": "agreed"}, "return": {"why": "期限"}, "report": {"measure": 1, "progress": "done"},
            "begin": SEGMENT | {"group": "別"}, "end": {"segment": 1, "at": AT}, "continue": {"segment": 1, "at": AT, "value": 1}, "tell": {"fact": "event.planned", "is": "true"}, "recover": {"at": AT},
            "close": {"outcome": "済"}, "reopen": REOPEN, "resume": {"result": "変わらない", "state": "watched"}, "dismiss": {"why": "関係しない"}}.get(tail, {})


DUTY = {"draft": {"draft": "文面"}, "approve": {"approved_by": "CISO"}, "make": MADE, "accept": {}, "return": {"why": "別紙がない"}, "close": {"why": "済"}}
CASE = {"judge": {"extent": "1", "time": "1", "safety": "0", "other": "0", "grounds": "目安", "judged_by": "会議"}, "close": {"lessons": "切替えの訓練"}, "reopen": {"why": "訂正"}}
RECEIVED = {"check": {}, "return": {"comment": "別紙がない"}, "accept": {"number": "1"}, "close": {}, "reopen": {"why": "訂正"}}
PUT_OUT = {"channel": "site", "at": AT}
FILE = {"name": "議事録.txt", "size": 6}
OCTETS = {"Content-Type": "application/octet-stream"}


def attached(w, one, token, whole=True):
    """A file, or with whole=False an upload that waits for its one piece."""
    a = w.k.call("POST", one + "/files", FILE, token)
    assert a.status == 201, a.body.decode()
    path = f"{one}/files/{a.json['id']}"
    assert not whole or w.k.call("PUT", path + "?at=0", token=token, raw="議事".encode(), headers=OCTETS).status == 201
    return a.json["id"]


def ask_file(w, method, res, tail, who):
    one, _ = ready(w, res, tail)
    allowed = TABLE[f"{method} /api/orgs/{{org}}/{res}/{{id}}/{tail}"][WHO.index(who)] == O
    file = attached(w, one, w.token[who if allowed and method == "PUT" else "ciso"], whole=method != "PUT")
    path = one + "/" + tail.replace("{file}", file)
    if method == "PUT":
        return w.k.call("PUT", path + "?at=0", token=w.token[who], raw="議事".encode(), headers=OCTETS)
    return w.k.call(method, path, input_of(w, res, method, tail) if method == "POST" else None, w.token[who])


def imported(w, path, token):
    w.n += 1
    sheet = f"部署名\n取込{w.n}\n".encode()
    if path.endswith("propose"):
        return w.k.call("POST", path, token=token, raw=sheet, headers={"Content-Type": "application/octet-stream", "X-File-Name": "units.csv"})
    return w.k.call("POST", path, {"name": "units.csv", "file": base64.b64encode(sheet).decode()}, token)


def document(w):
    w.n += 1
    return {"format": "kaname-report/1", "operator": {"name": "通信"}, "report": {"reference": f"r{w.n}", "kind": "notice", "subject": f"報告{w.n}"}, "incident": {}}


def ask(w, method, pattern, who):
    token, path = w.token[who], pattern.replace("{org}", w.k.org).replace("{name}", "none.js").replace("{code}/{kind}", "jp/events")
    if pattern.startswith("/api/account/tokens/"):
        return w.k.call(method, path.replace("{id}", str(uuid.uuid4())), token=token)
    if "{id}" in pattern:
        res, tail = pattern.split("/")[4], pattern.split("{id}")[1][1:]
        if "{file}" in tail:
            return ask_file(w, method, res, tail, who)
        if method == "GET":
            query = f"?with={w.shown[res]}" if tail.split(".")[0] == "reports/compare" else "?stage=first&audience=public" if tail == "reports/wording" else ""
            shown = w.make(res, token=w.token["admin"])["id"] if res == "webhooks" else w.shown[res]
            return w.k.call("GET", path.replace("{id}", shown) + query, token=token)
        one, v = ready(w, res, tail)
        body = None if method == "DELETE" else input_of(w, res, method, tail)
        return w.k.call(method, one + ("/" + tail if tail else ""), body, token, {"If-Match": f'"{v}"'})
    if method == "GET":
        query = {"/api/meta": "?org=" + w.k.org, "/judge/sheet": "?class=telecom.carrier", "/api/orgs/{org}/risks/reports/between": "?from=2026-01-01", "/api/orgs/{org}/received-reports/reports/figures": "?fiscal_year=2025", "/api/orgs/{org}/search": "?q=%E8%A8%98%E9%8C%B2", "/api/orgs/{org}/risks/reports/identify": "?asset=" + w.shown["assets"], "/api/orgs/{org}/dependencies/reports/reach": "?node=A-0001"}.get(pattern.split(".")[0] if "/reports/" in pattern else pattern, "")
        return w.k.call("GET", path + query, token=token)
    if "/import" in pattern:
        return imported(w, path, token)
    if pattern.endswith("/document"):
        return w.k.call(method, path, document(w), token)
    if pattern.endswith("/bulk"):
        one, v = ready(w, pattern.split("/")[4], "")
        return w.k.call(method, path, {"records": [{"id": one.split("/")[-1], "version": v}], "change": {}}, token)
    body = {"login": "nobody", "password": "wrong password", "secret": "wrong", "new": "correct horse battery"}
    if pattern == "/judge":
        return w.k.call(method, path, token=token, raw=b"operator_class=telecom.carrier&go=what", headers={"Content-Type": "application/x-www-form-urlencoded"})
    if pattern == "/api/judge":
        body = {"facts": {}}
    return w.k.call(method, path, w.body(pattern.split("/")[4]) if "{org}" in pattern else body, token)


def frozen(w):
    """Figures that restate others, so that each of their reports has something to show."""
    org, made = w.k.at("figure-sets/"), None
    for _ in range(2):
        more = {"restates": made["id"], "restatement": "訂正"} if made else {}
        made = w.k.call("POST", org[:-1], w.body("figure-sets") | more, w.token["ciso"]).json
        w.act(org + made["id"], 1, "freeze", "ciso", {})
    return made["id"]


def table(w):
    paths = w.k.call("GET", "/api/openapi.json").json["paths"]
    served = {f"{m.upper()} {p}" for p, ms in paths.items() for m in ms}
    check.that(not served - set(TABLE), "routes missing in the table", served - set(TABLE))
    check.that(not set(TABLE) - served, "rows without a route", set(TABLE) - served)
    w.shown = {r: w.make(r)["id"] for r in REGISTER}
    w.shown["figure-sets"] = frozen(w)
    for row in sorted(served & set(TABLE)):
        method, pattern = row.split(" ")
        for who, want in zip(WHO, TABLE[row]):
            a = ask(w, method, pattern, who)
            good = a.status // 100 == 2 if want == O else a.status == want
            check.that(good, f"{row} by {who}", f"expected {want}, got {a.status}: {a.body[:200]!r}")


def methods_not_offered(w):
    offered = {}
    for row in TABLE:
        offered.setdefault(row.split(" ")[1], set()).add(row.split(" ")[0])
    for pattern, methods in sorted(offered.items()):
        path = pattern.replace("{org}", w.k.org).replace("{id}", str(uuid.UUID(int=7))).replace("{name}", "none.js").replace("{code}/{kind}", "jp/events").replace("{file}", str(uuid.UUID(int=8)))
        for m in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            action = m == "POST" and "{id}/" in pattern and "{file}" not in pattern and "/reports/" not in pattern and not pattern.endswith("/deliveries")  # read as the name of an action that there is not
            for who, want in ("anon", U if action else 405), ("ciso", N if action else 405):
                check.status(w.k.call(m, path, {} if m not in ("GET", "DELETE") else None, w.token[who]), want, f"{m} {pattern} by {who}")


def same(a, b, what):
    x, y = ((r.status, {n: v for n, v in r.headers.items() if n != "date"}, r.body) for r in (a, b))
    check.that(x == y, what, (x, y))


def foreign_is_random(w):
    """A record of the other organisation and one that never was: one answer, to the byte."""
    theirs = {r: w.make(r, w.b, w.token["foreign"])["id"] if r not in POINTING else None for r in REGISTER}
    own = w.risk, w.unit, w.incident, w.received, w.rubric, w.asset, w.supplier
    w.risk, w.unit, w.incident, w.received, w.rubric, w.asset, w.supplier = (theirs[r] for r in ("risks", "units", "incidents", "received-reports", "severity-rubrics", "assets", "suppliers"))
    for r in POINTING:
        theirs[r] = w.make(r, w.b, w.token["foreign"])["id"]
    w.risk, w.unit, w.incident, w.received, w.rubric, w.asset, w.supplier = own
    check.status(w.k.call("GET", f"/api/orgs/{w.b}/plans/{theirs['plans']}", token=w.token["foreign"]), 200, "it is there for its own")
    files = {r: attached(w, f"/api/orgs/{w.b}/{r}/{i}", w.token["foreign"]) for r, i in theirs.items()}
    theirs["people"] = w.k.call("GET", f"/api/orgs/{w.b}/people", token=w.token["foreign"]).json["items"][0]["id"]
    theirs["webhooks"] = json.loads(w.k.command("webhook", "add", "--org", w.b, "--url", "https://kaname.invalid/", "--json"))["id"]
    for row in sorted(r for r in TABLE if "{org}" in r and "{id}" in r):
        method, pattern = row.split(" ")
        res, tail = pattern.split("/")[4], pattern.split("{id}")[1][1:]
        pattern = pattern.replace("{file}", files.get(res, ""))
        body = None if method in ("GET", "DELETE") else input_of(w, res, method, tail)
        for who in ("ciso", "exec", "viewer", "admin", "ro"):
            for h in ({}, {"If-Match": '"1"'}) if method != "GET" else ({},):
                a, b = (w.k.call(method, pattern.replace("{org}", w.k.org).replace("{id}", i), body, w.token[who], h) for i in (theirs[res], str(uuid.uuid4())))
                same(a, b, f"{row} by {who}, foreign and random record")
    for row in sorted(r for r in TABLE if "{org}" in r):
        method, pattern = row.split(" ")
        res, tail = (pattern + "///").split("/")[4], (pattern + "{id}/").split("{id}")[1][1:]
        body = None if method in ("GET", "DELETE") else input_of(w, res, method, tail) if "{id}" in pattern else w.body(res)
        for who in ("ciso", "admin"):
            a, b = (w.k.call(method, pattern.replace("{org}", o).replace("{id}", theirs.get(res, "")), body, w.token[who], {"If-Match": '"1"'}) for o in (w.b, str(uuid.uuid4())))
            same(a, b, f"{row} by {who}, foreign and random organisation")
            check.that(a.status == 404, f"{row} by {who}: foreign organisation is 404", a.status)
    inside(w, theirs)


def inside(w, theirs):
    """The other organisation's ids as references, filters and parameters."""
    org, t, no = w.k.at(""), w.token["ciso"], str(uuid.uuid4())
    for q in ("assets?owner={}", "assets?services={}", "assets?suppliers={}", "contacts?unit={}", "issues?risks={}", "triggers?risks={}", "consultations?risks={}", "dependencies?asset={}", "dependencies?on_suppliers={}", "common-causes?services={}", "log?object={}", "search?q={}", "assets?q={}"):
        for i in theirs.values():
            a, b = (w.k.call("GET", org + q.format(x), token=t) for x in (i, no))
            same(a, b, q + ", foreign and random")
    same(*(w.k.call("GET", "/api/meta?org=" + o, token=t) for o in (w.b, no)), "meta of the other organisation")
    for res, field, target in (("assets", "owner", "units"), ("contacts", "supplier", "suppliers"), ("services", "owner", "units"), ("certificates", "supplier", "suppliers"), ("dependencies", "asset", "assets")):
        body = w.body(res)
        a, b = (w.k.call("POST", org + res, {**body, field: x}, t) for x in (theirs[target], no))
        check.status(a, 422, f"{res}.{field} does not point into the other organisation")
        same(a, b, f"{res}.{field}, foreign and random")
    body = w.body("assets")
    a, b = (w.k.call("POST", org + "assets", {**body, "suppliers": [x]}, t) for x in (theirs["suppliers"], no))
    check.status(a, 422, "assets.suppliers does not point into the other organisation")
    same(a, b, "assets.suppliers, foreign and random")


def run(postgres):
    w = World(postgres)
    table(w)
    methods_not_offered(w)
    foreign_is_random(w)
    w.k.stop()
    check.that('"findings":0' in w.k.command("audit", "verify"), "audit afterwards")
    w.k.close()


on_both(run)
check.end()
