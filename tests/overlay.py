#!/usr/bin/env python3
"""Black box: packs laid over another. What is laxer is refused by file, line and field; what is stricter is taken, shown as the own force that it is, and only ever adds."""
import copy, glob, json, os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import PROGRAM, ROOT, Checks, Kaname, content_hash

check = Checks()
JP, LAW = os.path.join(ROOT, "packs", "jp"), os.path.join(ROOT, "tests", "packs", "law")
MAJOR = json.load(open(os.path.join(JP, "rules/telecom/major-accident.json"), encoding="utf-8"))
RULE = "rules/own/early.json"
TOP = tempfile.TemporaryDirectory(prefix="kaname-overlay-")
both = lambda ja, en: {"ja": ja, "en": en}


def said(n, unit):
    return f"{n}{'時間' if unit == 'h' else '分'}"


def words_of(row):
    row["words"] = both(f"{said(row['lasts']['at_least']['n'], row['lasts']['at_least']['unit'])} {row['users']['at_least']['n']}", "own")


def early():
    """The rule of the major accident at half its numbers, as the organisation's own."""
    r = copy.deepcopy(MAJOR)
    r.update(id="acme.early", force="own", title=both("早めの社内報告", "Early internal report"), tightens="jp.telecom.major-accident")
    v = r["versions"][0]
    v.update(cite=[{"src": "acme:policy"}], unread=[], readings=[])
    for e in v["examples"]:
        for one in (e, *e.get("also", ())):
            one.pop("due", None)
    for e in v["except"]:
        e["cite"] = [{"src": "acme:policy"}]
    for row in rows(r):
        row["users"]["at_least"]["n"] //= 2
        words_of(row)
    return r


def table(r):
    return next(c for c in r["versions"][0]["condition"]["all"] if "table" in c)["table"]


def rows(r):
    return table(r)["rows"]


def row(r, name):
    return next(x for x in rows(r) if x["id"] == name)


TARGET = {"duties": "jp.telecom.major-accident.reports", "duty": "first", "within": {"n": 1, "unit": "h"}, "words": both("社内規程第3条", "internal rule 3")}


def overlay(rule=None, more=None, name="acme", needs="jp", where=None, files=()):
    d = os.path.join(where or TOP.name, name)
    shutil.rmtree(d, ignore_errors=True)
    os.makedirs(os.path.join(d, "rules/own"))
    put = lambda path, o: (os.makedirs(os.path.dirname(os.path.join(d, path)), exist_ok=True), json.dump(o, open(os.path.join(d, path), "w", encoding="utf-8"), ensure_ascii=False, indent=1))
    put("pack.json", {"name": name, "version": "7", "title": both("アクメの上乗せ", "Acme's own"), "lists": [], "needs": {"packs": [needs]}})
    put("sources.json", {"sources": [{"id": f"{name}:policy", "kind": "document", "title": both("社内規程", "internal policy")}]})
    if rule:
        put(RULE, rule)
    if more is not None:
        put("overlay.json", more)
    for path, o in files:
        put(path, o)
    return d


def run(*words, lang="en"):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=120, env={**os.environ, "LC_ALL": "ja_JP.UTF-8" if lang == "ja" else "C.UTF-8"})


