#!/usr/bin/env python3
"""
Black box: kaname quant. Every mistake of a register by its path, in both languages, all at once; the same bytes for any number of threads, code and order of rows; closed forms within
the intervals that are printed, the exact figures within those of the trials; plans on the same events; what is degenerate; interrupts, terminals, standard input.
"""
import concurrent.futures, copy, json, math, os, pty, random, select, signal, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import PROGRAM, ROOT, Checks

check = Checks()
TOP = tempfile.TemporaryDirectory()
SAMPLE = os.path.join(ROOT, "samples", "quant", "water.json")


def quant(register, *words, lang="en", timeout=120, text=None):
    given = text if text is not None else json.dumps(register, ensure_ascii=False)
    return subprocess.run([PROGRAM, "quant", "-", "--lang", lang, *words], input=given, capture_output=True, text=True, timeout=timeout, env={**os.environ, "LC_ALL": "C.UTF-8"})


def figures(register, *words, **more):
    r = quant(register, "--json", *words, **more)
    check.that(r.returncode == 0 and not r.stderr, f"runs: {str(register)[:100]} {words}", (r.returncode, r.stderr[:500]))
    return json.loads(r.stdout, parse_constant=lambda x: check.that(False, "no NaN, no Infinity", x))


def risk(id="a", frequency=None, loss=None, **more):
    return {"id": id, "frequency": frequency or {"kind": "poisson", "rate": 0.7}, "loss": loss or {"kind": "lognormal", "low": 1e5, "high": 1e7}} | more


def register(*risks, **more):
    return {"format": "kaname-register/1", "risks": list(risks)} | more


def level(list_, p):
    return next(x for x in list_ if x["p"] == p)


def inside(figure, value, what, slack=0.0):
    """Within the interval, widened by `slack` of its width on both sides: 95 % intervals miss one time in twenty, and seeds here are fixed."""
    wide = (figure["high"] - figure["low"]) * slack
    check.that(figure["low"] - wide <= value <= figure["high"] + wide, what, (value, figure))


# --- mistakes ---------------------------------------------------------------------------------------------------------------

BASE = register(risk("a", common={"factor": "f", "count": 0.5}, secondary={"probability": 0.3, "loss": {"kind": "fixed", "value": 5}}, insurance={"each": {"deductible": 1, "limit": 2}}, controls=[{"id": "c", "keeps_events": 0.5}]),
                risk("b"), factors=[{"id": "f"}], plans=[{"id": "p", "cost": 1, "controls": [{"risk": "a", "keeps_size": 0.5}], "insurance": {"a": {"year": {"deductible": 3}}}, "on_sum": {"year": {"limit": 9}}}],
                acceptance=[{"loss": 10, "probability": 0.1}], insurance={"year": {"share": 0.5}})
GONE = object()

