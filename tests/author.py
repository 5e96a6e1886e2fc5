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
        check.that(r.returncode == 0 and a["failed"] == 0 and a["cases"] > 5 and a["failures"] == [], f"all examples of {pack} hold", (r.returncode, r.stdout[-2000:], r.stderr))


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
    check.that(r.returncode == 0, "an incident with all its verdicts", r.stdout[-2000:])
    r = judged({**expect, "jp.telecom.business-suspension": "not_met"})
    check.that(r.returncode == 1 and "expected not_met (Not met), got met" in r.stdout, "an incident with another verdict", r.stdout[-2000:])


def words():
    r = run("test", JP, "--rule", "jp.telecom.major-acident")
    check.that(r.returncode == 2 and "jp.telecom.major-accident" in r.stderr, "a rule that is not there: the nearest", (r.returncode, r.stderr))
    check.that(run("test").returncode == 2 and run("test", "/nothing").returncode != 0, "without a pack")


for part in (shipped, failing, incidents, words):
    part()
check.end()