def accepted():
    d = overlay(early(), {"targets": [TARGET]})
    r = run("pack", "check", d)
    check.that(r.returncode == 0, "a stricter one is accepted", (r.returncode, r.stdout[-500:], r.stderr[-3000:]))

    def also(what, change):
        rule = early()
        change(rule)
        d = overlay(rule)
        r = run("judge", facts_file({}), "--pack", d)
        check.that(r.returncode in (0, 11), "accepted: " + what, (r.returncode, r.stderr[-1500:]))

    for row_ in rows(early()):
        def as_law(rule, name=row_["id"]):
            row(rule, name)["users"] = copy.deepcopy(row(MAJOR, name)["users"])
        also(f"exactly the number of row {row_['id']}", as_law)
    also("a further row", lambda r: rows(r).append({**copy.deepcopy(row(r, "5a")), "id": "5c", "lasts": {"at_least": {"n": 30, "unit": "min"}}, "users": {"at_least": {"n": 5000000, "unit": "user"}}, "words": both("30分 5000000", "own")}))
    also("minutes for hours", lambda r: row(r, "1")["lasts"].update(at_least={"n": 60, "unit": "min"}))
    also("a condition less", lambda r: r["versions"][0]["condition"]["all"].pop(0) and r["versions"][0].update(gaps=[]))
    also("another kind of impairment as well", lambda r: [c["kind"].append("hampered") for c in table(r)["columns"].values()])
    also("no exception", lambda r: r["versions"][0].pop("except"))
    also("no gap", lambda r: r["versions"][0].pop("gaps"))
    also("a rule that tightens nothing", lambda r: r.pop("tightens"))
    also("a larger measure", lambda r: table(r)["columns"]["users"].update(measure="below_equipment"))
    # every rule of the pack is as strict as itself
    n = 0
    files = []
    for path in sorted(glob.glob(os.path.join(JP, "rules/*/*.json"))):
        rule = json.load(open(path, encoding="utf-8"))
        rule.pop("draft_of", None)
        files.append((f"rules/own/r{n}.json", {**rule, "id": f"acme.r{n}", "force": "own", "tightens": rule["id"]}))
        n += 1
    r = run("judge", facts_file({}), "--pack", overlay(files=files))
    check.that(n > 20 and r.returncode in (0, 11), "each rule of jp is no laxer than itself", (n, r.stderr[-3000:]))