# where, what is put there, path of the mistake, code, words in English, words in Japanese
WRONG = (
    ("risks/0/loss/high", 1e5, "risks[0].loss.high", "range", "must be greater than low", "low より大きくしてください"),
    ("risks/1/loss/high", 1, "risks[1].loss.high", "range", "must be greater than low", "low より大きくしてください"),
    ("risks/0/loss/low", 0, "risks[0].loss.low", "range", "of at least 1e-06", "以上"),
    ("risks/0/loss/low", -5, "risks[0].loss.low", "range", "(it is -5)", "いまは -5"),
    ("risks/0/loss/high", 1e16, "risks[0].loss.high", "range", "at most 1e+15", "以下"),
    ("risks/0/loss/high", 9007199254740993, "risks[0].loss.high", "range", "at most 1e+15", "以下"),
    ("risks/0/loss", {"kind": "lognormal", "low": 1e-6, "high": 1e15}, "risks[0].loss.high", "range", "at most 1,000,000,000 times low", "10 億倍まで"),
    ("risks/0/loss/high", GONE, "risks[0].loss.high", "required", "is needed", "必要です"),
    ("risks/0/loss/mean", 5, "risks[0].loss", "choice", "either low and high, or mean and sd", "どちらか一方"),
    ("risks/0/loss", {"kind": "lognormal"}, "risks[0].loss", "required", "either low and high, or mean and sd", "どちらか一方"),
    ("risks/0/loss", {"kind": "lognormal", "mean": 5}, "risks[0].loss.sd", "required", "is needed", "必要です"),
    ("risks/0/loss", {"kind": "lognormal", "mean": 5, "sd": 0}, "risks[0].loss.sd", "range", "of at least 1e-06", "以上"),
    ("risks/0/loss", {"kind": "lognormal", "mean": 5, "sd": 1e9}, "risks[0].loss.sd", "range", "at most 10,000 times mean", "1 万倍まで"),
    ("risks/0/loss/kind", "lognorml", "risks[0].loss.kind", "choice", 'Did you mean "lognormal"?', "「lognormal」ではありませんか"),
    ("risks/0/loss/kind", GONE, "risks[0].loss.kind", "required", "lognormal, pert, uniform, pareto, sample, fixed", "次の語のどれか"),
    ("risks/0/loss/hihg", 3, "risks[0].loss.hihg", "unknown_field", 'Did you mean "high"?', "「high」ではありませんか"),
    ("risks/0/loss", 7, "risks[0].loss", "type", "must be an object", "{ } で"),
    ("risks/0/loss/low", "100000", "risks[0].loss.low", "type", "without quotes", "引用符は付けません"),
    ("risks/0/loss", {"kind": "pert", "low": 1, "mode": 5, "high": 4}, "risks[0].loss.mode", "range", "between low and high", "low から high まで"),
    ("risks/0/loss", {"kind": "pert", "low": 4, "mode": 4, "high": 4}, "risks[0].loss.high", "range", "must be greater than low", "low より大きく"),
    ("risks/0/loss", {"kind": "uniform", "low": 4, "high": 3}, "risks[0].loss.high", "range", "must be greater than low", "low より大きく"),
    ("risks/0/loss", {"kind": "pareto", "low": 4, "shape": 1}, "risks[0].loss.shape", "range", "the mean would have no end", "平均が無限大"),
    ("risks/0/loss", {"kind": "pareto", "low": 4, "shape": 0.05, "high": 9}, "risks[0].loss.shape", "range", "of at least 0.1", "以上"),
    ("risks/0/loss", {"kind": "pareto", "low": 4, "shape": 2, "high": 3}, "risks[0].loss.high", "range", "must be greater than low", "low より大きく"),
    ("risks/0/loss", {"kind": "sample", "values": []}, "risks[0].loss.values", "type", "a list [ ] of 1 to 1000000", "1 個から"),
    ("risks/0/loss", {"kind": "sample", "values": [1, -1, 2]}, "risks[0].loss.values[1]", "range", "(it is -1)", "いまは -1"),
    ("risks/0/loss", {"kind": "sample", "values": [1, None]}, "risks[0].loss.values[1]", "type", "must be a number", "数にしてください"),
    ("risks/0/loss", {"kind": "sample", "values": [1, 2], "tail": {"from": 2, "shape": 2}}, "risks[0].loss.tail.from", "range", "less than the greatest value", "いちばん大きい実績値より小さく"),
    ("risks/0/loss/tail", {"from": 1e6, "shape": 1}, "risks[0].loss.tail.shape", "range", "must be greater than 1", "1 より大きく"),
    ("risks/0/loss/tail", {"shape": 2}, "risks[0].loss.tail.from", "required", "is needed", "必要です"),
    ("risks/0/frequency/rate", -0.1, "risks[0].frequency.rate", "range", "of at least 0", "0 以上"),
    ("risks/0/frequency/rate", 2e6, "risks[0].frequency.rate", "range", "at most 1000000", "1000000 以下"),
    ("risks/0/frequency", {"kind": "bernoulli", "probability": 1.1}, "risks[0].frequency.probability", "range", "at most 1 ", "1 以下"),
    ("risks/0/frequency", {"kind": "pert", "low": 0.1, "mode": 3, "high": 2}, "risks[0].frequency.mode", "range", "between low and high", "low から high まで"),
    ("risks/0/frequency", {"kind": "uniform", "low": 2, "high": 2}, "risks[0].frequency.high", "range", "must be greater than low", "low より大きく"),
    ("risks/0/frequency", {"kind": "gamma", "mean": 0, "sd": 1}, "risks[0].frequency.mean", "range", "greater than 0", "より大きく"),
    ("risks/0/frequency", {"kind": "gamma", "mean": 1, "sd": 11}, "risks[0].frequency.sd", "range", "at most 10 times mean", "10 倍まで"),
    ("risks/0/frequency", {"kind": "gamma", "mean": 1, "sd": 1, "low": 1}, "risks[0].frequency", "choice", "either low and high, or mean and sd", "どちらか一方"),
    ("risks/0/frequency/kind", "possion", "risks[0].frequency.kind", "choice", 'Did you mean "poisson"?', "「poisson」ではありませんか"),
    ("risks/0/frequency", GONE, "risks[0].frequency", "required", "is needed", "必要です"),
    ("risks/0/secondary/probability", -1, "risks[0].secondary.probability", "range", "of at least 0", "0 以上"),
    ("risks/0/secondary/loss/value", True, "risks[0].secondary.loss.value", "type", "must be a number", "数にしてください"),
    ("risks/0/secondary/loss", GONE, "risks[0].secondary.loss", "required", "is needed", "必要です"),
    ("risks/0/common/factor", "g", "risks[0].common.factor", "reference", 'Did you mean "f"?', "「f」ではありませんか"),
    ("risks/0/common/count", 1.5, "risks[0].common.count", "range", "at most 1 ", "1 以下"),
    ("risks/0/common/size", -1.01, "risks[0].common.size", "range", "of at least -1", "-1 以上"),
    ("risks/0/insurance/each/share", 0, "risks[0].insurance.each.share", "range", "greater than 0", "0 より大きく"),
    ("risks/0/insurance/each/limit", 0, "risks[0].insurance.each.limit", "range", "greater than 0", "0 より大きく"),
    ("risks/0/insurance/eech", {}, "risks[0].insurance.eech", "unknown_field", 'Did you mean "each"?', "「each」ではありませんか"),
    ("risks/0/controls/0/keeps_events", 1.2, "risks[0].controls[0].keeps_events", "range", "at most 1 ", "1 以下"),
    ("risks/0/controls", [{"id": "c"}, {"id": "c"}], "risks[0].controls[1].id", "unique", 'the id of risks[0].controls[0]', "risks[0].controls[0] にもあります"),
    ("risks/1/id", "a", "risks[1].id", "unique", "the id of risks[0]", "risks[0] にもあります"),
    ("risks/0/id", "", "risks[0].id", "required", "must not be empty", "空にはできません"),
    ("risks/1/id", "x" * 201, "risks[1].id", "type", "at most 200 characters", "200 文字まで"),
    ("risks/1/id", "x\x1b[2J", "risks[1].id", "type", "without control characters", "制御文字"),
    ("risks/1", None, "risks[1]", "type", "must be an object", "{ } で"),
    ("risks", GONE, "risks", "required", "is needed", "必要です"),
    ("risks", {}, "risks", "type", "a list [ ] of 0 to 100000", "[ ] で"),
    ("format", "kaname-register/2", "format", "choice", 'must be "kaname-register/1"', "kaname-register/1"),
    ("format", GONE, "format", "required", "is needed", "必要です"),
    ("risk", [], "risk", "unknown_field", 'Did you mean "risks"?', "「risks」ではありませんか"),
    ("factors/0/copula", "clayton", "factors[0].copula", "choice", "gaussian or t", "gaussian か t"),
    ("factors/0/copula", "t", "factors[0].freedom", "required", "is needed", "必要です"),
    ("factors/0/freedom", 4, "factors[0].freedom", "choice", "only stand where copula is t", "copula が t のとき"),
    ("factors/0", {"id": "f", "copula": "t", "freedom": 2}, "factors[0].freedom", "range", "greater than 2", "2 より大きく"),
    ("factors", [{"id": "f"}, {"id": "f"}], "factors[1].id", "unique", "the id of factors[0]", "factors[0] にもあります"),
    ("factors", [{"id": "f"}] + [{"id": f"f{i}"} for i in range(64)], "factors", "type", "0 to 64", "64 個まで"),
    ("plans/0/cost", -1, "plans[0].cost", "range", "of at least 0", "0 以上"),
    ("plans/0/cost", GONE, "plans[0].cost", "required", "is needed", "必要です"),
    ("plans/0/id", "now", "plans[0].id", "choice", 'must not be "now"', "いまの状態の名前"),
    ("plans/0/controls/0/risk", "aa", "plans[0].controls[0].risk", "reference", 'Did you mean "a"?', "「a」ではありませんか"),
    ("plans/0/insurance", {"zz": {}}, "plans[0].insurance.zz", "reference", "No such word", "ありません"),
    ("plans/0/insurance/a/year/deductible", -1, "plans[0].insurance.a.year.deductible", "range", "of at least 0", "0 以上"),
    ("plans/0/on_sum", {}, "plans[0].on_sum.year", "required", "is needed", "必要です"),
    ("plans", [{"id": f"p{i}", "cost": 1} for i in range(8)], "plans", "type", "0 to 7", "7 個まで"),
    ("plans", [{"id": "p", "cost": 1}, {"id": "p", "cost": 2}], "plans[1].id", "unique", "the id of plans[0]", "plans[0] にもあります"),
    ("acceptance/0/probability", 1.5, "acceptance[0].probability", "range", "at most 1 ", "1 以下"),
    ("acceptance/0/loss", GONE, "acceptance[0].loss", "required", "is needed", "必要です"),
    ("insurance", {}, "insurance.year", "required", "is needed", "必要です"),
    ("title", 3, "title", "type", "must be a text", "文字列"),
)


