#!/usr/bin/env python3
"""Black box: kaname pack test on the packs that are shipped, and on copies with one change each, which must be found and named."""
import json, os, re, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import PROGRAM, ROOT, Checks

check = Checks()
JP = os.path.join(ROOT, "packs", "jp")
MAJOR = "rules/telecom/major-accident.json"


def run(*words, lang="en"):
    return subprocess.run([PROGRAM, "pack", *words], capture_output=True, text=True, timeout=300, env={**os.environ, "LC_ALL": "ja_JP.UTF-8" if lang == "ja" else "C.UTF-8"})


class Copy:
    """The pack jp with `change` (old, new) in one file."""

    def __init__(self, file=None, *changes):
        self.top = tempfile.mkdtemp(prefix="kaname-author-")
        self.dir = os.path.join(self.top, "jp")
        shutil.copytree(JP, self.dir)
        for old, new in changes:
            self.change(file, old, new)

    def change(self, file, old, new):
        path = os.path.join(self.dir, file)
        text = open(path, encoding="utf-8").read()
        assert old in text, (file, old)
        self.line = text[:text.index(old)].count("\n") + 1
        open(path, "w", encoding="utf-8").write(text.replace(old, new, 1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.top)


def shipped():
    """What is shipped holds: its checker, all its examples, the laws of logic, and no fault that nothing notices."""
    for pack in ("jp", "eu"):
        path = os.path.join(ROOT, "packs", pack)
        r = run("check", path)
        check.that(r.returncode == 0, f"pack check {pack}", (r.returncode, r.stdout[-2000:], r.stderr))
        r = run("test", path, "--json")
        a = json.loads(r.stdout)
        check.that(r.returncode == 0 and a["failed"] == 0 and a["cases"] > 5 and a["failures"] == [] and a["broken"] == [] and a["comparisons"] > 100, f"all examples of {pack} hold", (r.returncode, r.stdout[-2000:], r.stderr))
        check.that([(x["rule"], x["unnoticed"]) for x in a["rules"] if x["unnoticed"]] == [], f"no fault in {pack} goes unnoticed")
        duties = [d for x in a["rules"] for d in x["duties"]]
        files = [f for _, _, names in os.walk(os.path.join(path, "duties")) for f in names]
        check.that(len(duties) == len(files) and [(d["duties"], d["unnoticed"]) for d in duties if d["unnoticed"]] == [] and all(d["faults"] == d["noticed"] + d["same"] > d["same"] for d in duties), f"no fault in the duties of {pack} goes unnoticed", duties)


def of_rule(pack, rule, *words):
    r = run("test", pack, "--rule", rule, "--json", *words)
    return r, json.loads(r.stdout)["rules"][0]


def boundaries():
    """The table of the major accident, against the law's own numbers, and no fault that nothing notices."""
    r, a = of_rule(JP, "jp.telecom.major-accident")
    rows = {"1": (1, 30000), "2a": (2, 30000), "2b": (1, 100000), "3a": (12, 30000), "3b": (2, 1000000), "4a": (24, 100000), "4b": (12, 1000000), "5a": (2, 30000), "5b": (1, 1000000)}
    table = {b["id"]: [(p["value"]["en"], p["verdict"]) for p in b["points"]] for b in a["boundaries"]}
    hours = lambda n: "1 hour" if n == 1 else f"{n} hours"
    for row, (h, users) in rows.items():
        want = [(("" if h == 1 else hours(h - 1) + " ") + "59 minutes", "not_met"), (hours(h), "met"), (hours(h) + " 1 minute", "met")]
        check.that(table[f"condition/classes/{row}/lasts"] == want, f"row {row}: time", table[f"condition/classes/{row}/lasts"])
        want = [(f"{users - 1:,} users", "not_met"), (f"{users:,} users", "met"), (f"{users + 1:,} users", "met")]
        check.that(table[f"condition/classes/{row}/users"] == want, f"row {row}: users", table[f"condition/classes/{row}/users"])
    check.that(table["first_day"][:2] == [("Thu 2023-06-15 23:59 JST", "no_version"), ("Fri 2023-06-16 00:00 JST", "met")], "first day", table["first_day"])
    check.that(table["except/addon"] == [("yes", "not_met"), ("no", "met")], "the exception", table["except/addon"])
    seen = {(s["kind"], s["id"]): s for s in a["seen"]}
    check.that(all(seen["row", row][k] > 0 for row in rows for k in ("yes", "no", "decisive")) and seen["gap", "hard-to-count"]["yes"] > 0 and seen["exception", "addon"]["decisive"] > 0, "every row is seen true, false and decisive", seen)
    noticed = a["noticed_by_examples"] + a["noticed_by_boundaries"]
    check.that(r.returncode == 0 and a["faults"] >= 100 and noticed + a["same"] == a["faults"] and a["unnoticed"] == [] and a["noticed_by_boundaries"] > 0, "every fault is noticed, not all by the examples", (r.returncode, {k: v for k, v in a.items() if k != "boundaries"}))
    _, a = of_rule(JP, "jp.data.business")
    table = {b["id"]: [(p["value"]["en"], p["verdict"]) for p in b["points"]] for b in a["boundaries"]}
    persons = next(v for k, v in table.items() if k.endswith("/persons"))
    check.that(persons == [("999 persons", "not_met"), ("1,000 persons", "not_met"), ("1,001 persons", "met")], "more than a thousand", persons)
    _, a = of_rule(os.path.join(ROOT, "packs", "eu"), "eu.nis2.cloud.significant")
    table = {b["id"]: [p["verdict"] for p in b["points"]] for b in a["boundaries"]}
    check.that(table["condition/b/with/0"] == table["condition/b/with/1"] == ["not_met", "not_met", "met"], "the smaller of two: both sides of both", table)


def unnoticed():
    """Without its examples nothing tells a rule from one with a fault: said in words, in both languages, and by the exit code."""
    with Copy() as c:
        path = os.path.join(c.dir, "rules/telecom/user-info-leak.json")
        rule = json.load(open(path, encoding="utf-8"))
        del rule["versions"][0]["examples"]
        json.dump(rule, open(path, "w", encoding="utf-8"), ensure_ascii=False)
        shutil.rmtree(os.path.join(c.dir, "corpus"))
        for lang, says in (("en", 'no example and no boundary notices if'), ("ja", "どの例も境界も気付きません")):
            r = run("test", c.dir, "--rule", "jp.telecom.user-info-leak", lang=lang)
            check.that(r.returncode == 1 and says in r.stdout and ("1,000 users" in r.stdout) == (lang == "en"), "a fault that nothing notices", (r.returncode, r.stdout, r.stderr))


def failing():
    rows = (  # old, new, what is said in English, in Japanese
        ('"expect": "met", "because": ["5a"], "due"', '"expect": "not_met", "because": ["5a"], "due"', "expected not_met (Not met), got met (Met). Met.", "期待 not_met（非該当）、結果 met（該当）"),
        ('"expect": "met", "because": ["5a"], "due"', '"expect": "met", "because": ["5b"], "due"', '"5b" is not the reason', "「5b」は理由になっていません"),
        ('"due": {"detail": "2026-12-21"}', '"due": {"detail": "2026-12-20"}', "expected 2026-12-20, got 21 Dec 2026 (Mon)", "2026年12月21日（月）"),
        ('"due": {"detail": "2026-12-21"}', '"due": {"other": "2026-12-21"}', "that duty does not arise", "その義務は生じません"),
        ('"turns": {"to": "met", "at": "2026-11-20T15:05+09:00"}', '"turns": {"to": "met", "at": "2026-11-20T15:04+09:00"}', "it turns at another time. What came: Fri 2026-11-20 15:05 JST met", "2026年11月20日（金）15:05"),
        ('"deciding": [["impact.one_accident"]]', '"deciding": [["impact.sufferers"]]', "these facts alone do not decide. What decides: [impact.one_accident]", "決まりません"),
        ('"expect": "met", "because": ["5a"], "sensitive": true', '"expect": "met", "because": ["5a"], "sensitive": false', "another reading gives another verdict", "読み方で結論が変わります"),
        ('{"change": {"impact[1].kind": "hampered"}', '{"change": {"impact[7].kind": "hampered"}', 'The example has no place "impact[7].kind"', "「impact[7].kind」という場所がありません"),
        ('"users": {"at_least": {"n": 30000, "unit": "user"}},\n         "words": {"ja": "二時間 三万"', '"users": {"at_least": {"n": 30001, "unit": "user"}},\n         "words": {"ja": "二時間 三万"', "expected met (Met), got not_met", "期待 met（該当）、結果 not_met（非該当）"),
    )
    for old, new, en, ja in rows:
        with Copy(MAJOR, (old, new)) as c:
            r, j = run("test", c.dir, "--rule", "jp.telecom.major-accident"), run("test", c.dir, "--rule", "jp.telecom.major-accident", lang="ja")
            where = re.findall(r"^✗ (\S+):(\d+)", r.stdout, re.M)
            check.that(r.returncode == 1 and en in r.stdout, "named in English: " + new, (r.returncode, r.stdout[-3000:], r.stderr))
            check.that(j.returncode == 1 and ja in j.stdout, "named in Japanese: " + new, (j.returncode, j.stdout[-3000:], j.stderr))
            check.that(where and all(f == MAJOR for f, _ in where), "the file", where)
            if "users" not in old:
                check.that(str(c.line) in [n for _, n in where], "the line", (c.line, where))


DATA = "duties/data/business.json"
CONTENT = '      {"ja": "公表", "en": "Publication"},\n'


def duties():
    """A wrong duty: its own examples name file, duty and what differs, in both languages."""
    rows = (  # file, rule, old, new, what is said in English, in Japanese
        (DATA, "jp.data.business", '"within": {"n": 30, "unit": "day"}', '"within": {"n": 31, "unit": "day"}', 'duty "final", deadline: expected 2026-04-02, got 3 Apr 2026 (Fri)', "義務「final」の期限：期待 2026-04-02、結果 2026年4月3日（金）"),
        (DATA, "jp.data.business", '"within": {"n": 30, "unit": "day"}, "from": "known"', '"within": {"n": 30, "unit": "day"}, "from": "occurred"', "got 1 Apr 2026 (Wed)", "結果 2026年4月1日（水）"),
        (DATA, "jp.data.business", '"within": {"n": 30, "unit": "day"}', '"within": {"n": 720, "unit": "h"}', "expected 2026-04-02, got Thu 2026-04-02 09:00 JST", "結果 2026年4月2日（木）9:00"),
        (DATA, "jp.data.business", '"count": "jp-period", "roll": "jp-gov-holiday"', '"count": "jp-period"', "got 29 Apr 2026 (Wed)", "結果 2026年4月29日（水）"),
        (DATA, "jp.data.business", '"to": ["jp.authority.ppc"], "promptly"', '"to": ["jp.authority.mic"], "promptly"', 'duty "first", addressees: expected jp.authority.ppc, got jp.authority.mic', "義務「first」の宛先：期待 jp.authority.ppc、結果 jp.authority.mic"),
        (DATA, "jp.data.business", '"promptly": {"words": {"ja": "速やかに", "en": "promptly"}},\n     "from": "known"', '"within": {"n": 5, "unit": "day"}, "count": "jp-period",\n     "from": "known"', '"promptly": expected yes, got no', "「速やかに」：期待 はい、結果 いいえ"),
        (DATA, "jp.data.business", CONTENT, "", "number of items of the report: expected 9, got 8", "報告の項目の数：期待 9、結果 8"),
        (DATA, "jp.data.business", '"guide": {"within": {"n": 5, "unit": "day"}', '"guide": {"within": {"n": 3, "unit": "day"}', "figure of the guideline: expected within 5 days, got within 3 days", "指針の目安：期待 5日以内、結果 3日以内"),
        (DATA, "jp.data.business", '"when": {"judgement": "data.improper_purpose", "is": true}', '"when": {"judgement": "data.improper_purpose", "is": false}', "variant: expected improper-purpose, got none", "変形：期待 improper-purpose、結果 なし"),
        ("duties/telecom/major-accident.json", "jp.telecom.major-accident", '"form": "jp.form.50-3",', '"form": "jp.form.50",', "form: expected jp.form.50-3, got jp.form.50", "様式：期待 jp.form.50-3、結果 jp.form.50"),
        ("duties/telecom/major-accident.json", "jp.telecom.major-accident", '"first_day": "2023-06-16"', '"first_day": "2023-06-17"', "being: expected it arises, got it does not arise", "有無：期待 生じる、結果 生じない"),
        ("duties/railway/transport-disturbance.json", "jp.railway.transport-disturbance", ', "when": {"judgement": "event.exceptional", "is": true}', "", "expected not in expect, so it does not arise, got it arises", "期待 expect に無いので、生じない、結果 生じる"),
        ("duties/cyber/incident.json", "jp.cyber.incident", '["jp.authority.business-minister", "jp.authority.prime-minister"]', '["jp.authority.business-minister"]', "addressees: expected jp.authority.business-minister, jp.authority.prime-minister, got jp.authority.business-minister", "宛先：期待 jp.authority.business-minister, jp.authority.prime-minister"),
        ("duties/electricity/supply-major.json", "jp.electricity.supply-major", '"within": {"n": 24, "unit": "h"}', '"within": {"n": 25, "unit": "h"}', "got Sun 2026-05-03 11:00 JST", "結果 2026年5月3日（日）11:00"),
        ("duties/electricity/supply-major.json", "jp.electricity.supply-major", '"roll": "jp-gov-holiday", "means"', '"means"', "computation: expected That day is closed", "計算：期待 その日は休日"),
    )
    for file, rule, old, new, en, ja in rows:
        with Copy(file, (old, new)) as c:
            r = run("test", c.dir, "--rule", rule, "--json")
            said = [(f["path"], f["text"]["en"], f["text"]["ja"]) for f in json.loads(r.stdout)["failures"]]
            check.that(r.returncode == 1 and any(f.startswith(file + ":") and en in x and ja in y for f, x, y in said), "named in both languages: " + new, (r.returncode, said, r.stderr))
    with Copy() as c:
        path = os.path.join(c.dir, DATA)
        d = json.load(open(path, encoding="utf-8"))
        del d["versions"][0]["examples"]
        json.dump(d, open(path, "w", encoding="utf-8"), ensure_ascii=False)
        r, a = of_rule(c.dir, "jp.data.business")
        says = {u["en"] for x in a["duties"] for u in x["unnoticed"]}
        want = {'if "promptly" were left out (duty "first")', 'if the addressee "jp.authority.ppc" were left out (duty "final")', 'if the item "Cause" of the report were left out (duty "first")', 'if "within 30 days" were "within 720 hours" (duty "final")'}
        check.that(r.returncode == 1 and want <= says, "without examples nobody notices, and that is said", (r.returncode, says))
        j = run("test", c.dir, "--rule", "jp.data.business", lang="ja")
        check.that("「速やかに」が無くても（義務「first」）、どの例も気付きません" in j.stdout, "in Japanese", j.stdout[-3000:])
    r = run("test", JP, "--rule", "jp.data.public-body")
    check.that(r.returncode == 0 and "rest not on the text of the law: from a secondary source" in r.stdout, "what was not read is said", r.stdout)


def incidents():
    story = {"id": "t.story", "title": {"ja": "試験の事例", "en": "A test incident"}, "story": {"ja": "試験", "en": "test"}, "date": "2026-04-10", "as_of": "2026-04-11T09:00+09:00",
             "facts": {"operator_class": ["telecom.carrier"], "occurred": "2026-04-10T01:00+09:00", "known": "2026-04-10T01:00+09:00", "event.what": ["part_suspended"],
                       "impact": [{"from": "2026-04-10T01:00+09:00", "to": "2026-04-10T01:10+09:00", "kind": "hampered", "class": "other"}], "service_class": ["other"]}, "expect": {}}

    def judged(expect):
        with Copy() as c:
            os.makedirs(os.path.join(c.dir, "corpus"), exist_ok=True)
            json.dump({**story, "expect": expect}, open(os.path.join(c.dir, "corpus", "t-story.json"), "w"), ensure_ascii=False)
            return run("test", c.dir, "--rule", "jp.telecom.business-suspension")

    r = judged({})
    check.that(r.returncode == 1 and '"jp.telecom.business-suspension" is not named in expect and so should be not_met; got met' in r.stdout and "corpus/t-story.json:1" in r.stdout, "a rule that is met and not named", r.stdout[-2000:])
    r = judged({"jp.telecom.business-suspension": "met"})
    check.that("failing 0\n" in r.stdout, "an incident with its verdict", r.stdout[-2000:])
    r = judged({"jp.telecom.business-suspension": "not_met"})
    check.that(r.returncode == 1 and "expected not_met (Not met), got met" in r.stdout, "an incident with another verdict", r.stdout[-2000:])


def confirmed():
    """Boundaries that somebody read are kept; a change of the rule is seen by them, and what nobody noticed before is noticed."""
    rule, kept = "jp.electricity.supply", "boundaries/jp.electricity.supply.json"
    with Copy() as c:
        r = run("test", c.dir, "--rule", rule, "--confirm")
        check.that(r.returncode == 0 and kept in r.stdout, "confirmed", (r.returncode, r.stdout[-500:], r.stderr))
        d = json.load(open(os.path.join(c.dir, kept), encoding="utf-8"))
        check.that(d["rule"] == rule and len(d["points"]) > 50 and {p["verdict"] for p in d["points"]} >= {"met", "not_met"}, "what is kept", d)
        r, a = of_rule(c.dir, rule)
        check.that(r.returncode == 0 and a["confirmed"] and a["unlike"] == [] and a["unnoticed"] == [], "nothing differs, and nothing goes unnoticed any more", (r.returncode, a["unlike"], a["unnoticed"]))
        c.change("rules/electricity/supply.json", '"less_than": {"n": 100000,', '"less_than": {"n": 100001,')
        r, a = of_rule(c.dir, rule)
        texts = [u["text"]["en"] for u in a["unlike"]]
        check.that(r.returncode == 1 and not a["confirmed"] and any("was changed since" in t for t in texts) and any("100,000 kW: confirmed not_met, now met" in t for t in texts), "a changed rule against the confirmed table", texts)
        check.that(all(u["path"].startswith(kept + ":") for u in a["unlike"]), "file and line", a["unlike"])


ROW_5B = '"users": {"at_least": {"n": 1000000, "unit": "user"}},\n         "words": {"ja": "一時間 百万"'


def differ(a, b, *words):
    r = run("diff", a, b, "--json", *words)
    check.that(r.stdout.startswith("{"), "diff answers", (r.returncode, r.stderr))
    return r.returncode, json.loads(r.stdout)


def diff():
    """What was written otherwise in words; what follows for verdicts and duties; whether something that was met is lost."""
    code, d = differ(JP, JP)
    check.that(code == 0 and d["changes"] == d["verdicts"] == d["duties"] == [] and d["cases"] > 3000, "a pack and itself", (code, d["changes"], d["verdicts"]))
    with Copy(MAJOR, ('"on": "2026-11-20"', '"on": "2026-12-01"')) as c:
        code, d = differ(JP, c.dir)
        check.that(code == 0 and [x["en"] for x in d["changes"]] == ["jp.telecom.major-accident, 2023-06-16, check, checked on: 2026-11-20 -> 2026-12-01"] and d["verdicts"] == d["duties"] == [], "looked at again: no effect", (code, d))
    with Copy(MAJOR, (ROW_5B, ROW_5B.replace("1000000", "100000"))) as c:
        code, d = differ(JP, c.dir)
        check.that([x["en"] for x in d["changes"]] == ["jp.telecom.major-accident, 2023-06-16, classes, 5b, users: at least 1,000,000 users -> at least 100,000 users"], "a threshold, in English", d["changes"])
        check.that(d["changes"][0]["ja"].endswith("5b、利用者：1,000,000人以上 → 100,000人以上"), "in Japanese", d["changes"])
        major = [(v["from"], v["to"]) for v in d["verdicts"] if v["rule"] == "jp.telecom.major-accident"]
        check.that(code == 0 and not d["lost"] and ("not_met", "met") in major and {x[0] for x in major} == {"not_met"}, "stricter: newly met, nothing lost", (code, d["verdicts"]))
        code, d = differ(c.dir, JP)
        major = [(v["from"], v["to"]) for v in d["verdicts"] if v["rule"] == "jp.telecom.major-accident"]
        check.that(code == 1 and d["lost"] and ("met", "not_met") in major and {x[1] for x in major} == {"not_met"}, "laxer: what was met is lost, and the exit code says so", (code, d["verdicts"]))
        code, d = differ(c.dir, JP, "--corpus", os.path.join(JP, "corpus"))
        check.that(code == 0 and d["cases"] == len(os.listdir(os.path.join(JP, "corpus"))) and d["verdicts"] == [], "only the incidents that are named: none of them between the two", (code, d))
        r = run("diff", c.dir, JP, lang="ja")
        check.that(r.returncode == 1 and "該当 → 非該当" in r.stdout and "該当でなくなります" in r.stdout, "in Japanese words", r.stdout)
    with Copy(MAJOR, ('{"at_least": {"n": 2, "unit": "h"}}, "users": {"at_least": {"n": 30000, "unit": "user"}},\n         "words": {"ja": "二時間 三万"', '{"more_than": {"n": 2, "unit": "h"}}, "users": {"at_least": {"n": 30000, "unit": "user"}},\n         "words": {"ja": "二時間 三万"')) as c:
        code, d = differ(JP, c.dir)
        check.that(code == 1 and [x["en"] for x in d["changes"]] == ["jp.telecom.major-accident, 2023-06-16, classes, 2a, time: at least 2 hours -> more than 2 hours"], "a word of comparison", (code, d["changes"]))
    duties = "duties/telecom/major-accident.json"
    with Copy(duties, ('"n": 30, "unit": "day"', '"n": 20, "unit": "day"')) as c:
        code, d = differ(JP, c.dir, "--corpus", os.path.join(JP, "corpus"))
        check.that(code == 0 and d["verdicts"] == [] and len(d["duties"]) == 1 and d["duties"][0]["duty"] == "detail" and d["duties"][0]["from"] > d["duties"][0]["to"], "a deadline moves", (code, d))
        check.that([x["en"] for x in d["changes"]] == ["jp.telecom.major-accident.reports, 2023-06-16, detail, deadline: 30 days -> 20 days"], "and is said", d["changes"])
    with Copy(duties, ('"id": "first"', '"id": "first-report"')) as c:
        code, d = differ(JP, c.dir, "--corpus", os.path.join(JP, "corpus"))
        check.that(sorted((m["duty"], "from" in m, "to" in m) for m in d["duties"]) == [("first", True, False), ("first-report", False, True)], "a duty gone, another new", d["duties"])
    with Copy() as c:
        os.remove(os.path.join(c.dir, "rules/telecom/priority-calls.json"))
        for name in os.listdir(os.path.join(c.dir, "corpus")):
            if "priority-calls" in open(os.path.join(c.dir, "corpus", name), encoding="utf-8").read():
                os.remove(os.path.join(c.dir, "corpus", name))
        code, d = differ(JP, c.dir)
        gone = {(v["rule"], v["from"], v["to"]) for v in d["verdicts"]}
        check.that(code == 1 and ("jp.telecom.priority-calls", "met", "no_rule") in gone and "jp.telecom.priority-calls: gone" in [x["en"] for x in d["changes"]], "a rule gone", (code, gone, d["changes"]))
        code, d = differ(c.dir, JP)
        check.that(code == 0 and "jp.telecom.priority-calls: new" in [x["en"] for x in d["changes"]], "a rule new", (code, d["changes"]))
    check.that(run("diff", JP).returncode == 2 and run("diff", JP, "/nothing").returncode != 0 and run("diff", JP, JP, "--corpus", "/nothing").returncode == 3, "without a second pack, or a folder")


def signed():
    """A pack signed by two is exactly what they signed: anything else is refused with the file named; who is not trusted does not count."""
    with Copy() as c:
        keys, out = [os.path.join(c.top, f"key{i}") for i in (1, 2)], []
        check.that(run("verify", c.dir, "--trust", os.path.join(JP, "pack.json")).returncode == 5, "not signed")
        for key in keys:
            r = run("sign", c.dir, "--key", key, "--json")
            out.append(json.loads(r.stdout)["verifier"])
        check.that(os.stat(keys[0]).st_mode & 0o77 == 0, "the key is its owner's alone")
        trust = os.path.join(c.top, "trust")

        def verify(*lines):
            open(trust, "w").write("\n".join(lines) + "\n")
            return run("verify", c.dir, "--trust", trust)

        r = verify("# who may sign", *out)
        check.that(r.returncode == 0 and all(v.split("+")[0] in r.stdout for v in out), "signed by both", (r.returncode, r.stdout, r.stderr))
        check.that(verify(out[1]).returncode == 0 and verify("# nobody").returncode == 5 and verify("no key").returncode == 2, "whom one trusts")
        sig = os.path.join(c.dir, "manifest.sig")
        text = open(sig, encoding="utf-8").read()
        open(sig, "w", encoding="utf-8").write(text.replace("2026", "2027", 1))
        check.that(verify(*out).returncode == 5, "another version in what was signed")
        open(sig, "w", encoding="utf-8").write(text)
        run("sign", c.dir, "--key", keys[0])
        check.that(open(sig, encoding="utf-8").read().count("\u2014 ") == 2 and verify(*out).returncode == 0, "signed again: once for each key")
        facts, new = os.path.join(c.dir, "facts.json"), os.path.join(c.dir, "rules/telecom/new.json")
        before = open(facts).read()
        for what, change, back, named in (("changed", lambda: open(facts, "a").write(" "), lambda: open(facts, "w").write(before), "facts.json"),
                                          ("new", lambda: open(new, "w").write("{}"), lambda: os.remove(new), "rules/telecom/new.json"),
                                          ("missing", lambda: os.rename(facts, facts + ".x"), lambda: os.rename(facts + ".x", facts), "facts.json")):
            change()
            for r in (run("check", c.dir), verify(*out)):
                check.that(r.returncode == 2 and named in r.stderr, f"{what}: refused with its name", (r.returncode, r.stderr))
            back()
        check.that(run("check", c.dir).returncode == 0, "as it was signed it loads again")
        open(facts, "a").write(" ")
        run("sign", c.dir, "--key", keys[1])
        check.that(run("check", c.dir).returncode == 0 and verify(out[1]).returncode == 0 and verify(out[0]).returncode == 5, "signed anew after a change: the other signature is void")


def new():
    """A pack to start from: it passes its own check and test, opens nothing, and is never written over something."""
    with tempfile.TemporaryDirectory(prefix="kaname-new-") as top:
        d = os.path.join(top, "water-2")
        r = run("new", d)
        check.that(r.returncode == 0 and "water-2.example.users" in r.stdout, "made", (r.returncode, r.stdout, r.stderr))
        check.that(run("check", d).returncode == 0, "it has no mistake", run("check", d).stderr)
        a = json.loads(run("test", d, "--json").stdout)
        check.that(a["failed"] == 0 and a["cases"] == 3 and [x["unnoticed"] for x in a["rules"]] == [[]], "its examples hold, and no fault goes unnoticed", a)
        facts = {"facts": {"operator_class": ["water-2.operator"], "occurred": "2026-04-01T10:00+09:00", "users_hit": {"n": 1000}}, "as_of": "2026-04-02T10:00+09:00"}
        j = subprocess.run([PROGRAM, "judge", "-", "--pack", d, "--json"], input=json.dumps(facts), capture_output=True, text=True)
        check.that(j.returncode == 0 and "water-2.example.users" in j.stdout, "nobody verified it, so it opens no duty", (j.returncode, j.stdout[:300], j.stderr))
        before = {f: open(os.path.join(d, f)).read() for f in ("pack.json", "rules/example/users.json")}
        check.that(run("new", d).returncode == 2 and all(open(os.path.join(d, f)).read() == text for f, text in before.items()), "not over what is there")
        for name in ("Water", "2water", "水道", "a" * 31, "a.b", "a b"):
            r = run("new", os.path.join(top, name))
            check.that(r.returncode == 2 and not os.path.exists(os.path.join(top, name)), "no name of a pack: " + name, r.stderr)
        check.that(run("new", os.path.join(top, "none", "water")).returncode == 2 and run("new").returncode == 2 and run("new", os.path.join(top, "a"), "b").returncode == 2, "a folder that is there, one word")


def words():
    r = run("test", JP, "--rule", "jp.telecom.major-acident")
    check.that(r.returncode == 2 and "jp.telecom.major-accident" in r.stderr, "a rule that is not there: the nearest", (r.returncode, r.stderr))
    check.that(run("test").returncode == 2 and run("test", "/nothing").returncode != 0, "without a pack")


for part in (shipped, boundaries, unnoticed, failing, duties, incidents, confirmed, diff, signed, new, words):
    part()
check.end()
