#!/usr/bin/env python3
"""Black box: what kaname pack check says of law, and the schema of kaname pack schema against it: what the one refuses of the shape of a file the other refuses.
The schema is looked at with the Python module jsonschema, where it is there."""
import copy, glob, json, os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import PROGRAM, ROOT, Checks

check = Checks()
LAW = os.path.join(ROOT, "tests", "packs", "law")
FILES = [os.path.relpath(f, LAW) for f in sorted(glob.glob(LAW + "/**/*.json", recursive=True)) if os.path.basename(f) not in ("pack.json", "calendars.json")]


def run(*words, lang="en"):
    return subprocess.run([PROGRAM, "pack", *words], capture_output=True, text=True, timeout=60, env={**os.environ, "LC_ALL": "ja_JP.UTF-8" if lang == "ja" else "C.UTF-8"})


def counts():
    r = run("check", LAW)
    check.that(r.returncode == 0 and "rules 2 (versions: read in the law 1, from a secondary source 1, the text was not found 1)" in r.stdout and "incidents 1" in r.stdout, "counted by kind and status", r.stdout + r.stderr)
    a = json.loads(run("check", LAW, "--json").stdout)
    check.that(a["rules"] == {"files": 2, "verified": 1, "secondary": 1, "missing": 1} and a["corpus"] == {"files": 1} and a["warnings"] == [], "as JSON", a)
    check.that("規則 2" in run("check", LAW, lang="ja").stdout, "in Japanese")
    r = run("check", os.path.join(ROOT, "tests", "packs", "drill"))
    check.that(r.returncode == 0 and "rules" not in r.stdout, "a pack without law", r.stdout)
    for pack in ("jp", "eu"):
        r = run("check", os.path.join(ROOT, "packs", pack))
        check.that(r.returncode == 0, f"packs/{pack} is right", r.stderr)


def mistakes():
    """A few of each kind, as people see them; all of them are in src/law/law_test.c."""
    rows = (
        ("rules/a/major.json", '"force": "ordinance"', '"force": "ordinanc"', 'rules/a/major.json:1 force: No such word: "ordinanc". Did you mean "ordinance"?', "「ordinance」ではありませんか"),
        ("rules/a/major.json", '"fact": "fault"', '"fact": "falt"', 'rules/a/major.json:8 versions/0/condition/all/0/fact: fact: No such word: "falt". Did you mean "fault"?', "「fault」ではありませんか"),
        ("rules/a/near.json", '"n": 30000, "unit": "user"', '"n": 40000, "unit": "user"', "at_least 40000 user of the rule does not stand in the words, which have: 三万以上", "規則の at_least 40000 user が語にありません。語の数: 三万以上"),
        ("duties/a/major.json", '"status": "verified"', '"status": "memory"', "There is no duty of status memory", "状態 memory の義務は書けません"),
        ("corpus/one.json", '"sure": ["other"]', '"sure": ["othr"]', 'corpus/one.json:2 facts/hit/sure/0: No such word: "othr". Did you mean "other"?', "「other」ではありませんか"))
    for file, old, new, en, ja in rows:
        with tempfile.TemporaryDirectory(prefix="kaname-law-") as top:
            d = os.path.join(top, "law")
            shutil.copytree(LAW, d)
            text = open(os.path.join(d, file), encoding="utf-8").read()
            assert old in text, old
            open(os.path.join(d, file), "w", encoding="utf-8").write(text.replace(old, new, 1))
            r = run("check", d)
            check.that(r.returncode == 2 and en in r.stderr and not r.stdout, f"{file}: {new}", (r.returncode, r.stderr))
            r = run("check", d, lang="ja")
            check.that(r.returncode == 2 and ja in r.stderr, f"{file}: {new}, in Japanese", r.stderr)


def placeholder():
    """A duty after a verified rule that asks for one which nobody verified: that opens none either. What can never be met may be asked for."""
    with tempfile.TemporaryDirectory(prefix="kaname-law-") as top:
        for condition, refused in (('{"fact": "extra_only", "is": false}', True), ('{"unknown": "pack"}', False)):
            d = os.path.join(top, "law")
            shutil.copytree(LAW, d)
            with open(os.path.join(d, "rules/a/guess.json"), "w", encoding="utf-8") as f:
                f.write('{"id": "t.guess", "force": "ordinance", "title": {"ja": "うろ覚え", "en": "From memory"}, "versions": [{"v": "1", "first_day": null, "last_day": null, "chosen_by": "occurred", "check": {"status": "memory"}, "cite": [], "bound": ["carrier"],'
                        ' "condition": ' + condition + '}]}')
            path = os.path.join(d, "rules/a/major.json")
            text = open(path, encoding="utf-8").read()
            open(path, "w", encoding="utf-8").write(text.replace('{"id": "fault", "fact"', '{"any": [{"rule": "t.guess", "is": "met"}, {"fact": "hit", "includes_any": ["other", "emergency_voice"]}]}, {"id": "fault", "fact"', 1))
            r = run("check", d)
            said = 'duties/a/major.json:2 versions/0: The rule "t.major" rests on "t.guess", whose version "1" is of status memory: it opens no duty.'
            check.that((said in r.stderr) == refused, f"a placeholder within: {condition}", (r.returncode, r.stderr))
            shutil.rmtree(d)


def once(pairs):
    keys = [k for k, _ in pairs]
    check.that(len(keys) == len(set(keys)), "no name twice in the schema", keys)
    return dict(pairs)


