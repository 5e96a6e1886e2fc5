#!/usr/bin/env python3
"""
Black box: from facts to duties. A met verdict opens one duty for each authority and kind of report, with its own clock; nothing is opened twice; a corrected fact never
erases a duty; states by acts; what time itself decides is decided without anybody. SQLite and PostgreSQL.
"""
import datetime, os, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import ROOT, Checks, Desk, Kaname, content_hash, on_both

check = Checks()
JST = datetime.timezone(datetime.timedelta(hours=9))
NOW = datetime.datetime.now(JST).replace(second=0, microsecond=0)


def at(**ago):
    return (NOW - datetime.timedelta(**ago)).isoformat(timespec="milliseconds")


TELECOM = {"title": "データ通信の停止", "operator_class": "telecom.carrier", "facts": [
    {"fact": "service_class", "is": "other"}, {"fact": "cause.facility_failure", "is": "own"}, {"fact": "service.only_additional_function", "is": "false"},
    {"fact": "impact.sufferers", "number": 42000, "per": "other"}]}


def row(start, end=None, **more):
    return {"kind": "stopped", "class": "other", "from": start, "value": 42000} | ({"to": end} if end else {"open": True}) | more


class World(Desk):
    def __init__(self, postgres):
        k = Kaname(postgres)
        self.token = {login: k.user(login, role) for login, role in (("manager1", "risk_manager"), ("viewer1", "viewer"))}
        k.start()
        super().__init__(k, self.token["manager1"], check)

    def duties(self, incident, n=None):
        """The job runs a moment after the change."""
        for _ in range(100):
            page = self.get(f"duties?incident={incident['id']}&limit=100")
            if n is None or len(page["items"]) == n:
                break
            time.sleep(0.1)
        return {d["kind"] + " " + d["authority"]: d for d in page["items"]}

    def verdicts(self, incident):
        return {v["verdict"]["rule"]: v for v in self.get(f"incidents/{incident['id']}/reports/verdicts")["verdicts"]}


def opened(w):
    """Two hours and 42,000 users: to be reported at once, and on the form thirty days after the day on which it happened."""
    r = w.make("incidents", TELECOM | {"segments": [row(at(hours=5), at(hours=3))], "occurred_at": at(hours=5), "known_at": at(hours=5)})
    v = w.verdicts(r)["jp.telecom.major-accident"]
    check.that(v["verdict"]["verdict"] == "met", "met", v["verdict"]["headline"])
    check.that(v["verdict"]["rests_on"]["status"] == "secondary" and "unread" in v["verdict"]["rests_on"], "the amendment that nobody read is told", v["verdict"]["rests_on"])
    mic = [d for d in v["duties"] if d["kind"] in ("first", "detail")]
    check.that(len(mic) == 2 and all(d["is"] == "due" for d in mic), "two reports", v["duties"])
    d = w.duties(r, len(v["duties"]))
    check.that({k.split()[0] for k in d} == {"first", "detail", "notice"}, "one duty for each", list(d))
    detail = next(x for k, x in d.items() if k.startswith("detail"))
    first = next(x for k, x in d.items() if k.startswith("first"))
    due = datetime.datetime.fromisoformat(detail["due"].replace("Z", "+00:00")).astimezone(JST)
    last = (due - datetime.timedelta(seconds=1)).date()
    thirty = (NOW - datetime.timedelta(hours=5)).date() + datetime.timedelta(days=30)
    check.that(due.hour == 0 and last >= thirty and last.weekday() < 5, "the end of an open day, not before the thirtieth", (due, thirty))
    check.that(first["promptly"] and "due" not in {k for k, x in first.items() if x is not None} and first["state"] == "open", "速やかに has no number", first)
    check.that("140" in detail["computation"] and "三十日" in detail["words"], "the computation and the words of the law are kept", detail["computation"])
    check.that(r["number"] + " v1" in detail["basis"] and "jp@" in detail["basis"] and "sha256:" + content_hash(os.path.join(ROOT, "packs", "jp")) in detail["basis"], "what it was judged on", detail["basis"])
    script = w.get(f"duties/{first['id']}/reports/script")
    lines = {x["label"]["ja"]: x.get("value", {}).get("ja") for x in script["lines"]}
    check.that("42,000人" in lines["影響を受けた利用者数"] and lines["発生原因"] and lines["発生の日時"], "the script is filled from the facts", lines)
    check.that(lines["発生の場所"] is None and lines["措置の模様"] is None, "what is not known stays blank", lines)
    check.that(all(x["label"]["en"] and x.get("value", {"en": "-"})["en"] for x in script["lines"]), "in both languages", script)
    check.that(first["title"] == "一報（電気通信 重大な事故（役務の停止・品質の低下））" and first["title_en"] == "First report (Telecommunications: major accident (service stopped or degraded))", "kept in Japanese, said in English too", first)
    check.that(detail["authority"] == "総務大臣" and detail["authority_en"] == "Minister for Internal Affairs and Communications" and detail["penalty_en"] == "a fine of up to 300,000 yen", "to whom", detail)
    check.that("within thirty days from the day it happened" in detail["words_en"] and "art. 57" in detail["words_en"] and first["contents_en"].split("\n")[0] == "When reported" and len(first["contents_en"].split("\n")) == 10, "the law's words and the items", (detail["words_en"], first["contents_en"]))
    check.that("secondary" in detail["data_status_en"], "how sure", detail["data_status_en"])
    check.that("to Minister for Internal Affairs and Communications: First report (" in script["opening"]["en"] and "総務大臣あて" in script["opening"]["ja"], "the script in both languages", script["opening"])
    counted = w.get(f"duties/{detail['id']}/reports/script")["computation"]
    check.that("\n".join(x["ja"] for x in counted) == detail["computation"] and "Civil Code, article 140" in " ".join(x["en"] for x in counted), "how it was counted, in both languages", counted)
    home = w.get("home")
    check.that(all(c["title_en"] and c["authority_en"] for c in home["clocks"]), "on the first page as well", home["clocks"])
    check.that(detail["id"] in [c["id"] for c in home["clocks"]], "the clock stands on the first page")
    return r, first, detail