def refused():
    def rule_refused(what, field, change, code="laxer"):
        rule = early()
        change(rule)
        d = overlay(rule)
        r = run("pack", "check", d, "--json")
        m = json.loads(r.stderr.strip().split("\n")[-1])["mistakes"] if r.returncode == 2 else []
        found = [x for x in m if x["code"] == code]
        check.that(len(found) == 1 and found[0]["path"].startswith(RULE + ":") and found[0]["path"].split(" ", 1)[1] == field, "refused: " + what, (r.returncode, m or r.stderr[-600:], r.stdout[-200:]))
        if found and code == "laxer":
            line = int(found[0]["path"].split(":")[1].split(" ")[0])
            lines = open(os.path.join(d, RULE), encoding="utf-8").read().split("\n")
            key = [k for k in field.split("/") if not k.isdigit()][-1]
            check.that(f'"{key}"' in lines[line - 1] or lines[line - 1].strip() in ("{", "[") or field.rsplit("/", 1)[-1].isdigit(), "the line: " + what, (line, lines[line - 1]))

    table_at = "versions/0/condition/all/1/table/"
    index = {x["id"]: i for i, x in enumerate(rows(MAJOR))}
    for name in index: # one user more than the law asks for, in each row
        def raised(r, name=name):
            row(r, name)["users"]["at_least"]["n"] = row(MAJOR, name)["users"]["at_least"]["n"] + 1
            words_of(row(r, name))
        rule_refused(f"a threshold raised by one in row {name}", f"{table_at}rows/{index[name]}/users/at_least", raised)
    rule_refused("one minute longer", f"{table_at}rows/{index['1']}/lasts/at_least", lambda r: (row(r, "1")["lasts"].update(at_least={"n": 61, "unit": "min"}), words_of(row(r, "1"))))
    rule_refused("more than for at least", f"{table_at}rows/{index['2a']}/users/more_than", lambda r: row(r, "2a").update(users={"more_than": {"n": 30000, "unit": "user"}}, words=both("2時間 30000を超える", "own")))
    rule_refused("a row left out", f"{table_at}rows", lambda r: rows(r).pop(index["4b"]))
    rule_refused("a smaller measure", f"{table_at}rows/{index['2a']}/measure", lambda r: table(r)["columns"]["users"].update(measure="peak"))
    rule_refused("a kind of impairment left out", f"{table_at}columns/lasts/kind", lambda r: table(r)["columns"]["lasts"]["kind"].remove("degraded"))
    rule_refused("a cause left out", "versions/0/condition/all/0/in", lambda r: r["versions"][0]["condition"]["all"][0]["in"].remove("other_carrier"))
    rule_refused("a condition more", "versions/0/condition/all/2", lambda r: r["versions"][0]["condition"]["all"].append({"fact": "impact.hard_to_count", "is": False}))
    rule_refused("a wider exception", "versions/0/except/0", lambda r: r["versions"][0]["except"][0].update(when={"any": [r["versions"][0]["except"][0]["when"], {"fact": "impact.hard_to_count", "is": True}]}))
    rule_refused("an exception more", "versions/0/except/1", lambda r: r["versions"][0]["except"].append({**copy.deepcopy(r["versions"][0]["except"][0]), "id": "other", "when": {"fact": "impact.hard_to_count", "is": True}}))
    rule_refused("a gap more", "versions/0/gaps/3", lambda r: r["versions"][0]["gaps"].append({"id": "x", "words": both("あ", "a"), "status": "missing", "when": {"fact": "service.only_additional_function", "is": False}}))
    rule_refused("yields to another", "versions/0/yields_to/0", lambda r: r["versions"][0].update(yields_to=[{"rule": "jp.telecom.secrecy-leak"}]))
    rule_refused("chosen by another clock", "versions/0/chosen_by", lambda r: r["versions"][0].update(chosen_by="known"))
    rule_refused("calls itself law", "force", lambda r: r.update(force="ordinance"), "choice")

    def refused_with(what, place, dir_):
        r = run("pack", "check", dir_)
        check.that(r.returncode == 2 and place in r.stderr, "refused: " + what, (r.returncode, r.stderr[-800:]))

    def target(n, unit, duty="detail", **more):
        return {"targets": [{**TARGET, "duty": duty, "within": {"n": n, "unit": unit}, **more}]}

    refused_with("a target of one hour more than the 30 days", "overlay.json:", overlay(more=target(721, "h")))
    r = run("pack", "check", overlay(more=target(721, "h")))
    check.that("targets/0/within" in r.stderr and "later than the deadline" in r.stderr, "its field", r.stderr)
    check.that(run("pack", "check", overlay(more=target(720, "h"))).returncode == 0, "a target of exactly the 30 days")
    refused_with("a target of a duty that is not there", "targets/0/duty", overlay(more=target(1, "h", "frist")))
    refused_with("a target in days", "targets/0/within/unit", overlay(more=target(1, "day")))
    refused_with("a rule with an id of the base", RULE, overlay({**early(), "id": "jp.telecom.major-accident"}))
    refused_with("duties of its own", "duties", overlay(early(), files=[("duties/own/x.json", {})]))
    refused_with("facts of its own", "facts.json", overlay(early(), files=[("facts.json", {"facts": []})]))
    refused_with("a source of the base", "sources/0/id", overlay(files=[("sources.json", {"sources": [{"id": "jp:360M50001000025", "kind": "document", "title": both("あ", "a")}]})]))
    check.that(run("pack", "check", overlay(early(), needs="nothing")).returncode == 3, "over a pack that is not there")
    r = run("judge", facts_file({}), "--pack", JP, "--pack", overlay({**early(), "force": "statute"}))
    check.that(r.returncode == 2 and RULE in r.stderr, "kaname judge refuses it too", r.stderr[-300:])


def facts_file(facts, as_of="2026-11-20T17:19+09:00", name="facts.json"):
    path = os.path.join(TOP.name, name)
    json.dump({"facts": facts, "as_of": as_of}, open(path, "w"), ensure_ascii=False)
    return path


def outage(users=20000, until="2026-11-20T15:05+09:00"):
    return {"operator_class": ["telecom.carrier"], "occurred": "2026-11-20T13:05+09:00", "known": "2026-11-20T13:05+09:00", "cause.facility_failure": "own", "service.only_additional_function": False, "impact.hard_to_count": False,
            "service_class": ["other"], "impact": [{"from": "2026-11-20T13:05+09:00", "to": until, "kind": "stopped", "class": "other", "value": {"n": users}}], "impact.sufferers": {"by": {"other": {"n": users}}}}