def changed(where, value):
    d = copy.deepcopy(BASE)
    *way, last = [int(w) if w.isdigit() else w for w in where.split("/")]
    at = d
    for w in way:
        at = at[w]
    if value is GONE:
        del at[last]
    else:
        at[last] = value
    return d


def mistakes():
    r = quant(BASE, "--trials", "100", "--json")
    check.that(r.returncode == 0, "without a mistake it runs", r.stderr[:500])
    tries = [(w, lang) for w in WRONG for lang in ("en", "ja")]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda t: quant(changed(t[0][0], t[0][1]), "--json", lang=t[1]), tries)
        for ((where, value, path, code, en, ja), lang), r in zip(tries, answers):
            words = en if lang == "en" else ja
            found = json.loads(r.stderr.splitlines()[-1]).get("mistakes", []) if r.stderr else []
            good = r.returncode == 2 and not r.stdout and len(found) == 1 and (found[0]["path"], found[0]["code"]) == (path, code) and words in found[0]["text"]
            check.that(good, f"{where} = {str(value)[:60]} in {lang}", (r.returncode, found[:3], r.stderr[:300] if not found else ""))
    r = quant(changed("risks/0/loss/high", 1e5), lang="en")
    check.that("  risks[0].loss.high: must be greater than low\n" in r.stderr, "as people read it", r.stderr)
    d = copy.deepcopy(BASE)
    d["risks"][1]["loss"]["high"] = 1
    d["plans"][0]["cost"] = -1
    del d["acceptance"][0]["loss"]
    d["extra"] = 1
    found = sorted(m["path"] for m in json.loads(quant(d, "--json").stderr)["mistakes"])
    check.that(found == ["acceptance[0].loss", "extra", "plans[0].cost", "risks[1].loss.high"], "all at once", found)
    many = register(*[{"id": f"r{i}"} for i in range(1000)])
    answer = json.loads(quant(many, "--json").stderr)
    check.that(len(answer["mistakes"]) == 500 and answer["more"] == 1500, "500 are named, the others counted", answer["more"])


