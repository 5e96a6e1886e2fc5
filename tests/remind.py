#!/usr/bin/env python3
"""
Black box: reminders of duties to report, against a real mail server of our own. One row for each occurrence and recipient, whatever clocks, kills, restarts and a second server do; at least one message, with
the same Message-ID where it is repeated; what was missed comes as one letter; what was made, or has another due time, is called off.
"""
import contextlib, datetime, os, sqlite3, subprocess, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Desk, Kaname, on_both
from sink import Sink

check = Checks()
JST = datetime.timezone(datetime.timedelta(hours=9))
NOW = datetime.datetime.now(JST).replace(second=0, microsecond=0)
TITLE = "事案の題名は書かれない"
DUE_HOURS = 30 * 24  # the detailed report is due some thirty days after


def at(**ago):
    return (NOW - datetime.timedelta(**ago)).isoformat(timespec="milliseconds")


def met(**more):
    return {"title": TITLE, "operator_class": "telecom.carrier", "occurred_at": at(hours=5), "known_at": at(hours=5), "segments": [{"kind": "stopped", "class": "other", "from": at(hours=5), "to": at(hours=3), "value": 42000}],
            "facts": [{"fact": "service_class", "is": "other"}, {"fact": "cause.facility_failure", "is": "own"}, {"fact": "service.only_additional_function", "is": "false"},
                      {"fact": "impact.sufferers", "number": 42000, "per": "other"}]} | more


