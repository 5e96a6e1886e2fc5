#!/usr/bin/env python3
"""
Black box: what if? Facts of a saved incident taken otherwise: which verdicts would change, which duties would open, go or move, by which clocks. The command says the
same; every mistake by its path; nothing is written. SQLite and PostgreSQL.
"""
import datetime, json, os, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import PROGRAM, Checks, Desk, Kaname, on_both

check = Checks()
JST = datetime.timezone(datetime.timedelta(hours=9))
NOW = datetime.datetime.now(JST).replace(second=0, microsecond=0)
MAJOR, LEVEL, PERIODIC = "jp.telecom.major-accident", "jp.plan3.telecom", "jp.telecom.periodic-accidents"


def at(**ago):
    return (NOW - datetime.timedelta(**ago)).isoformat(timespec="milliseconds")


def ahead(**more):
    return (NOW + datetime.timedelta(**more)).isoformat(timespec="milliseconds")


FACTS = [{"fact": "service_class", "is": "other"}, {"fact": "cause.facility_failure", "is": "own"}, {"fact": "service.only_additional_function", "is": "false"}, {"fact": "impact.sufferers", "number": 20000, "per": "other"}]
ROW = {"kind": "stopped", "class": "other", "from": at(minutes=60), "value": 20000, "open": True}
DOWN = {"title": "データ通信の停止", "operator_class": "telecom.carrier", "occurred_at": at(minutes=60), "known_at": at(minutes=60), "segments": [ROW], "facts": FACTS}


def users(n):
    return {"facts": {"impact.sufferers": {"by": {"other": n}}}}


class World(Desk):
    def __init__(self, postgres):
        k = Kaname(postgres)
        token = k.user("manager1", "risk_manager")
        self.viewer = k.user("viewer1", "viewer")
        k.start()
        super().__init__(k, token, check)

    def ask(self, r, change, status=200, token=None, **more):
        a = self.k.call("POST", self.k.at(f"incidents/{r['id']}/reports/what-if"), change, token or self.viewer, **more)
        check.status(a, status, f"what if {str(change)[:100]}")
        return a.json if status == 200 else sorted((m["path"], m["code"]) for m in a.json.get("mistakes", []))

    def state(self, r):
        """All that is kept of it: the record with its versions, its duties, the history, what waits in the queue."""
        paths = (f"incidents/{r['id']}", f"incidents/{r['id']}/versions", f"duties?incident={r['id']}", "log", "checkpoint")
        return [self.k.call("GET", self.k.at(p), token=self.t).body for p in paths] + [self.k.command("job", "list", "--json")]


def of(answer, rule):
    return next((x for x in answer["verdicts"] if x["rule"] == rule), None)


def turned(answer, rule):
    x = of(answer, rule)
    return x["saved"]["verdict"], x["assumed"]["verdict"]


def effects(answer, rule):
    return sorted((d["effect"], (d.get("assumed") or d["saved"])["kind"]) for d in of(answer, rule)["duties"])


def boundaries(w):
    """三万以上、二時間以上: exactly as many for exactly as long is enough, one less is not."""
    r = w.make("incidents", DOWN)
    for n, minutes, want in ((30000, 60, "met"), (29999, 60, "not_met"), (30000, 59, "not_met"), (40000, 61, "met")):
        a = w.ask(r, users(n) | {"until": ahead(minutes=minutes)})
        check.that(turned(a, MAJOR) == ("not_met", want), f"{n} users for {60 + minutes} minutes", turned(a, MAJOR))
        opened = [("opens", "detail"), ("opens", "first"), ("opens", "notice")] if want == "met" else []
        check.that(effects(a, MAJOR) == opened, "the reports that would be due", effects(a, MAJOR))
    a = w.ask(r, users({"lo": 25000, "hi": 35000}) | {"until": ahead(minutes=60)})
    check.that(turned(a, MAJOR) == ("not_met", "undecided") and effects(a, MAJOR) == [], "a range on both sides decides nothing", of(a, MAJOR)["assumed"]["headline"])
    a = w.ask(r, users({"lo": 30000}) | {"as_of": ahead(minutes=60)})
    check.that(turned(a, MAJOR)[1] == "met", "going on until then is enough as well", turned(a, MAJOR))
    a = w.ask(r, users({"lo": 30000}) | {"as_of": ahead(minutes=59)})
    check.that(turned(a, MAJOR)[1] == "undecided", "a minute before it is open", turned(a, MAJOR))
    return r