def hostile():
    deep = "[" * 100000
    for what, text in (("nothing", ""), ("no JSON", "risks"), ("deep", deep), ("cut off", json.dumps(BASE)[:-3]), ("NaN", '{"format":NaN}'), ("Infinity", '{"format":"kaname-register/1","risks":[],"plans":Infinity}'),
                       ("1e999", '{"format":"kaname-register/1","risks":[],"acceptance":[{"loss":1e999,"probability":0}]}'), ("a key twice", '{"format":"kaname-register/1","risks":[],"risks":[]}'),
                       ("beyond 64 bits", '{"format":"kaname-register/1","risks":[],"acceptance":[{"loss":99999999999999999999,"probability":0}]}'), ("a list", "[]"), ("a number", "7"), ("null", "null")):
        r = quant(None, text=text)
        check.that(r.returncode == 2 and not r.stdout and r.stderr.startswith("kaname: "), what, (r.returncode, r.stderr[:300]))
    r = quant(register(risk("a") | {"evil\x1b[2J\u202e": 1}))
    check.that(r.returncode == 2 and "\x1b" not in r.stderr and "\u202e" not in r.stderr, "no control character reaches the terminal", r.stderr)
    r = quant(register(risk(loss={"kind": "sample", "values": [1] * 600000}), risk("b", loss={"kind": "sample", "values": [1] * 600000})))
    check.that(r.returncode == 2 and "risks[1].loss.values" in r.stderr, "a million values in all", r.stderr[:300])
    r = quant(register(*[risk(f"r{i}") for i in range(100001)]))
    check.that(r.returncode == 2 and "  risks: must be a list [ ] of 0 to 100000" in r.stderr, "too many risks", r.stderr[:300])
    r = quant(register(*[risk(f"r{i}", {"kind": "poisson", "rate": 1e6}) for i in range(1000)]))
    check.that(r.returncode == 2 and not r.stdout and r.stderr, "more events than can be drawn", (r.returncode, r.stderr[:300]))


# --- the command --------------------------------------------------------------------------------------------------------------------

