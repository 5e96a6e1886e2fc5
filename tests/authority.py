#!/usr/bin/env python3
"""
Black box: the authority's side. Reports come by file (of another Kaname), API and hand; they are checked for what the law asks of them, sent back or accepted; what was
accepted stays. SQLite and PostgreSQL.
"""
import copy, datetime, os, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Desk, Kaname

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


def run(postgres):
    w = World(postgres)
    by_file(w)
    checked(w)
    lacking(w)
    w.k.stop()
    check.that('"findings":0' in w.k.command("audit", "verify"), "the history verifies")
    w.k.close()


run(None)
if os.environ.get("KANAME_PG"):
    run(os.environ["KANAME_PG"])
check.end()