def once(w, r):
    """Saved again without a change of the verdict: no duty twice, no new version."""
    before = w.duties(r)
    w.change("incidents", w.get(f"incidents/{r['id']}"), {"summary": "経過を書き足した"})
    time.sleep(1.5)
    after = w.duties(r)
    check.that({k: (x["id"], x["version"]) for k, x in before.items()} == {k: (x["id"], x["version"]) for k, x in after.items()}, "the same duties in the same versions")


def worked(w, r, first, detail):
    """The way of a report, and what it refuses."""
    call = {"means": "telephone", "at": at(minutes=1), "made_to": "03-0000-0000"}
    e = w.act("duties", first, "make", call, 422)
    check.that({m["path"] for m in e["mistakes"]} == {"spoke_with", "call_record", "without_approval"}, "a call has a record, and a report before its approval a reason", e)
    made = w.act("duties", first, "make", call | {"spoke_with": "当直の担当者", "call_record": "発生時刻と影響を伝えた", "without_approval": "深夜で決裁者に届かない"})
    check.that(made["state"] == "made" and made["means"] == "telephone", "made by telephone", made)
    w.act("duties", made, "make", call, 409)
    followed(w, r, first)
    detail = w.get("duties/" + detail["id"])
    w.act("duties", detail, "approve", {"approved_by": "CISO"}, 409)
    w.act("duties", detail, "accept", {}, 409)
    w.act("duties", detail, "close", {"why": "忙しい"}, 409)
    x = w.act("duties", detail, "draft", {"draft": "影響利用者 42,000人（調査中）"})
    x = w.act("duties", x, "approve", {"approved_by": "CISO 代行", "minutes": "臨時会議 12"})
    w.act("duties", x, "draft", {"draft": "承認のあとで書き換える"}, 409)
    w.act("duties", x, "make", {"means": "system", "at": (NOW + datetime.timedelta(days=1)).isoformat(), "made_to": "窓口"}, 422)
    x = w.act("duties", x, "make", {"means": "system", "at": at(minutes=0), "made_to": "電子申請", "receipt": "A-1"})
    x = w.act("duties", x, "return", {"why": "別紙がない"})
    x = w.act("duties", x, "draft", {"draft": "別紙を付けた"})
    x = w.act("duties", x, "approve", {"approved_by": "CISO"})
    x = w.act("duties", x, "make", {"means": "system", "at": at(minutes=0), "made_to": "電子申請"})
    x = w.act("duties", x, "accept", {"receipt": "B-2"})
    x = w.act("duties", x, "close", {})
    check.that(x["state"] == "closed" and x["pending"] is False, "done")
    return x


def followed(w, r, first):
    """A follow-up says what is new since the last report to the same addressee was made; each fact by its words of then and of now."""
    def since():
        return w.get(f"duties/{detail['id']}/reports/script").get("since")
    d = w.duties(r)
    detail = next(x for k, x in d.items() if k.startswith("detail"))
    notice = next(x for k, x in d.items() if k.startswith("notice"))
    s = since()
    check.that(s["report"] == first["id"] and s["facts_version"] == w.get("duties/" + first["id"])["told_version"] and s["changes"] == [], "nothing has changed yet", s)
    check.that("since" not in w.get(f"duties/{notice['id']}/reports/script"), "another addressee was told nothing")
    i = w.get(f"incidents/{r['id']}")
    facts = [f if f["fact"] != "impact.sufferers" else f | {"number": 45000} for f in i["facts"] if f["fact"] != "cause.facility_failure"] + [{"fact": "cause.natural_disaster", "is": "false"}]
    w.change("incidents", i, {"facts": facts, "place": "中央局", "segments": [row(at(hours=5), at(hours=3), value=43000)]})
    new = {x["label"]["ja"]: (x.get("was", {}).get("ja"), x.get("is", {}).get("ja")) for x in since()["changes"]}
    check.that(set(new) == {"どこで", "影響の時系列", "影響を受けた利用者", "故障した設備", "自然災害"}, "what changed, and nothing else", new)
    check.that(new["どこで"] == (None, "中央局") and new["自然災害"] == (None, "いいえ") and new["故障した設備"][1] is None, "what was not said before, and what is said no more", new)
    check.that("42,000人" in new["影響を受けた利用者"][0] and "45,000人" in new["影響を受けた利用者"][1] and "43,000人" in new["影響の時系列"][1], "then and now", new)
    check.that(all(x[k]["en"] for x in since()["changes"] for k in ("was", "is") if k in x), "in both languages")
    w.change("incidents", w.get(f"incidents/{r['id']}"), {"facts": i["facts"], "place": None, "segments": [row(at(hours=5), at(hours=3))]})
    check.that(since()["changes"] == [], "put back: nothing is new", since())