def words():
    r = subprocess.run([PROGRAM, "quant"], capture_output=True, text=True)
    check.that(r.returncode == 2 and "quant REGISTER.json" in r.stderr, "no word", r.stderr)
    check.that(subprocess.run([PROGRAM, "quant", "/nothing.json"], capture_output=True).returncode == 3, "no file")
    for line, text in ((("--trials", "0"), "--trials takes 1"), (("--trials", "-1"), "--trials takes 1"), (("--trials", "4294967296"), "--trials takes 1"), (("--trials", "many"), "takes a number"), (("--seed", "-1"), "--seed takes 0"),
                       (("--seed", "9007199254740993"), "--seed takes 0"), (("--threads", "1000"), "--threads takes 0"), (("--code", "sse"), 'Did you mean'), (("--frob",), "--frob"), (("--lang", "fr"), "ja or en"), (("--db", "x"), "--db is not an option"),
                       (("--trials", "2000000000"), "MiB of memory")):
        r = quant(BASE, *line)
        check.that(r.returncode == 2 and text in r.stderr and not r.stdout, f"wrong: {line}", (r.returncode, r.stderr))
    schema = json.loads(subprocess.run([PROGRAM, "quant", "--schema"], capture_output=True, text=True).stdout)
    check.that(schema == json.loads(subprocess.run([PROGRAM, "quant", "--schema", "--json"], capture_output=True, text=True).stdout), "the schema, also with --json")
    check.that(set(schema["required"]) == {"format", "risks"} and schema["additionalProperties"] is False, "what the schema asks for", schema["required"])
    kinds = [k["properties"]["kind"]["const"] for k in schema["properties"]["risks"]["items"]["properties"]["loss"]["anyOf"]]
    check.that(kinds == ["lognormal", "pert", "uniform", "pareto", "sample", "fixed"], "the kinds of loss in the schema", kinds)
    one = register(risk())
    path = os.path.join(TOP.name, "r.json")
    json.dump(one, open(path, "w"))
    a = subprocess.run([PROGRAM, "quant", path, "--trials", "1000", "--json"], capture_output=True, text=True).stdout
    check.that(a == quant(one, "--trials", "1000", "--json").stdout and a, "a file and standard input are the same")


TYPES = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool}


def fits(schema, v):
    """As much of JSON Schema as the printed one uses."""
    t = schema.get("type")
    if t and (not isinstance(v, TYPES[t]) or (isinstance(v, bool) and t != "boolean")):
        return False
    if "const" in schema and v != schema["const"] or "anyOf" in schema and not any(fits(x, v) for x in schema["anyOf"]):
        return False
    if isinstance(v, dict) and "properties" in schema:
        keys = schema["properties"]
        return all(k in v for k in schema["required"]) and all(k in keys and fits(keys[k], x) for k, x in v.items())
    if isinstance(v, dict) and "additionalProperties" in schema:
        return all(fits(schema["additionalProperties"], x) for x in v.values())
    if isinstance(v, list) and t:
        return schema["minItems"] <= len(v) <= schema["maxItems"] and all(fits(schema.get("items", {}), x) for x in v)
    if isinstance(v, str) and t:
        return schema["minLength"] <= len(v) <= schema["maxLength"]
    if t in ("number", "integer"):
        return (v >= schema["minimum"] if "minimum" in schema else v > schema["exclusiveMinimum"]) and (v <= schema["maximum"] if "maximum" in schema else v < schema["exclusiveMaximum"])
    return True


def schema():
    """What the program takes fits the printed schema; unknown keys and numbers out of bounds do not."""
    printed = json.loads(subprocess.run([PROGRAM, "quant", "--schema"], capture_output=True, text=True).stdout)
    for d in (BASE, json.load(open(SAMPLE, encoding="utf-8")), register()):
        check.that(fits(printed, d), "what is taken fits the schema", str(d)[:100])
    looked = 0
    for where, value, path, code, en, ja in WRONG:
        if code == "unknown_field" or "(it is" in en or en.startswith(("of at least", "at most 1 ", "greater than 0", "greater than 2", "0 to ", "a list")):
            looked += 1
            check.that(not fits(printed, changed(where, value)), "the schema refuses it too", (where, value))
    check.that(looked > 20, "enough of them", looked)


