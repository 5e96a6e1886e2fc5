#!/usr/bin/env python3
"""
Black box: an incident as facts. What cannot be true is refused by its path, all at once; rows begin, end and go on by acts; states; the document of facts that
rules are given; a near miss in one request. SQLite and PostgreSQL.
"""
import datetime, json, os, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import PROGRAM, Checks, Desk, Kaname, on_both

check = Checks()
NOW = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0)
PACKS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "packs")


def at(minutes):
    """Minutes after two days ago."""
    return (NOW + datetime.timedelta(minutes=minutes - 2880)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def row(start, end=None, **more):
    return {"kind": "stopped", "class": "other", "from": at(start)} | ({"to": at(end)} if end is not None else {"open": True}) | more


class World(Desk):
    def __init__(self, postgres, packs):
        k = Kaname(postgres, packs)
        self.token = {login: k.user(login, role) for login, role in (("manager1", "risk_manager"), ("owner1", "risk_owner"), ("viewer1", "viewer"))}
        k.start()
        super().__init__(k, self.token["manager1"], check)

    def incident(self, status=201, **fields):
        return self.make("incidents", {"title": "中継網の停止"} | fields, status)

    def wrong(self, fields, *expected):
        e = self.incident(422, **fields)
        found = sorted((m["path"], m["code"]) for m in e.get("mistakes", []))
        check.that(found == sorted(expected), f"mistakes of {str(fields)[:150]}", found)
        check.that(all(m["text"] for m in e.get("mistakes", [])), "each in words")

    def facts(self, r):
        return self.get(f"incidents/{r['id']}/reports/facts")


def refused(w):
    w.wrong({"segments": [row(10, 9)]}, ("segments/0/to", "range"))
    w.wrong({"segments": [row(10, 10)]}, ("segments/0/to", "range"))
    w.wrong({"segments": [row(10, 2890)], "occurred_at": at(2890)}, ("segments/0/to", "future"), ("occurred_at", "future"))
    w.wrong({"segments": [row(0), row(10, 30)]}, ("segments/1/from", "overlap"))
    w.wrong({"segments": [{"kind": "stopped", "from": at(0)}, row(5, 1), row(50, 60), row(59)], "facts": [{"fact": "a"}, {"fact": "b", "is": "x"}, {"fact": "b", "is": "y"}]},
            ("segments/0/to", "required"), ("segments/1/to", "range"), ("segments/3/from", "overlap"), ("facts/0/is", "required"), ("facts/2/fact", "unique"))
    w.wrong({"segments": [row(0, value=-1)]}, ("segments/0/value", "range"))
    w.wrong({"segments": [row(0, value={"from": -1, "to": 5})]}, ("segments/0/value", "range"))
    w.wrong({"segments": [row(0, value={"from": 5, "to": 1})]}, ("segments/0/value", "range"))
    w.wrong({"segments": [{"class": "other", "open": True}]}, ("segments/0/kind", "required"), ("segments/0/from", "required"))
    w.wrong({"segments": [row(0, **{"class": "x" * 61})]}, ("segments/0/class", "length"))
    w.wrong({"facts": [{"fact": "a", "unknown": "pack"}]}, ("facts/0/unknown", "choice"))  # what the pack does not know is not for a person to say
    w.wrong({"state": "closed"}, ("state", "readonly"))
    w.wrong({"restored_at": at(1)}, ("restored_at", "readonly"))
    many = [row(i, i + 1) for i in range(1001)]
    w.wrong({"segments": many}, ("segments", "length"))
    r = w.incident(segments=many[:1000])
    check.that(len(r["segments"]) == 1000, "a thousand rows are kept")
    w.act("incidents", r, "begin", row(2000), 422)
    w.wrong({"segments": many[:999] + [row(998, 1000)]}, ("segments/999/from", "overlap"))
    w.wrong({"facts": [{"fact": f"f{i}", "is": "x"} for i in range(301)]}, ("facts", "length"))


def held(w):
    """What may be true is kept as it was said."""
    segments = [row(0, 30, value=0), row(30, value={"from": 20000, "to": 50000}, estimate=True), {"kind": "degraded", "from": {"unknown": "not_asked"}, "to": {"unknown": "cannot_tell"}, "value": {"unknown": "later"}},
                {"kind": "degraded", "area": "13", "from": {"from": at(0), "to": at(10)}, "open": True, "planned_end": at(200), "value": 5, "bound": "at_least", "note": "監視から"}]
    r = w.incident(segments=segments, occurred_at={"from": at(0), "to": at(5)}, known_at={"unknown": "not_asked"}, near_miss=False)
    again = w.get("incidents/" + r["id"])
    check.that(again["segments"] == segments and again["state"] == "open" and again["number"].startswith("INC-"), "kept as written", again)
    check.that(again["occurred_at"] == {"from": at(0), "to": at(5)} and again["known_at"] == {"unknown": "not_asked"}, "intervals and the unknown", again)
    f = w.facts(r)
    check.that(set(f) == {"facts", "as_of"} and set(f["facts"]) == {"occurred", "known", "impact"}, "what was not said is not there", f)
    check.that(f["facts"]["impact"][0] == {"from": at(0), "to": at(30), "kind": "stopped", "class": "other", "value": {"n": 0}}, "zero is a number", f["facts"]["impact"][0])
    check.that(f["facts"]["impact"][1]["value"] == {"lo": 20000, "hi": 50000, "estimate": True} and f["facts"]["impact"][1]["to"] == "open", "an interval, going on", f["facts"]["impact"][1])
    check.that(f["facts"]["impact"][2] == {"from": {"latest": f["as_of"]}, "to": {"latest": f["as_of"]}, "kind": "degraded", "value": {"unknown": "future"}}, "some time until now", f["facts"]["impact"][2])
    check.that(f["facts"]["impact"][3]["value"] == {"lo": 5} and f["facts"]["impact"][3]["planned_end"] == at(200), "at least, and a forecast", f["facts"]["impact"][3])
    check.that(f["facts"]["occurred"] == {"earliest": at(0), "latest": at(5)} and f["facts"]["known"] == {"unknown": "not_asked"}, "times", f)
    check.that(abs(datetime.datetime.fromisoformat(f["as_of"].replace("Z", "+00:00")).timestamp() - datetime.datetime.now().timestamp()) < 600, "as of now", f["as_of"])
    check.that(w.facts(w.incident())["facts"] == {}, "nothing known is no facts")


def listed(w):
    """A page of incidents would be as long as all their rows: it leaves them out. The record and what is exported have them."""
    r = w.incident(title="長い時系列", segments=[row(0, 30, note="行の備考")], facts=[{"fact": "own.fact", "is": "x"}])
    one = next(x for x in w.get("incidents?sort=-number")["items"] if x["id"] == r["id"])
    check.that("segments" not in one and "facts" not in one and one["title"] == "長い時系列", "without the lists", list(one))
    check.that(w.get("incidents/" + r["id"])["segments"][0]["note"] == "行の備考", "the record has them")
    csv = w.k.call("GET", w.k.at("incidents.csv"), token=w.t).body.decode()
    check.that("行の備考" in csv and "own.fact" in csv, "the export has them", csv[-500:])


def acts(w):
    r = w.incident(occurred_at=at(0))
    r = w.act("incidents", r, "begin", {"kind": "stopped", "class": "other", "from": at(0), "value": 20000})
    check.that(r["segments"] == [row(0, value=20000)], "without an end it goes on", r["segments"])
    w.act("incidents", r, "begin", row(10), 422)  # the same users, twice at once
    w.act("incidents", r, "end", {"segment": 2, "at": at(20)}, 422)
    w.act("incidents", r, "end", {"segment": 0, "at": at(20)}, 422)
    e = w.act("incidents", r, "continue", {"segment": 1, "at": at(-1), "value": 1}, 422)
    check.that([m["path"] for m in e["mistakes"]][0] == "at", "not before it began", e)
    w.act("incidents", r, "continue", {"segment": 1, "at": at(20)}, 422)  # with which number
    r = w.act("incidents", r, "continue", {"segment": 1, "at": at(20), "value": 42000, "estimate": True})
    check.that(r["segments"] == [row(0, 20, value=20000), row(20, value=42000, estimate=True)], "goes on with another number", r["segments"])
    r = w.act("incidents", r, "end", {"segment": 2, "at": {"from": at(60), "to": at(65)}})
    check.that(r["segments"][1]["to"] == {"from": at(60), "to": at(65)} and "open" not in r["segments"][1], "ended within an interval", r["segments"][1])
    w.act("incidents", r, "end", {"segment": 2, "at": at(70)}, 409)
    r = w.act("incidents", r, "continue", {"segment": 2, "at": at(80), "value": {"unknown": "not_asked"}})  # it came back
    check.that(len(r["segments"]) == 3 and r["segments"][2]["open"] and r["segments"][1]["to"] == {"from": at(60), "to": at(65)}, "an ended row is not ended again", r["segments"])
    w.act("incidents", r, "close", {"outcome": "x"}, 409)  # not restored yet
    w.act("incidents", r, "recover", {"at": at(79)}, 422)  # before the last row began
    w.act("incidents", r, "recover", {"at": at(90)}, 403, token=w.token["viewer1"])
    r = w.act("incidents", r, "recover", {"at": at(90)})
    check.that(r["state"] == "restored" and r["restored_at"] == at(90) and r["segments"][2]["to"] == at(90), "restored: all that went on ends", r)
    w.act("incidents", r, "recover", {"at": at(91)}, 409)
    w.act("incidents", r, "begin", row(100), 409)
    w.act("incidents", r, "continue", {"segment": 1, "at": at(100), "value": 1}, 409)
    r = w.act("incidents", r, "begin", row(92, 95))  # what came to light later
    e = w.change("incidents", r, {"segments": r["segments"] + [row(100)]}, 422)
    check.that([(m["path"], m["code"]) for m in e["mistakes"]] == [("segments/4/open", "state")], "what was restored does not go on", e)
    w.change("incidents", r, {"occurred_at": at(91)}, 422)
    w.act("incidents", r, "close", {}, 422)
    w.act("incidents", r, "close", {"outcome": "x"}, 403, token=w.token["owner1"])
    r = w.act("incidents", r, "close", {"outcome": "光ファイバーの切断。迂回路を追加した"})
    check.that(r["state"] == "closed" and r["closed_at"], "closed", r)
    w.change("incidents", r, {"summary": "直す"}, 409)
    w.act("incidents", r, "tell", {"fact": "a", "is": "true"}, 409)
    w.act("incidents", r, "close", {"outcome": "x"}, 409)
    r = w.act("incidents", r, "reopen", {"why": "利用者数の訂正"})
    check.that(r["state"] == "open" and r["restored_at"] is None and r["closed_at"] is None, "open again", r)
    v = w.get(f"incidents/{r['id']}/versions")["versions"][0]
    check.that(v["action"] == "reopen" and v["reason"] == "利用者数の訂正", "why is in the history", v)
    w.act("incidents", r, "reopen", {"why": "x"}, 409)


def told(w):
    contact = w.make("contacts", {"post": "設備課長"})["id"]
    r = w.incident(operator_class="telecom.carrier")
    for fact in ({"fact": "cause.facility_failure", "is": "own", "may_be": "other_carrier"}, {"fact": "event.fire", "is": "false"}, {"fact": "impact.sufferers", "number": 42000, "per": "other"},
                 {"fact": "impact.sufferers", "unknown": "future", "per": "lpwa"}, {"fact": "facility.spec_behaviour", "is": "true", "why": "設計書による", "said_by": contact}):
        r = w.act("incidents", r, "tell", fact)
    f = w.facts(r)["facts"]
    check.that(f == {"operator_class": ["telecom.carrier"], "cause.facility_failure": {"sure": ["own"], "possible": ["own", "other_carrier"]}, "event.fire": False,
                     "impact.sufferers": {"by": {"other": {"n": 42000}}}, "facility.spec_behaviour": True}, "as the rules read it", f)
    r = w.act("incidents", r, "tell", {"fact": "event.fire", "unknown": "cannot_know", "why": "映像がない"})
    r = w.act("incidents", r, "tell", {"fact": "impact.sufferers", "number": {"from": 1, "to": 2}, "per": "lpwa"})
    check.that(len(r["facts"]) == 5 and w.facts(r)["facts"]["event.fire"] == {"unknown": "cannot_know"}, "the later word counts", r["facts"])
    check.that(w.facts(r)["facts"]["impact.sufferers"] == {"by": {"other": {"n": 42000}, "lpwa": {"lo": 1, "hi": 2}}}, "of that class alone", w.facts(r))
    e = w.act("incidents", r, "tell", {"fact": "occurred", "is": "x"}, 422)
    check.that([m["path"] for m in e["mistakes"]] == ["facts/5/fact"], "a field of its own", e)
    w.act("incidents", r, "tell", {"fact": "event.fire"}, 422)
    w.act("incidents", r, "tell", {"fact": "impact.sufferers", "number": 3}, 422)  # in all, and by class
    e = w.act("incidents", r, "tell", {"fact": "x", "is": "y", "said_by": r["id"]}, 422)
    check.that([m["path"] for m in e["mistakes"]] == ["facts/5/said_by"], "a contact, nothing else", e)
    a = w.k.call("GET", w.k.at(f"incidents/{r['id']}/reports/facts") + "?x=1", token=w.t)
    check.that(a.status == 400, "it has no parameters", a.status)
    a = w.k.call("GET", w.k.at("incidents/reports/facts"), token=w.t)
    check.that(a.status == 404, "it is of one incident", a.status)


def near_miss(w):
    """Three things in one request; nothing to restore, so it closes at once."""
    s = w.make("services", {"name": "水道"})["id"]
    r = w.incident(title="送水ポンプの異音で切り替えた", near_miss=True, occurred_at=at(0), place="第二浄水場", services=[s])
    check.that(r["near_miss"] is True and r["services"] == [s] and r["state"] == "open", "kept", r)
    w.incident(title="もう一つ")
    found = w.get("incidents?near_miss=true")
    check.that([x["id"] for x in found["items"]] == [r["id"]], "near misses by themselves", [x["title"] for x in found["items"]])
    check.that(r["id"] in [x["id"] for x in w.get(f"incidents?services={s}")["items"]], "by service")
    r = w.act("incidents", r, "close", {"outcome": "軸受けを交換した"})
    check.that(r["state"] == "closed", "closed without having been restored")


def meta(w):
    incident = next(x for x in w.k.call("GET", "/api/meta?org=" + w.k.org, token=w.t).json["resources"] if x["path"] == "incidents")
    check.that("facts" in [x["name"] for x in incident["reports"] if x.get("document")], "said to be a document", incident["reports"])
    schema = w.k.call("GET", "/api/openapi.json").json["paths"]["/api/orgs/{org}/incidents/{id}/reports/facts"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    check.that(schema == {"type": "object"}, "not described as tables", schema)


def words(w):
    """By the vocabulary of a pack: which facts there are, how each is said, which codes it has."""
    t = w.k.call("GET", "/api/vocabulary", token=w.t).json
    check.that({"operator_class", "occurred", "known"} <= {f["id"] for f in t["facts"]} and all(c["codes"] for c in t["classes"]) and not [x for x in t["facts"] + t["classes"] if "note" in x], "the vocabulary", str(t)[:300])
    contact = w.make("contacts", {"post": "設備課長"})["id"]
    w.wrong({"segments": [row(0, **{"class": "nothing"}), row(0, kind="sort of")]}, ("segments/0/class", "choice"), ("segments/1/kind", "choice"))
    w.wrong({"operator_class": "telecom.carrier, zoo"}, ("operator_class", "choice"))
    for bad, *mistakes in (({"fact": "no.such", "is": "true"}, "fact choice"), ({"fact": "event.planned"}, "is type"), ({"fact": "facility.kind"}, "is required"), ({"fact": "impact.base"}, "number required"), ({"fact": "impact", "is": "true"}, "fact field"), ({"fact": "event.planned", "is": "yes"}, "is type"), ({"fact": "event.planned", "number": 1}, "is type"),
                           ({"fact": "event.planned", "is": "true", "may_be": "false"}, "is type"), ({"fact": "facility.within_design", "is": "true"}, "said_by required", "why required"),
                           ({"fact": "impact.base", "is": "true"}, "number required"), ({"fact": "impact.base", "number": 1, "per": "zoo"}, "per choice"), ({"fact": "impact.base", "number": 1, "unit": "h"}, "unit choice"),
                           ({"fact": "userinfo.users", "number": 1, "per": "other"}, "per range"), ({"fact": "stopped", "number": 1}, "at required"), ({"fact": "facility.kind", "at": at(0)}, "is required"),
                           ({"fact": "facility.kind", "is": "core, terminal"}, "is range"), ({"fact": "facility.kind", "is": "zoo"}, "is choice"), ({"fact": "event.physical", "is": "smoke", "may_be": "zoo"}, "may_be choice")):
        w.wrong({"facts": [bad]}, *((f"facts/0/{m.split()[0]}", m.split()[1]) for m in mistakes))
    good = [{"fact": "event.planned", "is": "true"}, {"fact": "facility.within_design", "is": "false", "said_by": contact, "why": "想定を超えた"}, {"fact": "facility.severely_impaired", "unknown": "future"},
            {"fact": "impact.base", "number": 1, "per": "other", "unit": "user"}, {"fact": "impact.sufferers", "number": {"unknown": "cannot_tell"}}, {"fact": "stopped", "at": at(0)}, {"fact": "facility.kind", "is": "core"},
            {"fact": "event.physical", "is": "smoke"}, {"fact": "facility.functions", "is": "control", "may_be": "*"}]
    r = w.incident(facts=good, segments=[row(0)])
    f = w.facts(r)["facts"]
    check.that(f["event.physical"] == ["smoke"] and f["facility.kind"] == "core" and f["facility.functions"] == {"sure": ["control"]} and f["facility.within_design"] is False and f["stopped"] == at(0)
               and f["impact.base"] == {"by": {"other": {"n": 1, "unit": "user"}}} and f["impact.sufferers"] == {"unknown": "cannot_know"}, "each in its form", f)
    check.that(f["service_class"] == {"sure": ["other"]}, "the classes of the rows were hit, and others may have been", f)
    e = w.act("incidents", r, "tell", {"fact": "service_class", "is": "lpwa"}, 422)
    check.that([(m["path"], m["code"]) for m in e["mistakes"]] == [(f"facts/{len(good)}/is", "range")], "not without that of the time line", e)
    w.wrong({"segments": [row(0, value=10)], "facts": [{"fact": "impact.sufferers", "number": 9}]}, ("facts/0/number", "range"))
    w.wrong({"segments": [row(0, value=10)], "facts": [{"fact": "impact.sufferers", "number": 9, "per": "other"}]}, ("facts/0/number", "range"))
    for fits in ({"number": 10}, {"number": 9, "bound": "at_least"}, {"number": {"from": 1, "to": 10}}, {"number": 9, "per": "lpwa"}):
        w.incident(segments=[row(0, value=10)], facts=[{"fact": "impact.sufferers"} | fits])
    r = w.act("incidents", r, "tell", {"fact": "service_class", "is": "other, lpwa"})
    check.that(w.facts(r)["facts"]["service_class"] == ["other", "lpwa"], "unless somebody says which", r)


def judged(w):
    """What is written is what rules read: the reader of facts refuses none of it."""
    full = {"occurred_at": {"from": at(0), "to": at(5)}, "known_at": at(6), "operator_class": "telecom.carrier",
            "segments": [row(0, 30, value=20000), row(30, value=42000, bound="at_least", planned_end=at(200), area="13"), row(0, 30, group="a", value={"unknown": "later"}), {"kind": "degraded", "from": {"unknown": "not_asked"}, "to": {"unknown": "not_asked"}},
                         {"kind": "degraded", "class": "lpwa", "from": {"from": at(0), "to": at(10)}, "to": {"from": at(8), "to": at(40)}, "value": {"from": 1, "to": 5}, "estimate": True}],
            "facts": [{"fact": "impact.sufferers", "number": 50000, "per": "other", "estimate": True}, {"fact": "impact.sufferers", "unknown": "cannot_know", "per": "lpwa"}, {"fact": "facility.kind", "may_be": "core, terminal"},
                      {"fact": "event.physical", "is": "smoke", "may_be": "burn"}, {"fact": "event.planned", "is": "false"}, {"fact": "cause.facility_failure", "is": "own"}, {"fact": "facility.functions", "unknown": "not_asked"},
                      {"fact": "service.only_additional_function", "is": "false"}, {"fact": "stopped", "at": {"from": at(0), "to": at(1)}}, {"fact": "impact.base", "number": {"unknown": "later"}}]}
    for fields in ({}, full, {"segments": full["segments"][3:4]}, {"segments": [row(i, i + 1) for i in range(250)]}):
        r = w.incident(**fields)
        name = os.path.join(w.k.dir, "facts.json")
        with open(name, "w") as f:
            json.dump(w.facts(r), f)
        a = subprocess.run([PROGRAM, "judge", name, "--json"], capture_output=True, text=True)
        check.that(a.returncode in (0, 10, 11) and "verdicts" in a.stdout, "the rules can read it", (a.returncode, a.stdout[:500], a.stderr[:500]))


def without_law(w):
    check.that(w.k.call("GET", "/api/vocabulary", token=w.t).json == {"facts": [], "classes": []}, "no vocabulary")
    r = w.incident(segments=[row(0, kind="何か")], facts=[{"fact": "own.fact", "is": "x"}])
    w.k.stop()
    w.k.packs = ()
    w.k.start()
    r = w.change("incidents", w.get("incidents/" + r["id"]), {"summary": "語彙のあるパックが入った"})
    check.that(r["segments"][0]["kind"] == "何か", "what was written before stays", r["segments"])
    e = w.change("incidents", r, {"segments": r["segments"] + [row(0, kind="別の何か")]}, 422)
    check.that([m["path"] for m in e["mistakes"]] == ["segments/1/kind"], "what is new is said in its words", e)


def run(postgres):
    w = World(postgres, os.path.join(PACKS, "drill"))
    for part in (refused, held, listed, acts, told, near_miss, meta, without_law):
        part(w)
    w.k.stop()
    check.that('"findings":0' in w.k.command("audit", "verify"), "the history verifies")
    w.k.close()
    w = World(postgres, None)
    words(w)
    judged(w)
    w.k.stop()
    w.k.close()


on_both(run)
check.end()