def finished(w, r, done):
    """What was reported and closed stays as it was made, whatever is corrected later; and no clock runs for it."""
    w.change("duties", done, {"state": "open"}, 422)
    w.make("duties", {}, 403)
    i = w.get(f"incidents/{r['id']}")
    w.change("incidents", i, {"segments": [row(at(hours=29), at(hours=3))], "occurred_at": at(hours=29)})
    time.sleep(1.5)
    again = w.get("duties/" + done["id"])
    check.that((again["version"], again["due"]) == (done["version"], done["due"]), "closed: as it was made", again)
    check.that(done["id"] not in [c["id"] for c in w.get("home")["clocks"]], "no clock runs for it")


def corrected(w):
    """31,000 becomes 29,500: the duty stays, its basis is gone, and it may be withdrawn with a reason."""
    facts = [f if f["fact"] != "impact.sufferers" else f | {"number": 31000} for f in TELECOM["facts"]]
    r = w.make("incidents", TELECOM | {"facts": facts, "segments": [row(at(hours=5), at(hours=3), value=29000)]})
    d = w.duties(r, 3)
    check.that(len(d) == 3, "three duties", list(d))
    facts = [f if f["fact"] != "impact.sufferers" else f | {"number": 29500} for f in TELECOM["facts"]]
    r = w.change("incidents", r, {"facts": facts})
    for _ in range(100):
        d = w.duties(r)
        gone = [x for x in d.values() if x["basis_gone"] and x["rule"] == "jp.telecom.major-accident"]
        if len(gone) == 3:
            break
        time.sleep(0.1)
    check.that(len(gone) == 3 and all(x["state"] == "open" for x in gone), "not erased, basis gone", list(d.values()))
    w.act("duties", gone[0], "close", {}, 422)
    check.that(w.act("duties", gone[0], "close", {"why": "利用者数の訂正"})["state"] == "closed", "withdrawn with a reason")
    facts = [f if f["fact"] != "impact.sufferers" else f | {"number": 30000} for f in TELECOM["facts"]]
    w.change("incidents", r, {"facts": facts})  # 三万以上: exactly 30,000 is enough
    for _ in range(100):
        back = [x for x in w.duties(r).values() if not x["basis_gone"]]
        if len(back) == 3:
            break
        time.sleep(0.1)
    check.that(len(back) == 3, "the basis is back")
    check.that(all(x["state"] == "open" for x in back), "and what was withdrawn is due again", [(x["number"], x["state"]) for x in back])
    check.that({x["id"] for x in back} <= {c["id"] for c in w.get("home")["clocks"]}, "and counts its time again")


def by_itself(w):
    """Two hours are over at the next full minute, and nobody touches anything."""
    minute = datetime.datetime.now(JST).replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)
    r = w.make("incidents", TELECOM | {"segments": [row((minute - datetime.timedelta(hours=2)).isoformat(timespec="milliseconds"))]})
    v = w.verdicts(r)["jp.telecom.major-accident"]["verdict"]
    check.that(v["verdict"] == "undecided" and v["turns"]["to"] == "met" and 0 < v["turns"]["in_seconds"] <= 60, "it says when", v)
    check.that(w.duties(r) == {}, "nothing is due yet")
    for _ in range(80):
        if w.duties(r):
            break
        time.sleep(1)
    check.that(len(w.duties(r)) == 3, "and then it is", w.duties(r))


def refused(w):
    """Facts that do not fit each other are told; where nothing is known nothing is claimed."""
    e = w.make("incidents", TELECOM | {"segments": [row(at(hours=5), at(hours=3), value=50000)]}, 422)
    check.that([m["path"] for m in e["mistakes"]] == ["facts/3/number"], "fewer suffered than were hit at one moment", e)
    none = w.make("incidents", {"title": "何も分からない"})
    v = w.verdicts(none)
    check.that(v and all(x["verdict"]["verdict"] in ("undecided", "not_met", "no_version") for x in v.values()), "nothing is known, nothing is claimed", {k: x["verdict"]["verdict"] for k, x in v.items()})
    time.sleep(1)
    check.that(w.duties(none) == {}, "and no duty is opened")


def run(postgres):
    w = World(postgres)
    r, first, detail = opened(w)
    once(w, r)
    finished(w, r, worked(w, r, first, detail))
    corrected(w)
    refused(w)
    by_itself(w)
    w.k.stop()
    check.that('"findings":0' in w.k.command("audit", "verify"), "the history verifies")
    w.k.close()


on_both(run)
check.end()