def answer(w, r):
    """What it says of itself, and the clocks of the duties."""
    a = w.ask(r, users(30000) | {"until": ahead(hours=1)})
    check.that(a["assumption"] is True and a["facts_version"] == r["version"] and a["pack"] == "jp" and a["pack_version"], "it says that it is assumed, and of which facts", {k: v for k, v in a.items() if k != "verdicts"})
    now = datetime.datetime.fromisoformat(a["as_of"].replace("Z", "+00:00"))
    then = datetime.datetime.fromisoformat(a["assumed_as_of"].replace("Z", "+00:00"))
    check.that(abs((now - NOW).total_seconds()) < 600 and then == NOW + datetime.timedelta(hours=1), "judged when it would end", (now, then))
    x = of(a, MAJOR)
    check.that(x["changes"] and x["saved"]["headline"]["ja"] and x["assumed"]["headline"]["en"], "both verdicts in words", x)
    detail = next(d["assumed"] for d in x["duties"] if d["assumed"]["kind"] == "detail")
    last = datetime.date.fromisoformat(detail["due"]["day"])
    thirty = (NOW - datetime.timedelta(hours=1)).date() + datetime.timedelta(days=30)
    check.that(last >= thirty and last.weekday() < 5 and detail["due"]["steps"] and detail["to"][0]["title"]["ja"] == "総務大臣", "to whom and until which open day", detail)
    first = next(d["assumed"] for d in x["duties"] if d["assumed"]["kind"] == "first")
    check.that(first["promptly"] and "due" not in first, "速やかに has no number here either", first)
    level = of(a, LEVEL)
    check.that(level["assumed"]["verdict"] == "met" and level["duties"] == [], "the level of a plan opens nothing", level)
    check.that(of(a, "jp.electricity.major-outage") is None and all(x["saved"]["verdict"] != "not_bound" or x["assumed"]["verdict"] != "not_bound" for x in a["verdicts"]), "who is not bound hears nothing of it")
    b = w.ask(r, {"facts": {"operator_class": ["gas.utility"]}})
    check.that(turned(b, MAJOR)[1] == "not_bound", "another operator: not bound", turned(b, MAJOR))
    check.that(a == w.ask(r, users(30000) | {"until": ahead(hours=1)}) | {"as_of": a["as_of"]}, "asked again it says the same")


def met_already(w):
    """Facts that were met: fewer users lower the rows as well, another time moves the clock, a yes takes a duty away."""
    rows = [dict(ROW, value=42000, **{"from": at(hours=5)}) | {"to": at(hours=3), "open": None}]
    r = w.make("incidents", DOWN | {"occurred_at": at(hours=5), "known_at": at(hours=5), "segments": [{k: v for k, v in rows[0].items() if v is not None}], "facts": FACTS[:3] + [dict(FACTS[3], number=42000)]})
    a = w.ask(r, users(29999))
    check.that(turned(a, MAJOR) == ("met", "not_met") and {e for e, _ in effects(a, MAJOR)} == {"goes"} and of(a, MAJOR)["duties"][0]["saved"], "fewer: the reports go", effects(a, MAJOR))
    check.that(turned(w.ask(r, users(30000)), MAJOR) == ("met", "met") and not of(w.ask(r, users(30000)), MAJOR)["changes"], "just enough: it stays")
    check.that({e for e, _ in effects(w.ask(r, users(30000)), MAJOR)} == {"stays"}, "and so do the reports")
    early = at(days=14)  # further than closed days can move either end
    a = w.ask(r, {"facts": {"occurred": early, "impact": [{"from": early, "to": at(hours=3), "kind": "stopped", "class": "other", "value": {"n": 42000}}]}})
    moved = [d for d in of(a, MAJOR)["duties"] if d["effect"] == "moves"]
    check.that(turned(a, MAJOR) == ("met", "met") and len(moved) == 1 and moved[0]["saved"]["due"]["until"] > moved[0]["assumed"]["due"]["until"], "earlier: the deadline moves", effects(a, MAJOR))
    a = w.ask(r, {"facts": {"service.only_additional_function": True}})
    check.that(turned(a, MAJOR)[1] != "met" and {e for e, _ in effects(a, MAJOR)} == {"goes"}, "yes instead of no", turned(a, MAJOR))
    check.that(w.ask(r, {"until": ahead(hours=1)}, 422) == [("until", "state")], "nothing goes on")