def judged(path, *packs):
    r = run("judge", path, "--json", "--explain", *(x for p in packs for x in ("--pack", p)))
    check.that(r.stdout.startswith("{"), "judged", r.stderr[-500:])
    return r.returncode, json.loads(r.stdout)


def only_adds():
    """Whatever the base says stays as it was, to the byte; the own rule is met wherever the law's is."""
    d = overlay(early(), {"targets": [TARGET]})
    seen = set()
    cases = [outage(), outage(14999), outage(30000), outage(until="2026-11-20T15:04+09:00")]
    docs = [facts_file(f, name=f"case{i}.json") for i, f in enumerate(cases)] + sorted(glob.glob(os.path.join(JP, "corpus", "*.json")))[:8]
    for path in docs:
        doc = json.load(open(path, encoding="utf-8"))
        path = facts_file(doc["facts"], doc["as_of"], "one.json")
        (code, was), (code2, now) = judged(path, JP), judged(path, JP, d)
        own = [a for a in now["verdicts"] if a["verdict"].get("overlay")]
        rest = copy.deepcopy([a for a in now["verdicts"] if not a["verdict"].get("overlay")])
        shown = [t for a in rest for x in a["duties"] for t in x.pop("targets", [])]
        check.that(rest == was["verdicts"] and code == code2, "the base says the same, and so does the exit code", path)
        law = next((a["verdict"]["verdict"] for a in was["verdicts"] if a["verdict"]["rule"] == "jp.telecom.major-accident"), None)
        mine = own[0]["verdict"]["verdict"] if own else None
        check.that(law != "met" or mine == "met", "met by law, so met by the own rule", (law, mine))
        check.that(all(a["duties"] == [] and a["verdict"]["force"] == "own" and a["verdict"]["overlay"] == "acme" for a in own), "own, and without a duty", own)
        seen.add((law, mine))
        if law == "met":
            check.that(len(shown) == 1 and shown[0]["overlay"] == "acme" and shown[0]["force"] == "own" and shown[0]["within"] == both("1時間", "1 hour"), "the target beside the duty", shown)
    check.that({("not_met", "met"), ("met", "met"), ("not_met", "not_met")} <= seen, "the cases tell them apart", seen)
    _, now = judged(facts_file(outage(30000)), JP, d)
    check.that(now["overlays"] == [{"pack": "acme", "pack_version": "7", "pack_hash": content_hash(d), "title": both("アクメの上乗せ", "Acme's own")}] and now["pack_hash"] == content_hash(JP), "both named by version and hash", now.get("overlays"))
    first = next(x for a in now["verdicts"] for x in a["duties"] if x["id"] == "first" and x["duties"] == TARGET["duties"])
    check.that(first["promptly"] and "due" not in first and first["targets"][0]["until"] == "2026-11-20T05:05:00.000Z", "an hour from when it happened; the law still says at once", first)
    _, alone = judged(facts_file(outage(30000)), d)
    check.that(alone == now, "the base is found by its name")
    for lang, met, target in (("en", "The own threshold of Acme's own is reached (no duty of the law to report).", "own target (acme, no deadline of the law): within 1 hour"), ("ja", "自分たちの基準（アクメの上乗せ）に達しました（法令上の報告義務ではありません）。", "自分たちの目標（acme、法令の期限ではない）：1時間以内")):
        r = run("judge", facts_file(outage(30000)), "--pack", JP, "--pack", d, lang=lang)
        check.that(r.returncode == 10 and met in r.stdout and target in r.stdout, "in words: " + lang, r.stdout[:900])
        r = run("judge", facts_file(outage()), "--pack", JP, "--pack", d, lang=lang)
        check.that(r.returncode == 0 or r.returncode == 11, "the own threshold alone is no met rule of the law", r.returncode)


