#!/usr/bin/env python3
"""
Black box: what users, partners and agencies are told. A wording filled from the facts, with blanks where nothing is known; put out over channels with their times; what was put out stays; the next
notice that was promised is watched until it is out. The guideline is shown as what it is. SQLite and PostgreSQL.
"""
import datetime, os, sys, urllib.parse
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Desk, Kaname, on_both

check = Checks()
JST = datetime.timezone(datetime.timedelta(hours=9))
NOW = datetime.datetime.now(JST).replace(second=0, microsecond=0)
BLANK = "［　　　］"


def at(minutes):
    return (NOW + datetime.timedelta(minutes=minutes)).isoformat(timespec="milliseconds")


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class World(Desk):
    def __init__(self, postgres):
        k = Kaname(postgres)
        self.token = {login: k.user(login, role) for login, role in (("manager1", "risk_manager"), ("viewer1", "viewer"))}
        k.start()
        super().__init__(k, self.token["manager1"], check)

    def wording(self, incident, stage="first", audience="public", **more):
        return self.get(f"incidents/{incident['id']}/reports/wording?" + urllib.parse.urlencode({"stage": stage, "audience": audience} | more))

    def notice(self, incident, **more):
        return self.make("notices", {"incident": incident["id"], "title": "停止について", "stage": "first", "audience": "public", "text": "調査中です。"} | more)

    def promises(self):
        return [n["id"] for n in self.get("home")["promises"]]


def incident(w, **more):
    return w.make("incidents", {"title": "データ通信の停止", "operator_class": "telecom.carrier", "occurred_at": at(-50), "known_at": at(-45), "place": "中央局",
                                "facts": [{"fact": "service_class", "is": "other"}], "segments": [{"kind": "stopped", "class": "other", "area": "要市", "from": at(-50), "open": True, "value": 42000}]} | more)


def wordings(w):
    r = incident(w)
    x = w.wording(r)
    ja, en = x["text"]["ja"], x["text"]["en"]
    check.that("要市" in ja and "要市" in en and "試験市" in ja and "その他の電気通信役務" in ja, "filled from the facts", ja)
    check.that("復旧していない（見込みは不明）" in ja and "not restored (no outlook)" in en, "no outlook is made up", ja)
    check.that(ja.count(BLANK) == 3 and en.count("[________]") == 3 and x["blanks"] == 3, "emergency calls, alternatives and the next notice are blank", (x["blanks"], ja))
    check.that("{" not in ja + en + x["heading"]["ja"] + x["heading"]["en"], "no place is left over", ja)
    promised = w.wording(r, next_at=at(60))
    check.that(promised["blanks"] == 2, "the promise stands in the text", promised["text"]["ja"])
    check.that((NOW + datetime.timedelta(minutes=60)).strftime("%-H:%M") in promised["text"]["ja"], "its time as people read it", promised["text"]["ja"])
    for stage in ("first", "update", "restored", "closing"):
        for audience in ("public", "partner", "agent", "mvno", "emergency", "government"):
            y = w.wording(r, stage, audience)
            check.that(y.get("text", {}).get("ja") and y["text"]["en"] and y["heading"]["ja"] and y["status"] == "secondary", f"a wording for {stage}, {audience}", y)
    unknown = w.wording(incident(w, segments=[], facts=[], occurred_at=None))
    check.that(unknown["blanks"] >= 6 and "要市" not in unknown["text"]["ja"], "nothing known, all blank", unknown)
    for query in ("stage=first", "audience=public", "stage=third&audience=public", "stage=first&audience=everyone", "stage=first&audience=public&next_at=soon", ""):
        check.status(w.k.call("GET", w.k.at(f"incidents/{r['id']}/reports/wording?{query}"), token=w.token["manager1"]), 400, "not a wording: " + query)


def guideline(w):
    r = incident(w)
    g = w.wording(r)["guide"]
    check.that(g["force"] == "guideline" and g["status"] == "secondary" and g["source"] == "jp:doc:mic-notice-guideline", "a guideline, from a secondary source", g)
    check.that(instant(g["by"]) == NOW - datetime.timedelta(minutes=20), "thirty minutes from the onset", g)
    check.that(g["expected"] == "unknown", "nobody said whether it is a designated public institution", g)
    for said, expected in (("true", "yes"), ("false", "no")):
        r2 = incident(w, facts=[{"fact": "org.designated_public_institution", "is": said}])
        check.that(w.wording(r2)["guide"]["expected"] == expected, "designated: " + said, w.wording(r2)["guide"])
    check.that("by" not in w.wording(r, "update")["guide"], "no hour before there was a first notice")
    n = w.act("notices", w.notice(r), "put-out", {"channel": "top_page", "at": at(-30)})
    check.that(instant(w.wording(r, "update")["guide"]["by"]) == NOW + datetime.timedelta(minutes=30), "an hour after the last one", w.wording(r, "update")["guide"])
    check.that("by" not in w.wording(r, "update", "partner")["guide"], "another audience was told nothing yet", n)
    check.that("guide" not in w.wording(r, "restored"), "of a restoration the guideline says nothing")
    check.that("by" not in w.wording(incident(w, occurred_at=None))["guide"], "no onset, no time")


