#!/usr/bin/env python3
"""
Black box: judged again. An import is judged by one job, however many incidents it brings; after the packs change what is not over is judged again, through any number of kills, once;
a duty is never erased, what is over stays as it was judged, and the history says why something changed. SQLite and PostgreSQL.
"""
import datetime, json, os, shutil, sys, tempfile, time, urllib.parse
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import ROOT, Checks, Desk, Kaname, on_both

check = Checks()
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
IMPORTED = 450  # more than two pages of the job
RULE, DUTIES = "rules/telecom/major-accident.json", "duties/telecom/major-accident.json"
PLACES = "発生の場所：盛岡の局舎\n復旧の日時（予定を含む）\n　10日 13:30\n原因となった設備の設置場所: 盛岡\n措置の模様：予備系に切り替えた\n"
REPORT = {"operator": "東北通信", "kind": "first", "rule": "jp.telecom.major-accident", "received_at": "2026-04-10T02:00:00.000Z", "occurred_at": "2026-04-10T01:00:00.000Z", "service_class": "other", "area": "岩手県", "users": 42000,
          "cause": "設備の故障", "text": PLACES}


def at(**ago):
    return (NOW - datetime.timedelta(**ago)).isoformat()


def incident(title, users, **more):
    return {"title": title, "operator_class": "telecom.carrier", "occurred_at": at(hours=5), "known_at": at(hours=5), "segments": [{"kind": "stopped", "class": "other", "from": at(hours=5), "to": at(hours=2), "value": users}],
            "facts": [{"fact": "service_class", "is": "other"}, {"fact": "cause.facility_failure", "is": "own"}, {"fact": "service.only_additional_function", "is": "false"}, {"fact": "impact.sufferers", "number": users, "per": "other"}]} | more


def edited(folder, file, change):
    path = os.path.join(folder, "jp", file)
    with open(path) as f:
        doc = json.load(f)
    change(doc)
    with open(path, "w") as f:
        json.dump(doc, f, ensure_ascii=False)


def other_users(doc):
    """Fifty thousand where it was thirty."""
    for v in doc["versions"]:
        for row in next(x for x in v["condition"]["all"] if x.get("id") == "classes")["table"]["rows"]:
            if row["class"] == "other" and row["users"]["at_least"]["n"] == 30000:
                row["users"]["at_least"]["n"] = 50000


def asks_more(doc):
    doc["versions"][0]["duties"][0]["contents"].append({"ja": "新しい項目", "en": "A new item"})


class World(Desk):
    def __init__(self, postgres, packs):
        k = Kaname(postgres, packs=packs)
        self.token = k.user("manager1", "risk_manager")
        k.start()
        super().__init__(k, self.token, check)

    def standing(self, path):
        return {r["values"]["standing"]: r["values"] for r in self.get(path + "/reports/judged")["tables"][0]["rows"]}

    def settled(self, path, n, kept=0):
        """All judged by the packs of now but for those that are over; their basis."""
        for _ in range(300):
            s = self.standing(path)
            if s.get("now", {}).get("n", 0) == n and s.get("none", {}).get("n", 0) == 0 and s.get("other", {}).get("n", 0) == kept:
                return s["now"]["judged_by"]
            time.sleep(0.1)
        raise SystemExit(f"never settled: {path} {s} {self.k.command('job', 'list')[:2000]}")

    def duties(self, i):
        return {d["kind"]: d for d in self.get(f"duties?incident={i['id']}&limit=100")["items"]}

    def read(self, path, r):
        return self.get(f"{path}/{r['id']}")

    def jobs(self):
        return json.loads(self.k.command("job", "list", "--json"))["items"]

    def restart(self, packs, kills=0):
        self.k.stop()
        self.k.packs = ("--packs", packs)
        for i in range(kills):
            self.k.start()
            time.sleep(0.02 + 0.15 * i)
            self.k.kill()
        self.k.start()