def telling():
    """The sample, in both languages: what a reader must find."""
    text = open(SAMPLE, encoding="utf-8").read()
    ja, en = quant(None, text=text, lang="ja"), quant(None, text=text, lang="en")
    for r, found in ((ja, ("一年の損害は、平均 ", "百年に一度の年には", "円（", "受け入れられる限度", "対策の比較", "P-1 制御系の分離", "どのリスクから来るか", "W-02 監視制御システム", "この数字の読み方", "種（seed）1、試行 100,000回", "95 %", "誤りは入っていません")),
                     (en, ("A year loses ¥", "One year in a hundred loses more than ¥", "million", "What is acceptable", "Plans side by side", "P-1", "largest first", "How to read", "seed 1", "95 %"))):
        check.that(r.returncode == 0 and not r.stderr, "the sample is told", r.stderr[:500])
        for f in found:
            check.that(f in r.stdout, f"it says {f}", r.stdout[:300])
        check.that("nan" not in r.stdout and "inf" not in r.stdout.replace("information", "").replace("infiltr", ""), "no word of the machine", r.stdout)
    check.that(quant(register(risk()), "--exact", lang="ja").stdout.count("試行によらず計算した値") == 1, "exact figures are told")
    other = quant(register(risk(), currency="EUR")).stdout
    check.that("EUR " in other and "¥" not in other, "another currency", other[:200])