def put_out(w):
    r = incident(w)
    n = w.notice(r, next_at=at(40))
    check.that(n["state"] == "draft" and not n["owed"] and n["out_at"] is None and w.promises() == [], "a draft promises nothing", n)
    for text, more in ((f"代わりの手段：{BLANK}", {}), ("直した文面", {"text_en": "Area: [________]"})):
        n = w.change("notices", n, {"text": text} | more)
        w.act("notices", n, "put-out", {"channel": "site", "at": at(-5)}, 409)
    n = w.change("notices", n, {"text": "直した文面", "text_en": "Area: under investigation"})
    w.act("notices", n, "put-out", {"channel": "site", "at": at(5)}, 422)
    w.act("notices", n, "put-out", {"channel": "pigeon", "at": at(-5)}, 422)
    w.act("notices", n, "put-out", {"at": at(-5)}, 422)
    w.act("notices", n, "put-out", {"channel": "site", "at": at(41)}, 422)
    n = w.act("notices", n, "put-out", {"channel": "social", "at": at(-10), "where": "@kaname_city"})
    n = w.act("notices", n, "put-out", {"channel": "top_page", "at": at(-12)})
    check.that(n["state"] == "out" and n["owed"] and instant(n["out_at"]) == NOW - datetime.timedelta(minutes=12), "the earliest channel counts", n)
    check.that([c["channel"] for c in n["channels"]] == ["social", "top_page"], "each channel with its time", n["channels"])
    check.that(w.promises() == [n["id"]], "the promise is watched")
    for change in ({"text": "別の文面"}, {"title": "別の見出し"}, {"next_at": at(90)}, {"stage": "update"}, {"audience": "partner"}, {"text_en": "other"}):
        w.change("notices", n, change, 409)
    check.that(w.get(f"notices/{n['id']}")["text"] == "直した文面", "what was put out stays")
    w.change("notices", n, {"owner": w.make("units", {"name": "広報課"})["id"]})
    return r, w.get(f"notices/{n['id']}")


def promised(w, r, n):
    other = w.act("notices", w.notice(r, audience="partner", next_at=at(30)), "put-out", {"channel": "direct", "at": at(-5)})
    check.that(w.promises() == [other["id"], n["id"]], "the next promise first", w.promises())
    draft = w.notice(r, stage="update", next_at=at(100))
    check.that(len(w.promises()) == 2, "a draft keeps no promise")
    update = w.act("notices", draft, "put-out", {"channel": "top_page", "at": at(-1)})
    check.that(w.promises() == [other["id"], update["id"]], "the next notice to the same people takes over", w.promises())
    old = w.get(f"notices/{n['id']}")
    check.that(not old["owed"] and old["version"] == n["version"] + 1, "as a version of the earlier one", old)
    elsewhere = w.act("notices", w.notice(incident(w)), "put-out", {"channel": "top_page", "at": at(-1)})
    check.that(not elsewhere["owed"] and len(w.promises()) == 2, "of another incident nothing is taken over")
    w.act("notices", update, "release", {}, 422)
    update = w.act("notices", update, "release", {"why": "全ての利用者に個別に連絡した"})
    check.that(not update["owed"] and w.promises() == [other["id"]], "a promise may be ended with its reason")
    w.act("notices", update, "release", {"why": "もう一度"}, 409)
    w.act("notices", w.notice(r, next_at=at(-20)), "put-out", {"channel": "site", "at": at(-10)}, 422)
    late = w.act("notices", w.notice(incident(w), next_at=at(-2)), "put-out", {"channel": "site", "at": at(-10)})
    check.that(w.promises()[0] == late["id"], "what is late stands first")


def refused(w):
    r = incident(w)
    for body in ({"audience": "public", "stage": "first", "text": "x", "title": "x"}, {"incident": r["id"], "audience": "all", "stage": "first", "text": "x", "title": "x"},
                 {"incident": r["id"], "audience": "public", "stage": "first", "title": "x"}, {"incident": r["id"], "audience": "public", "stage": "first", "text": "x", "title": "x", "state": "out"},
                 {"incident": r["id"], "audience": "public", "stage": "first", "text": "x", "title": "x", "channels": []}, {"incident": "00000000-0000-4000-8000-000000000001", "audience": "public", "stage": "first", "text": "x", "title": "x"}):
        check.status(w.k.call("POST", w.k.at("notices"), body, w.token["manager1"]), 422, f"refused: {body}")
    n = w.notice(r)
    check.status(w.k.call("POST", w.k.at(f"notices/{n['id']}/put-out"), {"channel": "site", "at": at(-1)}, w.token["viewer1"], {"If-Match": '"1"'}), 403, "a viewer puts nothing out")
    check.status(w.k.call("GET", w.k.at(f"incidents/{r['id']}/reports/wording?stage=first&audience=public"), token=w.token["viewer1"]), 200, "but reads")


def run(postgres):
    w = World(postgres)
    try:
        wordings(w)
        guideline(w)
        promised(w, *put_out(w))
        refused(w)
        w.k.stop()
        check.that('"findings":0' in w.k.command("audit", "verify"), "audit afterwards")
    finally:
        w.k.close()


on_both(run)
check.end()