def before(w):
    """Everything that can stand in a register when the packs change."""
    low, high = w.make("incidents", incident("四万二千人", 42000)), w.make("incidents", incident("六万人", 60000))
    running = w.make("incidents", incident("続いている", 60000, occurred_at=at(minutes=30), known_at=at(minutes=30), segments=[{"kind": "stopped", "class": "other", "from": at(minutes=30), "open": True, "value": 60000}]))
    over = w.make("incidents", incident("小さい", 100, operator_class="gas.utility", facts=[{"fact": "gas.households", "number": 1}, {"fact": "service_class", "is": "other"}]))
    basis = w.settled("incidents", 4)
    check.that(basis.startswith("jp@") and "#" in basis and len(basis.split("#")[1].split(",")[0]) == 12, "version and hash of the packs", basis)
    running = w.read("incidents", running)
    turn = datetime.datetime.fromisoformat(running["turns_at"].replace("Z", "+00:00"))
    check.that(running["undecided"] >= 1 and turn > NOW, "what time decides, and when", running)
    mine = [j for j in w.jobs() if j["kind"] == "incident.turn" and j["state"] == "waiting"]
    check.that(len(mine) == 1 and datetime.datetime.fromisoformat(mine[0]["run_at"].replace("Z", "+00:00")) <= turn, "one job waits for the first of them", mine)
    done = w.make("incidents", incident("済んだ", 42000))
    basis = w.settled("incidents", 5)
    for d in w.duties(done).values():
        d = w.act("duties", d, "make", {"means": "mail", "at": at(minutes=1), "made_to": "窓口", "without_approval": "急ぎ"})
        w.act("duties", d, "close", {})
    done = w.act("incidents", w.act("incidents", w.read("incidents", done), "recover", {"at": at(hours=2)}), "close", {"outcome": "済"})
    over = w.act("incidents", w.act("incidents", w.read("incidents", over), "recover", {"at": at(hours=2)}), "close", {"outcome": "済"})
    w.settled("incidents", 5)
    check.that(w.read("incidents", over)["undecided"] == 0, "nothing binds it", w.read("incidents", over))
    r = {name: w.make("received-reports", REPORT | {"subject": name}) for name in ("unread", "complete", "accepted")}
    check.that(r["unread"]["lacking"] == 0 and r["unread"]["judged_by"] == basis, "a report is judged as it comes", r["unread"])
    r["complete"] = w.act("received-reports", r["complete"], "check", {})
    r["accepted"] = w.act("received-reports", w.act("received-reports", r["accepted"], "check", {}), "accept", {"number": "1"})
    return basis, low, high, over, w.read("incidents", done), r


def imported(w):
    """However many: one job goes through them, none for each."""
    sheet = "何が起きたか,事業者の区分,発生した時刻\n" + "".join(f"取込{i},telecom.carrier,{at(hours=6)}\n" for i in range(IMPORTED))
    path = os.path.join(w.k.dir, "incidents.csv")
    with open(path, "w") as f:
        f.write(sheet)
    said = json.loads(w.k.command("import", path, "--json"))
    check.that(said["created"] == IMPORTED, "imported", said)
    w.settled("incidents", 5 + IMPORTED)
    jobs = [j["kind"] for j in w.jobs()]
    check.that(jobs.count("incident.judge") < 15 and 1 <= jobs.count("incident.again") < 10, "the queue holds no job for each", {k: jobs.count(k) for k in set(jobs)})
    one = w.get("incidents?q=%E5%8F%96%E8%BE%BC7&limit=1")["items"][0]
    check.that(one["undecided"] >= 1 and one["version"] == 1, "judged, without a version of its own", one)