def places(v, path=()):
    """Every object and value of a document."""
    yield path, v
    for k, one in v.items() if isinstance(v, dict) else enumerate(v) if isinstance(v, list) else ():
        yield from places(one, path + (k,))


def changed(doc, path, change):
    new = copy.deepcopy(doc)
    at = new
    for k in path[:-1]:
        at = at[k]
    change(at, path[-1])
    return new


def changes(doc):
    for path, v in places(doc):
        if not path:
            continue
        yield path, "removed", changed(doc, path, lambda at, k: at.pop(k))
        yield path, "null", changed(doc, path, lambda at, k: at.__setitem__(k, None))
        yield path, "1.5", changed(doc, path, lambda at, k: at.__setitem__(k, 1.5))
        if isinstance(v, dict):
            yield path, "one key more", changed(doc, path + ("zzz",), lambda at, k: at.__setitem__(k, 1))


def schema():
    s = json.loads(run("schema").stdout, object_pairs_hook=once)
    check.that(json.loads(run("schema", "--json").stdout) == s, "JSON with and without --json")
    try:
        import jsonschema
    except ImportError:
        print("no Python module jsonschema: the schema itself was not tried")
        return
    jsonschema.Draft202012Validator.check_schema(s)
    v = jsonschema.Draft202012Validator(s)
    kinds = {"rules": "rule", "levels": "rule", "watches": "rule", "duties": "duties", "forms": "form", "notices": "notice", "corpus": "incident", "counting.json": "countings"}
    of = lambda file: jsonschema.Draft202012Validator({"$ref": "#/$defs/" + kinds.get(file.split("/")[0], file.split("/")[0].removesuffix(".json")), "$defs": s["$defs"]})
    for pack in (LAW, os.path.join(ROOT, "packs", "jp"), os.path.join(ROOT, "packs", "eu")):
        lists = json.load(open(os.path.join(pack, "pack.json")))["lists"]
        for f in sorted(glob.glob(pack + "/**/*.json", recursive=True)):
            if os.path.basename(f) == "pack.json" or os.path.basename(f)[:-5] in lists:
                continue
            doc = json.load(open(f))
            check.that(v.is_valid(doc) and of(os.path.relpath(f, pack)).is_valid(doc), "the schema takes what the program takes: " + f)
    with tempfile.TemporaryDirectory(prefix="kaname-law-") as top:
        d = os.path.join(top, "law")
        shutil.copytree(LAW, d)
        refused = 0
        for file in ("rules/a/near.json", "duties/a/major.json", "corpus/one.json", "counting.json", "sources.json"):
            one, good = of(file), open(os.path.join(d, file), encoding="utf-8").read()
            for path, what, doc in list(changes(json.loads(good)))[::7]: # each way of changing comes to each kind of place
                open(os.path.join(d, file), "w", encoding="utf-8").write(json.dumps(doc))
                program = run("check", d).returncode
                takes = one.is_valid(doc)
                refused += not takes
                check.that(program in (0, 2) and (takes or program == 2), f"{file} {path} {what}: the schema refuses it, the program does not", program)
            open(os.path.join(d, file), "w", encoding="utf-8").write(good)
        check.that(refused > 70, "changes that the schema refuses", refused)


def read():
    """Sentences beside the words of the law; every rule that is shipped reads whole in both languages."""
    rows = (("ja", "t.major", ("・1 緊急通報の音声：継続時間 1時間以上、かつ 故障した設備の下の利用者数 30,000人以上", "条文「一時間 三万」", "根拠 試験規則第58条第2項第1号", "発生した時から30日以内", "速やかに（日数の定めはない）",
                              "次の早い方：知った時から24時間、停止した時から4時間", "ただし、次のときは該当しない", "事故の継続時間と利用者の総数（これによる）")),
            ("en", "t.near", ("- How late was it?: more than 10 minutes [late]", 'law: "more than 10 minutes" (「十分を超える」)', "the smaller of 5 % of \"How many users are there?\" and 1,000,000 users", "- at least 2 of these", "- the same as [many] above",
                              '- "Major accident" is met', "on or after 1 Apr 2025", "the text was not found", "- not known to the law data")))
    for lang, rule, parts in rows:
        r = run("read", LAW, rule, "--lang", lang)
        check.that(r.returncode == 0, f"read {rule}", r.stderr)
        for part in parts:
            check.that(part in r.stdout, f"{rule} says {part}", r.stdout)
    check.that(json.loads(run("read", LAW, "t.near", "--json").stdout)["text"] == run("read", LAW, "t.near").stdout, "as JSON")
    r = run("read", LAW, "t.mayor")
    check.that(r.returncode == 2 and 'Did you mean "t.major"?' in r.stderr, "no such rule", r.stderr)
    check.that(run("read", LAW).returncode == 2 and run("read", os.path.join(ROOT, "tests", "packs", "drill"), "x").returncode == 2, "no rule named; no law")
    for pack in ("jp", "eu"):
        for kind in ("rules", "levels", "watches"):
            for f in glob.glob(os.path.join(ROOT, "packs", pack, kind, "*", "*.json")):
                rule = json.load(open(f))["id"]
                for lang in ("ja", "en"):
                    out = run("read", os.path.join(ROOT, "packs", pack), rule, "--lang", lang).stdout
                    check.that(len(out.splitlines()) > 6 and not any(x in out for x in ("（）", "「」", "()", '""', "：\n", ": \n", "、、")), f"{rule} reads whole in {lang}", out)


counts()
mistakes()
placeholder()
read()
schema()
check.end()