def until(what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return False


class World(Desk):
    def __init__(self, postgres):
        k = self.k = Kaname(postgres)
        self.postgres = postgres
        self.sink = Sink()
        self.words = ("--smtp", self.sink.url, "--mail-from", "kaname@example.jp", "--public-url", "https://kaname.example.jp")
        manager = k.user("manager1", "risk_manager")
        self.admin, self.viewer = k.user("admin1", "admin"), k.user("viewer1", "viewer")
        k.start()
        super().__init__(k, manager, check)

    def sql(self, query):
        if self.postgres:
            out = subprocess.run(["psql", self.k.db, "-qAtF", "|", "-c", query], check=True, capture_output=True, text=True).stdout
            return [tuple(r.split("|")) for r in out.splitlines()]
        with contextlib.closing(sqlite3.connect(f"file:{self.k.db}?mode=ro", uri=True)) as db:
            return [tuple(str(x) for x in r) for r in db.execute(query)]

    def states(self, where="1 = 1"):
        """How many rows in which state."""
        return {("waiting", "sent", "cancelled", "refused", "nobody")[int(s)]: int(n) for s, n in self.sql(f"SELECT state, count(*) FROM reminder WHERE {where} GROUP BY state")}

    def duties(self, incident, n=3):
        until(lambda: len(self.get(f"duties?incident={incident['id']}")["items"]) == n)
        return {d["kind"]: d for d in self.get(f"duties?incident={incident['id']}")["items"]}

    def rows(self, duty):
        a = self.k.call("GET", self.k.at(f"duties/{duty['id']}/reports/reminders"), token=self.viewer)
        check.status(a, 200, "the report of reminders")
        return [r["values"] for r in a.json["tables"][0]["rows"]], a.json["tables"][0]

    def mail_of(self, login, address):
        person = next(p for p in self.k.call("GET", self.k.at("people"), token=self.admin).json["items"] if p.get("login") == login)
        return self.k.call("PATCH", self.k.at("people/") + person["id"], {"mail": address}, self.admin)

    def lease_over(self):
        """A server that was killed holds what it began for a minute more, where there may be another."""
        if self.postgres:
            subprocess.run(["psql", self.k.db, "-qc", "UPDATE job SET run_at = 0 WHERE state = 1"], check=True)

    def again(self, *words, clock=None):
        self.k.stop()
        if not clock:
            self.k.start(*words)
        elif not self.k.start_at(clock, *words):
            check.that(False, "the clock test needs the package faketime")
            self.k.start(*words)

    def settled(self):
        """Everything that was to be sent was."""
        ok = until(lambda: not self.states().get("waiting") and not [j for j in self.jobs() if j["kind"] == "out.reminders" and j["state"] in ("waiting", "again")] and self.quiet(), 30)
        check.that(ok, "everything is settled", (self.states(), self.jobs()))

    def looked(self, hours=0):
        """After a start: what is to be looked at then was, by a clock that is wrong by so much."""
        check.that(until(lambda: self.quiet(hours)), "everything was looked at", self.jobs())

    def jobs(self):
        names = ("waiting", "running", "again", "done", "dead")
        return [{"kind": k, "state": names[int(s)], "run_at": int(t)} for k, s, t in self.sql("SELECT kind, state, run_at FROM job WHERE state < 3")]

    def quiet(self, hours=0):
        """No job of reminding is due just now."""
        return not [j for j in self.jobs() if j["kind"].split(".")[0] in ("incident", "out") and (j["state"] == "running" or j["run_at"] <= (time.time() + hours * 3600) * 1000)]


def nobody_then_no_server(w):
    """Without any address a row says so; with an address and without a mail server it waits, and says so."""
    d = w.duties(w.make("incidents", met()))
    check.that(until(lambda: w.states() == {"nobody": 3}), "one row for each duty, and nobody to send it to", w.states())
    r, _ = w.rows(d["detail"])
    check.that([(x["rule"], x["state"]) for x in r] == [("opened", "nobody")] and "アドレス" in r[0]["why"] and not r[0].get("address"), "the page says so", r)
    check.that(w.mail_of("manager1", "総務@例.jp").status == 422 and w.mail_of("manager1", "a@b\r\nBcc: c@d").status == 422, "no address that is none")
    check.status(w.mail_of("manager1", "manager@city.example.jp"), 200, "an address")
    check.that(all("mail" not in p for p in w.k.call("GET", w.k.at("people"), token=w.viewer).json["items"]), "colleagues do not see it")
    w.act("duties", d["notice"], "draft", {"draft": "案"})
    check.that(until(lambda: w.states() == {"cancelled": 3, "waiting": 3}), "whoever has an address by now is told instead", w.states())
    r, table = w.rows(d["detail"])
    x = r[-1]
    check.that(x["state"] == "waiting" and x["address"] == "m…@city.example.jp" and x["to"] == "リスク管理者" and x["tries"] == 0, "masked, by role", x)
    check.that("設定されていない" in x["why"] and "設定されていない" in table["note"]["ja"], "not sent: no mail server is set", (x, table["note"]))
    text = w.k.call("GET", w.k.at(f"duties/{d['detail']['id']}/reports/reminders"), token=w.viewer).body.decode()
    check.that("manager@" not in text, "the address itself is nowhere")
    return d


def called_off(w, d):
    """Made: its row is called off. Another due time: a row of the new one, and the old one called off. Back again: the old one speaks again, once."""
    w.act("duties", d["first"], "make", {"means": "mail", "at": at(minutes=0), "made_to": "窓口", "without_approval": "急ぎ"})
    check.that(until(lambda: w.states() == {"cancelled": 4, "waiting": 2}), "made: called off", w.states())
    check.that("報告が済んだ" in w.rows(d["first"])[0][-1]["why"], "with the reason", w.rows(d["first"])[0])
    incident = w.get("incidents/" + d["detail"]["incident"])
    due = d["detail"]["due"]
    segments = incident["segments"]
    moved = [segments[0] | {"from": at(days=4, hours=5), "to": at(days=4, hours=3)}]
    incident = w.change("incidents", incident, {"segments": moved, "occurred_at": at(days=4, hours=5), "known_at": at(days=4, hours=5)})
    check.that(until(lambda: w.get("duties/" + d["detail"]["id"])["due"] != due), "the due time moves")
    check.that(until(lambda: [x["state"] for x in w.rows(d["detail"])[0] if x["state"] != "cancelled"] == ["waiting"] and len(w.rows(d["detail"])[0]) == 3), "a row of the new due time", w.rows(d["detail"])[0])
    check.that([x["why"] for x in w.rows(d["detail"])[0] if x.get("due") == due and "期限が変わった" in x.get("why", "")] != [], "the old one is called off", w.rows(d["detail"])[0])
    w.change("incidents", incident, {"segments": segments, "occurred_at": at(hours=5), "known_at": at(hours=5)})
    check.that(until(lambda: [x["state"] for x in w.rows(d["detail"])[0] if x.get("due") == due and x["address" if "address" in x else "state"] == "m…@city.example.jp"] == ["waiting"]), "and back", w.rows(d["detail"])[0])
    check.that(len(w.rows(d["detail"])[0]) == 3, "no row twice", w.rows(d["detail"])[0])


def first_letter(w, d):
    """With a mail server what waits goes, as one letter."""
    w.again(*w.words)
    w.settled()
    check.that(len(w.sink.messages) == 1, "one letter", w.sink.ids())
    to, sender, m, _ = w.sink.messages[0]
    text = m.get_content()
    check.that((to, sender) == ("manager@city.example.jp", "kaname@example.jp") and m["Message-ID"].endswith("@example.jp>"), "addressed", (to, sender, m["Message-ID"]))
    check.that(text.count(d["detail"]["number"]) == 2 and text.count(d["notice"]["number"]) == 2 and d["first"]["number"] not in text, "those not made yet, in both languages, each once", text)
    check.that(f"https://kaname.example.jp/#/{w.k.org}/duties/{d['detail']['id']}" in text, "with where to read on", text)
    check.that("の終わりまで" in text and "the end of" in text and "速やかに" in text, "the due time as people say it", text)
    check.that(TITLE not in text and "manager1" not in text and TITLE not in m["Subject"], "nothing of persons or of what happened")
    check.that("2件" in m["Subject"] and "2 reports" in m["Subject"], "subject", m["Subject"])
    x = [x for x in w.rows(d["detail"])[0] if x["state"] == "sent"]
    check.that(len(x) == 1 and x[0]["tries"] == 1 and "why" not in {k for k, v in x[0].items() if v}, "sent, said once", x)


def owner(w, d):
    """The contacts of the unit that reports, those with an address; each address once."""
    unit = w.make("units", {"name": "危機管理課"})
    for post, mail in (("防災係", "bosai@city.example.jp"), ("当直", "内線 123"), ("同じ窓口", "BOSAI@city.example.jp"), ("電話だけ", None)):
        w.make("contacts", {"post": post, "unit": unit["id"], "mail": mail})
    other = w.make("units", {"name": "別の課"})
    w.make("contacts", {"post": "別の課", "unit": other["id"], "mail": "other@city.example.jp"})
    w.change("duties", w.get("duties/" + d["detail"]["id"]), {"owner": unit["id"]})
    check.that(until(lambda: len(w.sink.messages) == 2), "a letter to the unit")
    w.settled()
    check.that([t for t, *_ in w.sink.messages[1:]] == ["bosai@city.example.jp"], "once, to the address that is one", w.sink.messages[1:])
    check.that([x["to"] for x in w.rows(d["detail"])[0] if x["state"] == "sent"][-1] == "防災係" and d["detail"]["number"] in w.sink.messages[1][2]["Subject"], "by its post", w.rows(d["detail"])[0])
    return unit


def refusals(w):
    """Not now, closed, after the message: sent in the end, recorded once, and what may have arrived twice has one identifier. No such mailbox: that is said, and it is not tried again."""
    for script, copies in ((["450"], 1), (["close"], 1), (["451 data"], 2), (["drop", "450"], 2)):
        before, w.sink.script = len(w.sink.messages), list(script)
        w.duties(w.make("incidents", met()))
        check.that(until(lambda: len(w.sink.messages) == before + copies, 40), f"{script}: sent", len(w.sink.messages) - before)
        w.settled()
        check.that(len(w.sink.messages) == before + copies and len(set(w.sink.ids()[before:])) == 1, f"{script}: one Message-ID", w.sink.ids()[before:])
        check.that(len({m["Date"] for _, _, m, _ in w.sink.messages[before:]}) == 1, f"{script}: one date")
    sent, before = w.states()["sent"], len(w.sink.messages)
    w.sink.script = ["550"]
    d = w.duties(w.make("incidents", met()))
    check.that(until(lambda: w.states().get("refused") == 3), "refused", w.states())
    tries = w.sink.tries
    check.that(until(lambda: not [j for j in w.jobs() if j["kind"] == "out.reminders"]), "nothing more is to be sent", w.jobs())
    check.that(w.sink.tries == tries and len(w.sink.messages) == before and w.states()["sent"] == sent, "once")
    x = w.rows(d["detail"])[0][-1]
    check.that(x["state"] == "refused" and "550" in x["why"] and "manager@" not in x["why"], "and the page says so", x)


def killed(w):
    """The row is there and the letter is under way when the program ends: after the restart it goes."""
    before, sent = len(w.sink.messages), w.states()["sent"]
    w.sink.script = ["silent"]
    tries = w.sink.tries
    w.make("incidents", met())
    check.that(until(lambda: w.sink.tries == tries + 1), "under way")
    count = w.sql("SELECT count(*) FROM reminder")
    w.k.kill()
    check.that(w.states().get("waiting") == 3, "the rows are there", w.states())
    w.lease_over()
    w.k.start(*w.words)
    check.that(until(lambda: len(w.sink.messages) == before + 1, 90), "it goes after the restart", len(w.sink.messages))
    w.settled()
    check.that(len(w.sink.messages) == before + 1 and w.states()["sent"] == sent + 3 and w.sql("SELECT count(*) FROM reminder") == count, "once", w.states())


def downtime(w):
    """A week without the program, over the due time: one letter for each recipient, with every duty once. A clock that jumps back and forward again changes nothing."""
    before = len(w.sink.messages)
    waits = {d["number"] for d in w.get("duties?limit=200")["items"] if d["state"] not in ("made", "accepted", "closed")}
    detail = [d for d in w.get("duties?limit=200")["items"] if d["kind"] == "detail"]
    latest = max(datetime.datetime.fromisoformat(d["due"].replace("Z", "+00:00")) for d in detail)
    hours = int((latest - datetime.datetime.now(datetime.timezone.utc)).total_seconds() // 3600) + 1 + 6 * 24
    w.again(*w.words, clock=f"+{hours}h")
    check.that(until(lambda: len(w.sink.messages) >= before + 2, 30), "letters")
    check.that(until(lambda: not w.states().get("waiting"), 30), "all sent", w.states())
    w.looked(hours)
    new = w.sink.messages[before:]
    check.that(sorted(t for t, *_ in new) == ["bosai@city.example.jp", "manager@city.example.jp"], "one for each", [t for t, *_ in new])
    text = "".join(m.get_content() for _, _, m, _ in new)
    check.that(all(n in text for n in waits), "every duty not made", waits)
    rules = {r for r, in w.sql("SELECT DISTINCT rule FROM reminder")}
    check.that(rules == {"opened", "day_before", "hours_before", "due", *(f"over_{i}" for i in range(1, 7)), *(f"still_{i}" for i in range(1, 8))}, "what was missed, up to now", rules)
    twice = w.sql("SELECT duty, rule, due, recipient FROM reminder GROUP BY duty, rule, due, recipient HAVING count(*) > 1")
    check.that(not twice, "each once", twice)
    count = w.sql("SELECT count(*) FROM reminder")
    w.again(*w.words)
    w.looked()
    w.again(*w.words, clock=f"+{hours}h")
    w.looked(hours)
    check.that(len(w.sink.messages) == before + len(new) and w.sql("SELECT count(*) FROM reminder") == count, "back and forward again: nothing", w.states())
    w.again(*w.words, clock=f"+{hours + 24 * 30}h")
    check.that(until(lambda: len(w.sink.messages) >= before + len(new) + 2, 30) and until(lambda: not w.states().get("waiting"), 30), "the seventh day")
    rules = {r for r, in w.sql("SELECT DISTINCT rule FROM reminder")}
    check.that("over_7" in rules and not rules & {"over_8", "still_8"}, "and no more after it", rules)
    w.again(*w.words)


def two_servers(w):
    """Two processes on one database: every letter once, every row once."""
    p = w.k.second(*w.words)
    before = len(w.sink.messages)
    for i in range(6):
        w.duties(w.make("incidents", met()))
        check.that(until(lambda: len(w.sink.messages) > before), "sent")
    w.settled()
    new = w.sink.ids()[before:]
    check.that(len(new) == len(set(new)), "no letter twice", new)
    check.that(not w.sql("SELECT duty, rule, due, recipient FROM reminder GROUP BY duty, rule, due, recipient HAVING count(*) > 1"), "no row twice")
    w.sink.script = ["drop"] * 2
    before = len(w.sink.messages)
    w.duties(w.make("incidents", met()))
    check.that(until(lambda: len(w.sink.messages) >= before + 3, 40), "repeated by whichever of them")
    w.settled()
    check.that(len(set(w.sink.ids()[before:])) == 1, "with one Message-ID", w.sink.ids()[before:])
    p.kill()
    p.wait()


def run(postgres):
    w = World(postgres)
    d = nobody_then_no_server(w)
    called_off(w, d)
    first_letter(w, d)
    owner(w, d)
    refusals(w)
    killed(w)
    if postgres:
        two_servers(w)
    downtime(w)
    log = open(os.path.join(w.k.dir, "server.log"), errors="replace").read()
    check.that("manager@" not in log and "bosai@" not in log, "no address in the log", log)
    w.k.stop()
    check.that('"findings":0' in w.k.command("audit", "verify"), "the history verifies")
    w.k.close()
    w.sink.close()


on_both(run)
check.end()