def mistakes(w, r):
    for change, want in (({}, [("facts", "required")]), ([], [("facts", "required")]), ({"facts": {}}, [("facts", "required")]), ({"facts": [1]}, [("facts", "type")]),
                         ({"facts": {"nosuch": 1}, "x": 1, "until": "5時"}, [("facts/nosuch", "unknown_field"), ("until", "type"), ("x", "unknown_field")]),
                         ({"until": ahead(hours=1), "as_of": at(minutes=1)}, [("facts/impact/0/to", "range")]), ({"until": at(hours=2)}, [("facts/impact/0/to", "range")]), ({"as_of": "明日"}, [("as_of", "type")]),
                         (users("たくさん"), [("facts/impact.sufferers/by/other", "type")]), (users(-1), [("facts/impact.sufferers/by/other/n", "range")]), (users({"lo": 5, "hi": 4}), [("facts/impact.sufferers/by/other/hi", "range")]),
                         ({"facts": {"known": None, "service.only_additional_function": "yes"}}, [("facts/known", "type"), ("facts/service.only_additional_function", "type")]),
                         ({"facts": {"known": ahead(hours=1)}}, [("facts/known", "range")]),
                         ({"facts": {"impact": [{"from": at(hours=1), "to": "open", "kind": "stopped", "class": "other", "value": 30000}], "impact.sufferers": {"by": {"other": 10}}}}, [("facts/impact.sufferers", "range")])):
        found = w.ask(r, change, 422)
        check.that(found == want, f"mistakes of {str(change)[:80]}", found)
    path = w.k.at(f"incidents/{r['id']}/reports/what-if")
    for raw, want in ((b"", 400), (b"{", 400), (b"{}" + b" " * (256 << 10), 413)):
        check.status(w.k.call("POST", path, token=w.viewer, raw=raw), want, f"hostile {raw[:10]!r}")
    check.status(w.k.call("POST", path, users(1), w.viewer, {"Content-Type": "text/plain"}), 415, "not as text")
    check.status(w.k.call("POST", path + "?x=1", users(1), w.viewer), 400, "no parameter")
    check.status(w.k.call("GET", path, token=w.viewer), 405, "it is asked with a body")
    check.status(w.k.call("POST", w.k.at(f"incidents/{r['id']}/reports/verdicts"), {}, w.viewer), 405, "and the others without one")
    check.status(w.k.call("POST", w.k.at(f"incidents/{r['id']}/reports/nosuch"), {}, w.viewer), 405, "no such report")
    check.status(w.k.call("POST", w.k.at("incidents/00000000-0000-4000-8000-000000000000/reports/what-if"), users(1), w.viewer), 404, "no such incident")


def nothing_written(w, r):
    for _ in range(50):  # until the job of the last change has run
        if '"state":"waiting"' not in w.k.command("job", "list", "--json"):
            break
        time.sleep(0.1)
    before = w.state(r)
    for n in range(5):
        w.ask(r, users(30000 + n) | {"until": ahead(hours=1)}, token=w.t)
        w.ask(r, {}, 422, token=w.t)
    time.sleep(0.5)
    for was, now in zip(before, w.state(r)):
        check.that(was == now, "nothing is kept", (was[:300], now[:300]))
    check.status(w.k.call("POST", w.k.at(f"incidents/{r['id']}/reports/what-if"), users(1), w.viewer, {"Idempotency-Key": ""}), 200, "no key: nothing to repeat")


def command(w, r):
    """`kaname judge --what-if` on the document of the incident gives the same answer."""
    facts = w.get(f"incidents/{r['id']}/reports/facts")
    change = users(30000) | {"until": ahead(hours=1)}
    with tempfile.TemporaryDirectory() as d:
        files = [os.path.join(d, n) for n in ("facts.json", "change.json")]
        for path, doc in zip(files, (facts, change)):
            with open(path, "w") as f:
                json.dump(doc, f)
        def run(*words):
            return subprocess.run([PROGRAM, "judge", files[0], "--what-if", files[1], *words], capture_output=True, text=True, timeout=60)
        a, b = json.loads(run("--json").stdout), w.ask(r, change)
        same = [(x["rule"], x["saved"]["verdict"], x["assumed"]["verdict"], [d["effect"] for d in x["duties"]]) for x in a["verdicts"]]
        check.that(same == [(x["rule"], x["saved"]["verdict"], x["assumed"]["verdict"], [d["effect"] for d in x["duties"]]) for x in b["verdicts"]] and a["assumed_as_of"] == b["assumed_as_of"], "the command agrees", same)
        ja, en = run("--lang", "ja"), run("--lang", "en")
        check.that(ja.returncode == 10 and "仮定の判定です" in ja.stdout and "非該当 → 該当" in ja.stdout and "総務大臣" in ja.stdout, "in Japanese", ja.stdout)
        check.that("An assumption" in en.stdout and "Not met -> Met" in en.stdout and "A report would be due" in en.stdout, "in English", en.stdout)
        with open(files[1], "w") as f:
            json.dump({"facts": {"nosuch": 1}}, f)
        bad = run("--lang", "en")
        check.that(bad.returncode == 2 and "facts/nosuch" in bad.stderr, "its mistakes", (bad.returncode, bad.stderr))


def run(postgres):
    w = World(postgres)
    r = boundaries(w)
    answer(w, r)
    met_already(w)
    mistakes(w, r)
    nothing_written(w, r)
    command(w, r)
    w.k.stop()
    check.that('"findings":0' in w.k.command("audit", "verify"), "the history verifies")
    w.k.close()


on_both(run)
check.end()
