#!/usr/bin/env python3
"""Black box: duties as a calendar (RFC 5545), read by a strict parser of our own: lines, folding, escapes, the properties an event must have; identifiers that stay; only what is not made and has a due time."""
import datetime, os, re, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Desk, Kaname, on_both

check = Checks()
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def at(**ago):
    return (NOW - datetime.timedelta(**ago)).isoformat(timespec="milliseconds")


def met(**more):
    return {"title": "停止", "operator_class": "telecom.carrier", "occurred_at": at(hours=5), "known_at": at(hours=5), "segments": [{"kind": "stopped", "class": "other", "from": at(hours=5), "to": at(hours=3), "value": 42000}],
            "facts": [{"fact": "service_class", "is": "other"}, {"fact": "cause.facility_failure", "is": "own"}, {"fact": "service.only_additional_function", "is": "false"},
                      {"fact": "impact.sufferers", "number": 42000, "per": "other"}]} | more


def parse(raw):
    """[(name, params, value)] of every content line; what RFC 5545 does not allow fails."""
    assert raw.endswith(b"\r\n") and b"\n" not in raw.replace(b"\r\n", b"") and b"\r" not in raw.replace(b"\r\n", b"")
    lines = []
    for line in raw[:-2].split(b"\r\n"):
        assert 0 < len(line) <= 75, (len(line), line)
        line.decode()  # folded between characters: every physical line is UTF-8
        if line[:1] == b" ":
            lines[-1] += line[1:]
        else:
            lines.append(line)
    out = []
    for line in lines:
        m = re.fullmatch(r"([A-Z0-9-]+)((?:;[A-Z-]+=[^;:]+)*):(.*)", line.decode())
        assert m, line
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", m[3]), line
        out.append((m[1], dict(p.split("=") for p in m[2].split(";")[1:]), m[3]))
    return out


def text(value):
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), value
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)


def calendar(raw):
    props = parse(raw)
    assert props[0] == ("BEGIN", {}, "VCALENDAR") and props[-1] == ("END", {}, "VCALENDAR")
    assert {("VERSION", "2.0"), ("METHOD", "PUBLISH")} <= {(n, v) for n, _, v in props} and sum(n == "PRODID" for n, _, _ in props) == 1
    events, now = [], None
    for n, params, v in props[1:-1]:
        if (n, v) == ("BEGIN", "VEVENT"):
            assert now is None
            now = {}
        elif (n, v) == ("END", "VEVENT"):
            assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(now), now
            assert re.fullmatch(r"\d{8}T\d{6}Z", now["DTSTAMP"][1]), now
            events.append(now)
            now = None
        elif now is not None:
            assert n not in now, n
            now[n] = (params, text(v) if n in ("SUMMARY", "DESCRIPTION") else v)
    return events


def feed(w, token=None, lang="ja"):
    a = w.k.call("GET", w.k.at("calendar.ics"), token=token or w.t, headers={"Accept-Language": lang})
    check.that(a.status == 200 and a.headers["content-type"] == "text/calendar; charset=utf-8", "a calendar", (a.status, a.headers))
    return {e["UID"][1]: e for e in calendar(a.body)}


def settled(w, incident, n=3):
    for _ in range(200):
        page = w.get(f"duties?incident={incident['id']}")["items"]
        if len(page) == n:
            return {d["kind"]: d for d in page}
        time.sleep(0.1)


def run(postgres):
    k = Kaname(postgres)
    manager, viewer, admin = k.user("manager1", "risk_manager"), k.user("viewer1", "viewer"), k.user("admin1", "admin")
    k.start("--public-url", "http://127.0.0.1")
    w = Desk(k, manager, check)
    check.that(feed(w) == {}, "nothing due: an empty calendar")
    incident = w.make("incidents", met())
    d = settled(w, incident)
    e = feed(w, viewer)
    uid = d["detail"]["id"] + "@duty.kaname"
    check.that(set(e) == {uid}, "what has a due time: at once is no date", list(e))
    due = datetime.datetime.fromisoformat(d["detail"]["due"].replace("Z", "+00:00"))
    day = (due + datetime.timedelta(hours=9) - datetime.timedelta(days=1)).strftime("%Y%m%d")
    check.that(e[uid]["DTSTART"] == ({"VALUE": "DATE"}, day), "the end of a day is that day", (e[uid]["DTSTART"], due))
    check.that(d["detail"]["title"] in e[uid]["SUMMARY"][1] and d["detail"]["number"] in e[uid]["SUMMARY"][1] and d["detail"]["authority"] in e[uid]["DESCRIPTION"][1] and "\n" in e[uid]["DESCRIPTION"][1], "what and to whom", e[uid])
    check.that(e[uid]["URL"][1] == f"http://127.0.0.1/#/{k.org}/duties/{d['detail']['id']}", "where to read on", e[uid])
    check.that("Report due" in feed(w, lang="en")[uid]["SUMMARY"][1], "in English")
    before = feed(w)[uid]
    check.that(feed(w)[uid] == before, "read again: the same")
    drafted = w.act("duties", d["detail"], "draft", {"draft": "案"})
    after = feed(w)[uid]
    check.that(after["SEQUENCE"][1] == str(drafted["version"]) and after["DTSTART"] == before["DTSTART"] and after["DTSTAMP"] >= before["DTSTAMP"], "changed: the same event in a later version", after)
    w.change("incidents", w.get("incidents/" + incident["id"]), {"segments": [incident["segments"][0] | {"from": at(days=4, hours=5), "to": at(days=4, hours=3)}], "occurred_at": at(days=4, hours=5)})
    for _ in range(100):
        if feed(w)[uid]["DTSTART"] != before["DTSTART"]:
            break
        time.sleep(0.1)
    check.that(feed(w)[uid]["DTSTART"] < before["DTSTART"], "another due time moves it", feed(w)[uid])
    settled(w, w.make("incidents", met()))
    check.that(len(feed(w)) == 2, "one each")
    w.act("duties", w.get("duties/" + d["detail"]["id"]), "make", {"means": "mail", "at": at(minutes=0), "made_to": "窓口", "without_approval": "急ぎ"})
    check.that(uid not in feed(w), "made: it leaves the calendar")
    check.status(k.call("GET", k.at("calendar.ics")), 401, "nobody reads it without a token")
    check.status(k.call("GET", k.at("calendar.ics") + "?token=" + viewer), 401, "a token in the address is none")
    check.status(k.call("GET", k.at("calendar.ics"), token=admin), 403, "nor does who reads no register")
    name = "防災, 危機; 管理\\課 " + "長い名前" * 30
    check.status(k.call("PATCH", k.at("settings"), {"name": name}, admin), 200, "a name with everything that must be escaped")
    shown = [v for n, _, v in parse(k.call("GET", k.at("calendar.ics"), token=viewer).body) if n == "X-WR-CALNAME"]
    check.that([text(v) for v in shown] == [name + " 報告の期限"], "escaped and folded", shown)
    k.stop()
    k.close()


on_both(run)
check.end()
