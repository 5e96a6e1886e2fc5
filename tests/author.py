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
    for pack in ("jp", "eu"):
        r = run("test", os.path.join(ROOT, "packs", pack), "--json")
        a = json.loads(r.stdout)
        check.that(r.returncode in (0, 1) and a["failed"] == 0 and a["cases"] > 5 and a["failures"] == [] and a["broken"] == [] and a["comparisons"] > 1000, f"all examples of {pack} hold", (r.returncode, r.stdout[-2000:], r.stderr))


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
            r, j = run("test", c.dir, "--rule", "jp.telecom.major-accident"), run("test", c.dir, lang="ja")
            where = re.findall(r"^✗ (\S+):(\d+)", r.stdout, re.M)
            check.that(r.returncode == 1 and en in r.stdout, "named in English: " + new, (r.returncode, r.stdout[-3000:], r.stderr))
            check.that(j.returncode == 1 and ja in j.stdout, "named in Japanese: " + new, (j.returncode, j.stdout[-3000:], j.stderr))
            check.that(where and all(f == MAJOR for f, _ in where), "the file", where)
            if "users" not in old:
                check.that(str(c.line) in [n for _, n in where], "the line", (c.line, where))


def incidents():
    story = {"id": "t.story", "title": {"ja": "試験の事例", "en": "A test incident"}, "story": {"ja": "試験", "en": "test"}, "date": "2026-04-10", "as_of": "2026-04-11T09:00+09:00",
             "facts": {"operator_class": ["telecom.carrier"], "occurred": "2026-04-10T01:00+09:00", "known": "2026-04-10T01:00+09:00", "event.what": ["part_suspended"],
                       "impact": [{"from": "2026-04-10T01:00+09:00", "to": "2026-04-10T01:10+09:00", "kind": "hampered", "class": "other"}], "service_class": ["other"]}, "expect": {}}

    def judged(expect):
        with Copy() as c:
            os.makedirs(os.path.join(c.dir, "corpus"), exist_ok=True)
            json.dump({**story, "expect": expect}, open(os.path.join(c.dir, "corpus", "t-story.json"), "w"), ensure_ascii=False)
            return run("test", c.dir)

    r = judged({})
    named = dict.fromkeys(re.findall(r'"(jp\.[a-z0-9.-]+)" is not named in expect', r.stdout))
    check.that(r.returncode == 1 and "jp.telecom.business-suspension" in named and "corpus/t-story.json:1" in r.stdout, "a rule that is met and not named", r.stdout[-2000:])
    expect = {k: re.search(re.escape(k) + r'" is not named in expect and so should be not_met; got ([a-z_]+)', r.stdout).group(1) for k in named}
    r = judged(expect)
    check.that("failing 0\n" in r.stdout, "an incident with all its verdicts", r.stdout[-2000:])
    r = judged({**expect, "jp.telecom.business-suspension": "not_met"})
    check.that(r.returncode == 1 and "expected not_met (Not met), got met" in r.stdout, "an incident with another verdict", r.stdout[-2000:])


def words():
    r = run("test", JP, "--rule", "jp.telecom.major-acident")
    check.that(r.returncode == 2 and "jp.telecom.major-accident" in r.stderr, "a rule that is not there: the nearest", (r.returncode, r.stderr))
    check.that(run("test").returncode == 2 and run("test", "/nothing").returncode != 0, "without a pack")


for part in (shipped, boundaries, unnoticed, failing, incidents, words):
    part()
check.end()
