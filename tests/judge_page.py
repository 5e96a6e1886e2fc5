#!/usr/bin/env python3
"""
Black box: judging as plain HTML. A walk that carries all it was told; numbers and times as people write them; mistakes beside their field with nothing lost; every page within
its bytes, whatever was chosen; hostile forms; who may, also without login where the server is told so, and how often; sheets. SQLite and PostgreSQL.
"""
import html, os, re, sys, urllib.parse
from html.parser import HTMLParser
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Kaname, on_both

check = Checks()
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
VOID = {"meta", "link", "input", "br", "img"}
AS_OF = ("as_of", "2026-11-20T17:19")
CARRIER = [("operator_class", "telecom.carrier")]
SAID = CARRIER + [("event.what", "disruption"), ("service_class", "other"), ("cause.facility_failure", "own"), ("service.only_additional_function", "n"), ("impact.hard_to_count", "n"), ("known", "2026-11-20T16:00")]
ROW = [("impact:0:from", "2026-11-20T15:00"), ("impact:0:to", "2026-11-20T17:00"), ("impact:0:kind", "stopped"), ("impact:0:value", "30000")]


class Shape(HTMLParser):
    """Every element closed in its order, no script, every control with a name for people, no id twice."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.labels, self.controls, self.pairs, self.wrong, self.select = [], [], set(), [], [], [], None
        self.feed(text)
        if self.open:
            self.wrong.append(f"left open {self.open}")
        self.wrong += [f"id twice {i}" for i in self.ids if self.ids.count(i) > 1]
        self.wrong += [f"no label for {i}" for i in self.controls if i not in self.labels]

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "script" or any(k.startswith("on") for k in a) or any("javascript:" in (v or "") for v in a.values()) or "style" in a:
            self.wrong.append(f"script or style in <{tag} {a}>")
        if "id" in a:
            self.ids.append(a["id"])
        if "for" in a:
            self.labels.add(a["for"])
        if tag in ("input", "select") and a.get("type") != "hidden" and "label" not in self.open:
            self.controls.append(a.get("id"))
        if tag == "input" and ("checked" in a or a.get("type") not in ("checkbox", "radio")) and a.get("name"):
            self.pairs.append((a["name"], a.get("value") or ""))
        if tag == "select":
            self.select = a["name"]
        if tag == "option" and "selected" in a:
            self.pairs.append((self.select, a["value"]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> out of order, open {self.open}")


class World:
    def __init__(self, postgres, *words):
        self.k = Kaname(postgres)
        self.token = self.k.user("viewer1", "viewer")
        self.k.start(*words)
        self.largest = 0

    def look(self, a, what, status=200):
        text = a.body.decode()
        check.status(a, status, what)
        check.that(a.headers["content-type"] == "text/html; charset=utf-8" and "style-src 'sha256-" in a.headers["content-security-policy"] and "script-src" not in a.headers["content-security-policy"]
                   and "default-src 'none'" in a.headers["content-security-policy"] and a.headers["cache-control"] == "no-store", f"{what}: headers", a.headers)
        check.that(len(a.body) <= 30000, f"{what}: within 30 kB", len(a.body))
        shape = Shape(text)
        check.that(not shape.wrong, f"{what}: shape", shape.wrong[:3])
        self.largest = max(self.largest, len(a.body))
        return text, shape

    def get(self, path, what, status=200, **headers):
        return self.look(self.k.call("GET", path, token=self.token, headers=headers), what, status)

    def raw(self, data, query="?lang=ja", **headers):
        return self.k.call("POST", "/judge" + query, token=self.token, raw=data if isinstance(data, bytes) else urllib.parse.urlencode(data).encode(), headers=FORM | headers)

    def post(self, pairs, what, status=200, query="?lang=ja"):
        return self.look(self.raw(pairs, query), what, status)


def plain(text):
    return html.unescape(re.sub(r"<[^>]+>", "\n", re.sub(r"<style>.*?</style>", "", text, flags=re.S)))


def section(text, title):
    return next((s for s in re.split(r"<section>", text) if title in s.split("</h2>")[0]), "")


MAJOR = "電気通信 重大な事故（役務の停止・品質の低下）"


def walk(w):
    text, shape = w.get("/judge?lang=ja", "first page")
    check.that(len(text.encode()) <= 15000, "the first page is within 15 kB", len(text.encode()))
    check.that('value="telecom.carrier"' in text and "電気通信事業者" in text and 'lang="ja"' in text, "kinds of operators")
    text, _ = w.post([("from", "class"), ("go", "what")], "nothing chosen", 422)
    check.that('role="alert"' in text and 'href="#f-operator_class"' in text and "エラー：" in text, "something must be chosen")
    text, shape = w.post([("from", "class"), ("go", "what")] + CARRIER, "what happened")
    check.that("operator_class*telecom.carrier" in dict(shape.pairs).get("s", ""), "what was said travels", shape.pairs[:3])
    check.that("userinfo.users" not in text and "impact.hard_to_count" in text, "only what rules for a carrier look at")
    text, shape = w.post([p for p in shape.pairs if p[1]] + SAID[1:] + [("go", "line")], "time line")
    state = dict(shape.pairs)["s"]
    check.that(all(f"{n}*{v}" in state for n, v in SAID), "all of it", state)
    check.that('name="impact.sufferers:other"' in text and "impact:1:from" in text and "impact:2:from" not in text, "two rows, and numbers for the class that was hit")
    text, shape = w.post([p for p in shape.pairs if p[1] and not p[0].startswith("impact:")] + ROW + [("impact.sufferers:other", "3万5千"), AS_OF, ("go", "verdict")], "met")
    major = section(text, MAJOR)
    check.that("● 該当" in major and "期限" in major and "2026年12月21日（月）" in major and "総務大臣" in major, "met, by when, to whom", plain(major)[:400])
    check.that("30,000人以上" in plain(major) and "電気通信事業法施行規則第58条第2項第1号" in plain(major), "why, and where it is written")
    back, shape = w.post([p for p in shape.pairs if p[1]] + [("go", "line")], "back to the time line")
    said = dict(shape.pairs)
    check.that(said["impact:0:from"] == "2026-11-20T15:00" and said["impact:0:value"] == "30000" and said["impact.sufferers:other"] == "3万5千" and said["as_of"] == AS_OF[1], "everything came back", said)
    check.that('<option value="stopped" selected' in back and "impact:2:from" not in back, "with its kind")
    text, _ = w.post(SAID + ROW[:1] + [("impact:0:open", "1"), ("impact:0:kind", "stopped"), ("impact.sufferers:other", "3万以上"), AS_OF, ("from", "line"), ("go", "verdict")], "still going on")
    check.that("● 該当" in section(text, MAJOR), "two hours and nineteen minutes by now")
    text, _ = w.post(SAID + [("impact:0:from", "2026-11-20T16:00"), ("impact:0:open", "1"), ("impact:0:kind", "stopped"), ("impact.sufferers:other", "3万以上"), AS_OF, ("from", "line"), ("go", "verdict")], "undecided")
    check.that("18:00 に「該当」になります（あと41分）" in section(text, MAJOR), "when time decides", plain(section(text, MAJOR))[:300])
    text, _ = w.post(SAID + [("from", "what"), ("go", "verdict"), AS_OF], "judged by what there is")
    check.that("次に確かめること" in text and "戻る：時系列" in text, "what to find out")
    en, _ = w.post(SAID + ROW + [("impact.sufferers:other", "35,000"), AS_OF, ("from", "line"), ("go", "verdict")], "in English", query="?lang=en")
    check.that("Telecommunications: major accident" in en and "21 Dec 2026 (Mon)" in en and not re.search(r"[\u3040-\u30ff]", plain(en).replace("日本語", "")), "all in English", re.findall(r".{0,30}[\u3040-\u30ff]+.{0,30}", plain(en).replace("日本語", ""))[:3])
    check.that('lang="en"' in w.get("/judge", "by the browser's language", **{"Accept-Language": "en-GB,en;q=0.9"})[0], "by the browser's language")


def seen(w, name, value):
    """What was understood of a number: as the tree shows it."""
    a = w.raw(SAID + ROW[:3] + [(name, value), AS_OF, ("from", "line"), ("go", "verdict"), ("open", "jp.telecom.major-accident")])
    if a.status == 422:
        return None
    m = re.search(r"影響を受けた数：(.*?)／", plain(a.body.decode()))
    return m.group(1) if m else a.body[-300:]


def numbers(w):
    for typed, want in (("30000", "30,000人"), ("30,000", "30,000人"), ("３００００", "30,000人"), ("３万", "30,000人"), ("3.5万", "35,000人"), ("4万2千", "42,000人"), ("4万2000人", "42,000人"), ("約3万人", "30,000人"),
                        ("1億2000万", "120,000,000人"), ("2万から5万", "20,000人から50,000人"), ("2万〜5万", "20,000人から50,000人"), ("20000-50000", "20,000人から50,000人"), ("20,000 to 50,000", "20,000人から50,000人"),
                        ("3万以上", "30,000人以上（上限は不明）"), ("at least 30000", "30,000人以上（上限は不明）"), ("3万超", "30,001人以上（上限は不明）"), ("3万5千まで", "0人から35,000人"), ("〜3万5千", "0人から35,000人"), ("3万5千未満", "0人から34,999人")):
        got = seen(w, "impact.sufferers:other", typed)
        check.that(got == want, f"number {typed}", got)
    for typed in ("たくさん", "-3", "3万から", "1.5", "5万から2万", "1e5", "99999999999999999999", "0x10", "3万5", "<b>"):
        if typed in ("3万から", "3万5"):
            continue  # from 30,000 on; 30,005: both can be read
        a = w.raw(SAID + ROW + [("impact.sufferers:other", typed), AS_OF, ("from", "line"), ("go", "verdict")])
        text, shape = w.look(a, f"no number: {typed}", 422)
        check.that(dict(shape.pairs)["impact.sufferers:other"] == typed, f"{typed} is still there", dict(shape.pairs).get("impact.sufferers:other"))
        check.that('aria-describedby="e-impact.sufferers:other"' in text and 'id="e-impact.sufferers:other"' in text, f"{typed}: beside its field")


def times(w):
    for typed in ("2026-11-20T15:00", "2026-11-20 15:00", "2026/11/20 15:00", "令和8年11月20日 15:00", "２０２６／１１／２０ １５：００"):
        a = w.raw(SAID + [("impact:0:from", typed)] + ROW[1:] + [("impact.sufferers:other", "30000"), AS_OF, ("from", "line"), ("go", "verdict")])
        check.that(a.status == 200 and "● 該当" in section(a.body.decode(), MAJOR), f"time {typed}", a.status)
    for typed in ("昨日", "2026-11-20", "15:00", "2026-11-31T15:00", "2026-11-20T24:00", "2026-11-20T15:60", "T", " ", "2026-11-20T"):
        a = w.raw(SAID + [("impact:0:from", typed)] + ROW[1:] + [AS_OF, ("from", "line"), ("go", "verdict")])
        text, shape = w.look(a, f"no time: {typed}", 422)
        check.that(dict(shape.pairs).get("impact:0:from", "") == typed.strip(), f"{typed} is still there")
    def row(*pairs):
        return w.look(w.raw(SAID + list(pairs) + [AS_OF, ("from", "line"), ("go", "verdict")]), f"row {pairs}", 422)[0]
    check.that('id="e-impact:0:to"' in row(("impact:0:from", "2026-11-20T15:00"), ("impact:0:kind", "stopped")), "an end is needed")
    check.that('id="e-impact:0:to"' in row(ROW[0], ROW[1], ROW[2], ("impact:0:open", "1")), "not both")
    check.that('id="e-impact:0:to"' in row(ROW[0], ("impact:0:to", "2026-11-20T15:00"), ROW[2]), "it ends after it begins")
    check.that('id="e-impact:0:to"' in row(ROW[0], ("impact:0:to", "2026-11-20T17:20"), ROW[2]), "not after the moment of judgement")
    check.that('id="e-impact:5:from"' in row(*ROW, ("impact:5:to", "2026-11-20T17:00"), ("impact:5:kind", "stopped")), "the row as it was numbered, though rows between are empty")
    check.that('id="e-known"' in w.post(CARRIER + [("known", "2026-11-20T17:20"), AS_OF, ("from", "line"), ("go", "verdict")], "known later", 422)[0], "a mistake of another step is shown there")
    check.that('id="e-event.what"' in w.post(CARRIER + [("event.what", "secrecy"), ("event.what", "-"), ("from", "what"), ("go", "verdict")], "none and one", 422)[0], "none of these, and one of them")
    check.that("2 起きたこと" in w.post(CARRIER + [("known", "xx"), ("from", "what"), ("go", "line")], "forward past a mistake", 422)[0], "one stays where the mistake is")
    check.that(w.raw(CARRIER + [("known", "xx"), ("from", "what"), ("go", "class")]).status == 200, "back one always may")


def sizes(w):
    """All kinds, all answers, all rows, everything open: no page is too large, nothing is lost on the way."""
    classes = re.findall(r'name="operator_class" value="([a-z0-9_.]+)"', w.get("/judge", "kinds")[0])
    check.that(len(classes) >= 2, "there are kinds", classes)
    everybody = [("operator_class", c) for c in classes]
    for lang in ("?lang=ja", "?lang=en"):
        for chosen in [everybody] + [[("operator_class", c)] for c in classes]:
            text, shape = w.post(chosen + [("from", "class"), ("go", "what")], f"what happened to {len(chosen)} kinds", query=lang)
            for more in [None] + re.findall(r'name="open" value="([a-z.-]+)"', text):
                text, shape = w.post([p for p in shape.pairs if p[1]] + ([("open", more)] if more else []), f"open {more}", query=lang)
            yes = []
            for name, value in re.findall(r'type="(?:radio|checkbox)" name="([^"]+)" value="([^"]+)"', text):
                if value == "y" or value not in ("n", "?", "+", "-", "y"):
                    if value == "y" or name not in dict(yes) or "f-" + name in text and f'type="checkbox" name="{name}"' in text:
                        yes.append((name, value))
            line, shape = w.post(chosen + yes + [("from", "what"), ("go", "line")], "everything happened", query=lang)
            for go in ("verdict", "what", "class", "line"):
                a = w.raw(chosen + yes + ROW + [AS_OF, ("from", "line"), ("go", go)], lang)
                text, shape = w.look(a, f"{go} of everything", a.status if a.status in (200, 422) else 200)
                state = dict(shape.pairs).get("s", "") + " ".join("*".join(p) for p in shape.pairs)
                lost = [p for p in yes if f"{p[0]}*{p[1]}" not in state]
                check.that(not lost, f"{go}: nothing was lost", lost[:3])
            for rule in re.findall(r'name="open" value="([a-z0-9.-]+)"', text):
                w.post(chosen + yes + ROW + [AS_OF, ("from", "verdict"), ("open", rule)], f"why {rule}", query=lang)
    rows = [p for i in range(16) for p in ((f"impact:{i}:from", f"2026-11-{i + 1:02}T00:00"), (f"impact:{i}:to", f"2026-11-{i + 1:02}T23:59"), (f"impact:{i}:kind", "stopped"), (f"impact:{i}:class", "other"), (f"impact:{i}:value", "2万から5万"))]
    for go in ("line", "verdict", "what"):
        text, shape = w.post(everybody + SAID[1:] + rows + [AS_OF, ("from", "line"), ("go", go)], f"sixteen rows: {go}")
        state = dict(shape.pairs).get("s", "") + " ".join(f"{n}*{v}" for n, v in shape.pairs)
        check.that(all(f"{n}*" in state for n, _ in rows), f"sixteen rows: nothing lost on {go}", [n for n, _ in rows if f"{n}*" not in state][:4])


def hostile(w):
    for data in (b"", b"&&&", b"=", b"=x", b"x", b"%", b"%zz=%", b"s=", b"s=*", b"s=a*", b"s=*b", b"s=a*b*c", b"go=nowhere", b"from=x&go=verdict", b"operator_class=nosuch&go=what", b"operator_class=telecom.carrier&go=verdict&impact:99:from=x",
                 b"operator_class=telecom.carrier&impact:-1:from=x&go=verdict", b"impact:0:&go=verdict", b":=:&go=line", b"operator_class=telecom.carrier&cause.facility_failure=nosuch&go=verdict&from=what",
                 b"operator_class=telecom.carrier&operator_class=telecom.carrier&go=verdict", b"operator_class=telecom.carrier&open=nosuch&go=verdict", b"operator_class=telecom.carrier&impact:0:kind=nosuch&impact:0:open=1&go=verdict",
                 b"operator_class=telecom.carrier&service_class=other&impact.sufferers:nosuch=5&go=line", b"operator_class=telecom.carrier&go=verdict&as_of=9999-12-31T23:59", b"operator_class=telecom.carrier&go=verdict&as_of=1800-01-01T00:00"):
        a = w.raw(data)
        check.that(a.status in (200, 400, 422), f"hostile {data[:60]}", (a.status, a.body[:100]))
        w.look(a, f"hostile {data[:60]}", a.status)
    for data in (b"known=%ff%fe", b"known=%00", b"known=" + b"x" * 300, b"&".join(b"a%d=1" % i for i in range(700)), b"known=%e2%80%ae"):
        w.look(w.raw(data), f"not to be read: {data[:30]}", 400)
    w.look(w.raw(b"known=" + b"x" * 20000), "too large", 413)
    w.look(w.k.call("POST", "/judge", {"a": 1}, w.token), "JSON", 415)
    evil = '"><script>alert(1)</script><input name="x'
    for name in ("known", "impact.sufferers:other", "impact:0:from", "impact:0:value", "as_of", "cause.facility_failure", "event.what", "service_class", "operator_class", "impact:0:kind", "impact:0:class"):
        for go in ("what", "line", "verdict", "class"):
            a = w.raw(SAID + [(name, evil), ("impact:0:from", "2026-11-20T15:00"), ("from", go), ("go", go)])
            check.that(b"<script" not in a.body and b"alert(1)<" not in a.body, f"escaped: {name} on {go}")
            w.look(a, f"evil {name} on {go}", a.status)
    for q in ("?lang=xx", "?lang=%22%3E%3Cscript%3E", "?pack=jp", "?pack=jp&lang=en"):
        w.get("/judge" + q, "query " + q)
    for q in ("?pack=nosuch", "?pack=%22%3E%3Cscript%3E"):
        check.that("<script" not in w.get("/judge" + q, "query " + q, 404)[0], "escaped")
    for q in ("", "?class=", "?class=nosuch", "?class=%3Cb%3E", "?class=telecom.carrier&pack=nosuch"):
        w.get("/judge/sheet" + q, "sheet " + q, 404)
    for m in ("PUT", "PATCH", "DELETE"):
        check.status(w.k.call(m, "/judge", {} if m != "DELETE" else None, w.token), 405, m)
    check.status(w.k.call("POST", "/judge/sheet", {}, w.token), 405, "a sheet takes nothing")


def sheets(w):
    text, _ = w.get("/judge/sheet?class=telecom.carrier&lang=ja", "sheet")
    words = plain(text)
    for part in ("その他の電気通信役務", "継続時間 2時間以上、影響を受けた数 30,000人以上", "継続時間 1時間以上、影響を受けた数 1,000,000人以上", "総務大臣", "発生した日から三十日以内", "第58条第2項第1号"):
        check.that(part in words, f"on the sheet: {part}")
    check.that("改正案" not in words and "@page{size:A4" in text, "no drafts; on A4")
    en = plain(w.get("/judge/sheet?class=telecom.carrier&lang=en", "sheet in English")[0])
    check.that("duration at least 2 hours; how many suffered it at least 30,000 users" in en and "Minister for Internal Affairs" in en, "sheet in English", en[:300])


def who(w):
    k = w.k
    for path in ("/judge", "/judge/sheet?class=telecom.carrier"):
        text, _ = w.look(k.call("GET", path), "nobody: " + path, 401)
        check.that('href="/"' in text, "it says where to log in")
    w.look(k.call("POST", "/judge", raw=b"go=what", headers=FORM), "nobody posts", 401)
    session = k.enter(k.command("user", "link", "--user", "viewer1").split("link=")[-1].split()[0])
    cookie = {"Cookie": session["Cookie"]}
    data = urllib.parse.urlencode(CARRIER + [("go", "what")]).encode()
    w.look(k.call("GET", "/judge", headers=cookie), "a session", 200)
    here = {"Origin": f"http://127.0.0.1:{k.port}", "Sec-Fetch-Site": "same-origin"}
    w.look(k.call("POST", "/judge", raw=data, headers=FORM | cookie | here), "a form of ours, without a token", 200)
    for foreign in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        w.look(k.call("POST", "/judge", raw=data, headers=FORM | cookie | foreign), f"a form of another page {foreign}", 403)


def public():
    """With --public-judge nobody need log in to judge; everything else still asks; there is a limit."""
    w = World(None, "--public-judge")
    k, data = w.k, urllib.parse.urlencode(SAID + [("go", "verdict"), ("from", "line")]).encode()
    w.look(k.call("GET", "/judge"), "open to all", 200)
    w.look(k.call("GET", "/judge/sheet?class=telecom.carrier"), "the sheet too", 200)
    w.look(k.call("POST", "/judge", raw=data, headers=FORM), "and verdicts", 200)
    w.look(k.call("POST", "/judge", raw=data, headers=FORM | {"Origin": "http://evil.example"}), "not out of another page", 403)
    check.status(k.call("POST", "/api/judge", {"facts": {}}), 401, "the API still asks who it is")
    check.status(k.call("GET", "/api/packs"), 401, "and the packs")
    last = 200
    for n in range(2500):
        last = k.call("GET", "/judge/sheet?class=nosuch").status
        if last == 429:
            break
    check.that(last == 429 and 2300 <= n <= 2400, "from one place so often and no more", (n, last))
    text, _ = w.look(k.call("GET", "/judge"), "then one waits", 429)
    w.get("/judge", "who is logged in does not")
    k.close()


def run(postgres):
    w = World(postgres)
    for part in (walk, numbers, times, sizes, hostile, sheets, who):
        part(w)
    check.that(w.k.call("GET", "/healthz").status == 200, "it lives on")
    print(f"largest page: {w.largest} bytes")
    w.k.stop()
    check.that('"findings":0' in w.k.command("audit", "verify"), "audit afterwards")
    w.k.close()


on_both(run)
public()
check.end()