def after(w, was, low, high, over, done, r):
    """Fifty thousand users instead of thirty, and one item more to say."""
    old = {i["id"]: w.duties(i) for i in (low, high, done)}
    w.restart(w.other, kills=3)
    basis = w.settled("incidents", 4 + IMPORTED, kept=1)
    check.that(basis != was and "@2026.99#" in basis, "by other packs", (was, basis))
    w.settled("received-reports", 2, kept=1)
    now = w.duties(low)
    check.that({d["id"] for d in now.values()} == {d["id"] for d in old[low["id"]].values()} and now["first"]["basis_gone"] is True and now["first"]["state"] == "open", "no duty is erased: its basis is gone", now["first"])
    last = w.get(f"duties/{now['first']['id']}/versions")["versions"][0]
    check.that(last["action"] == "judge" and was.split(",")[0] in last["reason"] and "2026.99" in last["reason"], "its history says why", last)
    mine = w.duties(high)
    check.that(mine["first"]["id"] == old[high["id"]]["first"]["id"] and not mine["first"]["basis_gone"] and mine["first"]["contents"].endswith("新しい項目"), "still met; what it must say follows the packs", mine["first"])
    check.that(mine["first"]["version"] == old[high["id"]]["first"]["version"] + 1 and mine["detail"]["version"] == old[high["id"]]["detail"]["version"], "one version more where something differs, none elsewhere, whatever was killed", mine)
    check.that(set(mine) == set(old[high["id"]]), "no duty twice")
    same = w.duties(done)
    check.that({k: (d["version"], d["state"]) for k, d in same.items()} == {k: (d["version"], d["state"]) for k, d in old[done["id"]].items()}, "what was done stays as it was made", same)
    check.that(w.read("incidents", over)["judged_by"] == was, "an incident that is over names the packs of then")
    check.that(w.read("incidents", low)["version"] == low["version"], "the facts did not change, so no version of theirs")
    got = {name: w.read("received-reports", x) for name, x in r.items()}
    check.that((got["unread"]["lacking"], got["unread"]["version"], got["unread"]["state"]) == (1, r["unread"]["version"], "received"), "counted again; nobody had checked it", got["unread"])
    check.that((got["complete"]["state"], got["complete"]["missing"], got["complete"]["version"]) == ("incomplete", "新しい項目", r["complete"]["version"] + 1), "what was complete is not any more", got["complete"])
    check.that("2026.99" in got["complete"]["checked_by"] and "2026.99" in w.get(f"received-reports/{got['complete']['id']}/versions")["versions"][0]["reason"], "and says by what")
    check.that((got["accepted"]["state"], got["accepted"]["lacking"], got["accepted"]["judged_by"], got["accepted"]["version"]) == ("accepted", 0, was, r["accepted"]["version"]), "what was accepted stays", got["accepted"])
    total = w.get("incidents?limit=1&judged_by=" + urllib.parse.quote(basis))["total"]
    check.that(total == 4 + IMPORTED, "found by what they were judged by", total)


def once_more(w, low):
    """The same packs: nothing is done. The first ones again: the basis is back."""
    runs = lambda: sum(j["kind"].endswith(".again") for j in w.jobs())
    n = runs()
    w.restart(w.other)
    for _ in range(100):
        if any(j["kind"] == "house.packs" and j["state"] == "waiting" and j["attempts"] == 0 for j in w.jobs()):
            break
        time.sleep(0.05)
    check.that(runs() == n, "the same packs ask for nothing", (n, runs()))
    w.restart(w.first)
    w.settled("incidents", 5 + IMPORTED)
    d = w.duties(low)["first"]
    check.that(d["basis_gone"] is False and d["state"] == "open" and not d["contents"].endswith("新しい項目"), "the basis is back", d)
    w.restart(w.other)
    w.settled("incidents", 4 + IMPORTED, kept=1)


def run(postgres):
    packs = tempfile.mkdtemp(prefix="kaname-packs-")
    first, other = os.path.join(packs, "first"), os.path.join(packs, "other")
    for folder in (first, other):
        shutil.copytree(os.path.join(ROOT, "packs", "jp"), os.path.join(folder, "jp"))
    edited(other, RULE, other_users)
    edited(other, DUTIES, asks_more)
    edited(other, "pack.json", lambda doc: doc.update(version="2026.99"))
    w = World(postgres, first)
    w.first, w.other = first, other
    was, low, high, over, done, r = before(w)
    imported(w)
    after(w, was, low, high, over, done, r)
    once_more(w, low)
    w.k.stop()
    check.that('"findings":0' in w.k.command("audit", "verify"), "the history verifies")
    w.k.close()
    shutil.rmtree(packs)


on_both(run)
check.end()