def readings():
    """A stricter reading may be chosen; verdicts go one way only, and it shows. A laxer one is refused."""
    base = os.path.join(TOP.name, "law")
    shutil.copytree(LAW, base, dirs_exist_ok=True)
    path = os.path.join(base, "rules/a/major.json")
    rule = json.load(open(path, encoding="utf-8"))
    rule["versions"][0]["readings"].append({"id": "below", "words": both("設備の下のすべて", "all below the equipment"), "status": "memory", "set": {"users": {"measure": "below_equipment"}}})
    json.dump(rule, open(path, "w", encoding="utf-8"), ensure_ascii=False)
    choose = lambda r, which="t.major": {"readings": [{"rule": which, "reading": r}]}
    d = overlay(more=choose("simultaneous"), needs="law")
    r = run("judge", facts_file({}), "--pack", base, "--pack", d)
    check.that(r.returncode == 2 and "overlay.json:" in r.stderr and "readings/0/reading" in r.stderr and "may measure less" in r.stderr, "a laxer reading", r.stderr[-500:])
    r = run("judge", facts_file({}), "--pack", base, "--pack", overlay(more=choose("belov"), needs="law"))
    check.that(r.returncode == 2 and "below" in r.stderr, "a reading that is not there: the nearest", r.stderr[-300:])
    d = overlay(more=choose("below"), needs="law")
    facts = {"operator_class": ["carrier"], "occurred": "2026-04-20T13:05+09:00", "fault": "own", "extra_only": False, "hard_to_count": False, "hit": ["other"], "impact.sufferers": {"by": {"other": {"n": 29999}}},
             "impact": [{"from": "2026-04-20T13:05+09:00", "to": "2026-04-20T15:05+09:00", "kind": "stopped", "class": "other", "value": {"n": 29999}}], "impact.below_equipment": {"by": {"other": {"n": 30000}}}}
    known = {f["id"] for f in json.load(open(os.path.join(base, "facts.json"), encoding="utf-8"))["facts"]}
    if "impact.below_equipment" not in known:
        facts.pop("impact.below_equipment")
    verdict = lambda *p: next(a["verdict"] for a in judged(facts_file(facts, "2026-04-20T18:00+09:00"), *p)[1]["verdicts"] if a["verdict"]["rule"] == "t.major")
    was, now = verdict(base), verdict(base, d)
    check.that(was["verdict"] == "not_met" and "reading_chosen_by" not in was, "by the pack's own reading", was["verdict"])
    check.that(now["verdict"] == ("met" if "impact.below_equipment" in known else "undecided") and now["reading_chosen_by"] == "acme", "by the stricter one, and it shows", (now["verdict"], now.get("why")))
    check.that([x["id"] for x in now["readings"] if x["default"]] == ["below"] and now["sensitive_to_reading"], "the other reading is shown as well", now.get("readings"))


def served():
    """The server judges by the same, and names the overlay."""
    packs = os.path.join(TOP.name, "packs")
    shutil.copytree(os.path.join(ROOT, "packs"), packs)
    overlay(early(), {"targets": [TARGET]}, where=packs)
    k = Kaname(packs=packs)
    try:
        token = k.user("viewer1", "viewer")
        k.start()
        body = json.load(open(facts_file(outage(30000)), encoding="utf-8"))
        a = k.call("POST", "/api/judge", body, token)
        c = judged(facts_file(outage(30000)), os.path.join(packs, "jp"), os.path.join(packs, "acme"))[1]
        check.that(a.status == 200 and a.json["overlays"] == c["overlays"], "the server names it", a.body[:300])
        check.that([x["verdict"]["verdict"] for x in a.json["verdicts"] if x["verdict"].get("overlay")] == ["met"], "its rule is judged", a.body[:300])
    finally:
        k.close()
    overlay({**early(), "versions": [{**early()["versions"][0], "bound": ["power.supplier"]}]}, where=packs)
    r = subprocess.run([PROGRAM, "serve", "--db", os.path.join(TOP.name, "none.db"), "--packs", packs], capture_output=True, text=True, timeout=60, env={**os.environ, "LC_ALL": "C.UTF-8"})
    check.that(r.returncode == 2 and "acme" in r.stderr, "a laxer one: the server does not start", (r.returncode, r.stderr[-400:]))


for part in (accepted, refused, only_adds, readings, served):
    part()
check.end()