def terminal():
    """Progress on a terminal; an interrupt ends it without a word on stdout."""
    many = register(*[risk(f"r{i}", {"kind": "poisson", "rate": 50}) for i in range(300)])
    path = os.path.join(TOP.name, "many.json")
    json.dump(many, open(path, "w"))
    ours, theirs = pty.openpty()
    p = subprocess.Popen([PROGRAM, "quant", path, "--trials", "2000000", "--lang", "en"], stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    said, end = b"", time.monotonic() + 60
    while b"%" not in said and time.monotonic() < end:
        if select.select([ours], [], [], 1)[0]:
            said += os.read(ours, 1000)
    check.that(b"calculating" in said, "progress on a terminal", said)
    start = time.monotonic()
    p.send_signal(signal.SIGINT)
    out, _ = p.communicate(timeout=60)
    check.that(p.returncode in (130, -signal.SIGINT) and out == b"", "interrupted: no partial output", (p.returncode, out[:100]))
    check.that(time.monotonic() - start < 10, "and soon", time.monotonic() - start)
    os.close(ours)


# --- figures ---------------------------------------------------------------------------------------------------------------------------

def the_same():
    """Same bytes for threads, code, order of the rows; other figures for another seed; a further risk leaves the draws of the others."""
    d = json.load(open(SAMPLE, encoding="utf-8"))
    base = quant(d, "--json", "--trials", "30000").stdout
    check.that(json.loads(base)["cases"][0]["mean"]["value"] > 0, "a result")
    for words in (("--threads", "1"), ("--threads", "2"), ("--threads", "7"), ("--code", "scalar"), ("--code", "avx2"), ("--code", "avx512")):
        r = quant(d, "--json", "--trials", "30000", *words)
        check.that(r.stdout == base or "cannot run" in r.stderr, f"the same bytes with {words}", (r.stdout[:200], r.stderr[:200]))
    rng = random.Random(5)
    for _ in range(3):
        other = copy.deepcopy(d)
        rng.shuffle(other["risks"])
        rng.shuffle(other["factors"])
        rng.shuffle(other["plans"][3]["controls"])
        check.that(quant(other, "--json", "--trials", "30000").stdout == base, "the order of the rows changes nothing")
    check.that(quant(d, "--json", "--trials", "30000", "--seed", "2").stdout != base, "another seed, other figures")
    more = copy.deepcopy(d)
    more["risks"].append(risk("W-99", {"kind": "poisson", "rate": 3}, {"kind": "fixed", "value": 1000}))
    part = {r["id"]: r["mean"] for r in json.loads(base)["cases"][0]["risks"]}
    with_more = {r["id"]: r["mean"] for r in figures(more, "--trials", "30000")["cases"][0]["risks"]}
    check.that(all(with_more[k] == v for k, v in part.items()), "a further risk leaves the draws of the others as they were")


def closed_forms():
    """facts of the compound sum: Poisson 0.7 a year of lognormal 10^5 to 10^7; Bernoulli 0.1 of the same; exact figures within the intervals of the trials."""
    a = figures(register(risk()), "--trials", "200000", "--exact")
    now, exact = a["cases"][0], a["exact"][0]
    check.that((a["format"], a["seed"], a["trials"], a["confidence"]) == ("kaname-losses/1", 1, 200000, 0.95) and a["engine"] >= 1, "what it rests on", {k: a[k] for k in ("format", "seed", "trials")})
    inside(now["mean"], 1864786.068, "mean of the compound sum", 0.5)
    inside(now["none"], 0.4965853038, "a year without loss", 0.5)
    check.that(abs(exact["mean"] / 1864786.068 - 1) < 0.002, "mean, exactly", exact["mean"])
    check.that(abs(exact["none"] - 0.4965853038) < 1e-3, "no loss, exactly", exact["none"])
    for p in (0.9, 0.95, 0.99, 0.995):
        inside(level(now["var"], p), level(exact["var"], p)["value"], f"VaR {p}: trials and exact", 0.5)
        inside(level(now["tvar"], p), level(exact["tvar"], p)["value"], f"TVaR {p}: trials and exact", 0.6)
    a = figures(register(risk(frequency={"kind": "bernoulli", "probability": 0.1})), "--trials", "200000")["cases"][0]
    check.that(level(a["var"], 0.5)["value"] == 0 and level(a["tvar"], 0.5)["value"] > 0, "ties at zero", level(a["tvar"], 0.5))
    inside(level(a["var"], 0.95), 1e6, "VaR 95 of Bernoulli", 0.5)
    inside(level(a["tvar"], 0.95), 4897590.079, "TVaR 95 of Bernoulli", 0.6)
    inside(level(a["var"], 0.99), 6013509.892, "VaR 99 of Bernoulli", 0.5)
    inside(level(a["tvar"], 0.99), 14574455.313, "TVaR 99 of Bernoulli", 0.6)
    a = figures(register(risk("x", {"kind": "pert", "low": 0.1, "mode": 0.5, "high": 2}, {"kind": "fixed", "value": 1})), "--trials", "200000")["cases"][0]
    inside(a["mean"], 0.6833333333, "the mean of a PERT is no mode", 0.5)
    inside(a["sd"], math.sqrt(0.7930555556), "several events a year, from an uncertain rate", 0.5)
    check.that(abs(a["risks"][0]["events"] - 0.6833333333) < 1e-9, "events expected", a["risks"][0]["events"])


def portfolio():
    d = register(risk("a"), risk("b", {"kind": "bernoulli", "probability": 0.3}, {"kind": "uniform", "low": 1e6, "high": 5e6}), risk("c", {"kind": "gamma", "mean": 1, "sd": 0.5}, {"kind": "pert", "low": 0, "mode": 1e6, "high": 4e6}),
                 plans=[{"id": "p", "cost": 500000, "controls": [{"risk": "a", "keeps_events": 0.4, "keeps_size": 0.75}]}], acceptance=[{"loss": 1e9, "probability": 0.01}, {"loss": 0, "probability": 0.01}])
    a = figures(d, "--trials", "200000", "--exact")
    for case, exact in zip(a["cases"], a["exact"]):
        inside(case["mean"], exact["mean"], f"{case['id']}: mean", 0.6)
        inside(case["none"], exact["none"], f"{case['id']}: none", 0.6)
        for p in (0.9, 0.99, 0.995):
            inside(level(case["var"], p), level(exact["var"], p)["value"], f"{case['id']}: VaR {p}", 0.6)
            inside(level(case["tvar"], p), level(exact["tvar"], p)["value"], f"{case['id']}: TVaR {p}", 0.6)
        check.that([x["holds"] for x in case["acceptance"]] == ["yes", "no"], "acceptance", case["acceptance"])
    now, plan = a["cases"][0], a["plans"][0]
    inside(plan["benefit"], 1864786.068 * 0.7, "what the plan takes off the mean", 0.6)
    check.that(abs(plan["net"]["value"] - (plan["benefit"]["value"] - 500000)) < 1e-3 and abs(plan["return"]["value"] - plan["net"]["value"] / 500000) < 1e-9, "net and return", plan)
    apart = (now["mean"]["high"] - now["mean"]["low"]) + (a["cases"][1]["mean"]["high"] - a["cases"][1]["mean"]["low"])
    check.that(plan["benefit"]["high"] - plan["benefit"]["low"] < 0.75 * apart, "the same events: surer than two runs apart", plan["benefit"])
    tvar = level(now["tvar"], 0.99)["value"] - level(a["cases"][1]["tvar"], 0.99)["value"]
    check.that(abs(plan["tvar_benefit"]["value"] / tvar - 1) < 1e-9 and plan["tvar_benefit"]["low"] < tvar < plan["tvar_benefit"]["high"], "benefit in the tail", (plan["tvar_benefit"], tvar))
    check.that(all(0 <= r["tail"]["low"] <= r["tail"]["value"] <= r["tail"]["high"] for r in now["risks"]), "contributions with their interval", now["risks"])
    check.that(abs(sum(r["share_of_tail"] for r in now["risks"]) - 1) < 1e-6 and abs(sum(r["share_of_mean"] for r in now["risks"]) - 1) < 1e-9, "shares add up", now["risks"])
    curve = now["curve"]
    check.that(30 <= len(curve) <= 64 and all(x["loss"] < y["loss"] and x["probability"] > y["probability"] for x, y in zip(curve, curve[1:])), "the curve falls", len(curve))
    check.that(all(0 <= x["low"] <= x["probability"] <= x["high"] <= 1 for x in curve) and curve[-1]["probability"] < 1e-3, "with its interval, into the tail", curve[-1])


def degenerate():
    empty = figures(register())
    now = empty["cases"][0]
    check.that(now["mean"] == {"value": 0, "low": 0, "high": 0} and now["risks"] == [] and all(x["value"] == 0 for x in now["var"] + now["tvar"]), "no risks", now["mean"])
    check.that("リスクがありません" in quant(register(), lang="ja").stdout and quant(register(), "--exact").returncode == 0, "no risks, told")
    never = figures(register(risk(frequency={"kind": "poisson", "rate": 0})), "--trials", "1000")["cases"][0]
    check.that(never["mean"]["value"] == 0 and never["none"]["value"] == 1, "what never happens", never["none"])
    one = figures(register(risk()), "--trials", "1")
    check.that(one["trials"] == 1 and quant(register(risk()), "--trials", "1").returncode == 0, "one trial")
    sure = figures(register(risk(frequency={"kind": "bernoulli", "probability": 1}, loss={"kind": "fixed", "value": 12345})), "--trials", "1000")["cases"][0]
    check.that(sure["mean"] == {"value": 12345, "low": 12345, "high": 12345} and level(sure["var"], 0.99)["value"] == 12345, "what is certain", sure["mean"])
    heavy = figures(register(risk(loss={"kind": "pareto", "low": 1000, "shape": 1.5})), "--trials", "1000")["cases"][0]
    check.that(heavy["sd"] is None and "infinite variance" in heavy["sd_why"]["en"], "no standard deviation where there is none", heavy["sd"])
    whole = figures(register(risk(), plans=[{"id": "p", "cost": 0, "controls": [{"risk": "a", "keeps_events": 0}]}]), "--trials", "1000")
    check.that(whole["cases"][1]["mean"]["value"] == 0 and whole["plans"][0]["return"] is None and whole["plans"][0]["return_why"]["en"], "a plan that costs nothing and leaves nothing", whole["plans"])
    cover = figures(register(risk(insurance={"each": {"deductible": 0}}), insurance={"year": {"deductible": 0, "share": 0.5}}), "--trials", "1000")["cases"][0]
    check.that(cover["mean"]["value"] == 0, "insured whole", cover["mean"])
    half = figures(register(risk(), insurance={"year": {"share": 0.5}}), "--trials", "2000")["cases"][0]["mean"]["value"]
    full = figures(register(risk()), "--trials", "2000")["cases"][0]["mean"]["value"]
    check.that(abs(half / full - 0.5) < 1e-9, "half insured", (half, full))
    twice = figures(register(risk(controls=[{"keeps_size": 0.5}, {"keeps_size": 0.5}]), plans=[{"id": "p", "cost": 1, "controls": [{"risk": "a", "keeps_size": 0.5}]}]), "--trials", "2000")["cases"]
    check.that(abs(twice[0]["mean"]["value"] / full - 0.25) < 1e-9 and abs(twice[1]["mean"]["value"] / full - 0.125) < 1e-9, "controls multiply, plans on top of them", [c["mean"] for c in twice])
    apart = figures(register(risk("a", common={"factor": "f", "count": 0.5}), factors=[{"id": "f"}]), "--trials", "1000", "--exact")["exact"][0]
    check.that("mean" not in apart and apart["why"]["ja"] and apart["why"]["en"], "no exact figures with a common cause, and why", apart)


def quick():
    d = register(*[risk(f"r{i}", {"kind": "poisson", "rate": 0.55}) for i in range(100)])
    start = time.monotonic()
    a = figures(d)
    took = time.monotonic() - start
    check.that(took < 20, "100 risks, 100,000 trials", took)
    check.that(len(a["cases"][0]["risks"]) == 100 and a["cases"][0]["risks_more"] == 0, "all contributions")
    more = figures(register(*[risk(f"r{i}", {"kind": "poisson", "rate": 0.01}) for i in range(1500)]), "--trials", "1000")["cases"][0]
    check.that(len(more["risks"]) == 1000 and more["risks_more"] == 500, "the first 1,000 contributions, the others counted", more["risks_more"])


for part in (mistakes, hostile, words, schema, telling, terminal, the_same, closed_forms, portfolio, degenerate, quick):
    part()
check.end()
