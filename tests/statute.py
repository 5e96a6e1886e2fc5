#!/usr/bin/env python3
"""Black box: kaname pack law. The XML is made here, in the official shape, out of the words that packs/jp quotes at the places it names; then one thing in it is changed at a time."""
import json, os, re, subprocess, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import PROGRAM, ROOT, Checks

check = Checks()
JP = os.path.join(ROOT, "packs", "jp")
TELECOM = "jp:360M50001000025"
LEFT_OUT = ("cite", "words", "gaps", "readings", "unread", "examples", "guide")


def cites_of(v, cites, found):
    """Every (citation, words) of the pack, words under the nearest citations around them."""
    if isinstance(v, dict):
        cites = v.get("cite", cites)
        for c in v.get("cite", ()):
            found.append(([c], c.get("quote", {}).get("ja")))
        if cites and isinstance(v.get("words"), dict) and v["words"].get("ja"):
            found.append((cites, v["words"]["ja"]))
    for one in (v.items() if isinstance(v, dict) else enumerate(v) if isinstance(v, list) else ()):
        if one[0] not in LEFT_OUT:
            cites_of(one[1], cites, found)
    return found


def of_pack():
    found = []
    counting = json.load(open(os.path.join(JP, "counting.json"), encoding="utf-8"))
    cites_of([counting["counting"], counting["rolls"]], None, found)
    for folder in ("rules", "levels", "watches", "duties"):
        for at, _, names in os.walk(os.path.join(JP, folder)):
            for name in sorted(names):
                cites_of(json.load(open(os.path.join(at, name), encoding="utf-8"))["versions"], None, found)
    for at, _, names in os.walk(os.path.join(JP, "forms")):
        for name in names:
            cites_of(json.load(open(os.path.join(at, name), encoding="utf-8")), None, found)
    return found


ALL = of_pack()
SOURCES = {s["id"]: s for s in json.load(open(os.path.join(JP, "sources.json"), encoding="utf-8"))["sources"]}
STEPS = (("art", "Article"), ("par", "Paragraph"), ("item", "Item"), ("sub1", "Subitem1"), ("sub2", "Subitem2"))
KANJI = "〇一二三四五六七八九"


def escape(s):
    return s.replace("&", "&amp;").replace("<", "&lt;")


class Law:
    """A tree of the places of one source with the words quoted there."""

    def __init__(self, source):
        self.source, self.main, self.suppl, self.n = source, {}, {}, 0
        for cites, words in ALL:
            mine = [c for c in cites if c["src"] == source]
            if not mine:
                continue
            self.n += 1
            at = mine[0].get("at", {})
            node = self.suppl.setdefault(str(at["suppl"]), {}) if "suppl" in at else self.main
            for key, tag in STEPS:
                if key in at:
                    node = node.setdefault((tag, str(at[key])), {})
            if "row" in at:
                node = node.setdefault(("TableRow", str(at["row"])), {})
            if words and words not in node.get("words", ()):
                node.setdefault("words", []).append(words)

    def node_xml(self, node):
        out = []
        for words in node.get("words", ()):
            cells = words.split("　") if "　" in words else words.split(" ")
            inner = "".join(f"<TableColumn><Sentence>{escape(c)}</Sentence></TableColumn>" for c in cells)
            out.append(f"<TableStruct><Table><TableRow>{inner}</TableRow></Table></TableStruct>" if len(cells) > 1 else f'<Sentence Function="main">この規定は、{escape(words)}とする。</Sentence>')
        for key, child in node.items():
            if key == "words":
                continue
            tag, num = key
            body = self.node_xml(child)
            if tag == "TableRow":
                out.append(f"<TableStruct><Table><TableRow><TableColumn><Sentence>{KANJI[int(num)]}　次の場合</Sentence></TableColumn><TableColumn>{body}</TableColumn></TableRow></Table></TableStruct>")
            else:
                out.append(f'<{tag} Num="{num}"><{tag}Title>第{num}</{tag}Title>{body}</{tag}>\n')
        return "".join(out)

    def xml(self):
        s = SOURCES[self.source]
        more = "".join(f'<SupplProvision AmendLawNum="{old_number(k)}"><SupplProvisionLabel>附　則</SupplProvisionLabel>{self.node_xml(v)}</SupplProvision>' for k, v in self.suppl.items())
        return (f'<?xml version="1.0" encoding="UTF-8"?>\n<Law Era="Showa" Lang="ja"><LawNum>試験令第一号</LawNum><LawBody><LawTitle>{s["title"]["ja"]}</LawTitle><TOC><TOCLabel>目次</TOCLabel></TOC>\n'
                f'<MainProvision>{self.node_xml(self.main)}</MainProvision>{more}</LawBody></Law>\n')


def old_number(num):
    """令和7年総務省令第14号 as the official texts write it."""
    m = re.fullmatch(r"(\D+)(\d+)年(\D+)第(\d+)号", num)
    return f"{m[1]}{KANJI[int(m[2])]}年三月二八日{m[3]}第{''.join(KANJI[int(d)] for d in m[4])}号" if m else num


TOP = tempfile.TemporaryDirectory(prefix="kaname-statute-")


def law(xml, *words, name="law.xml", lang="en"):
    path = os.path.join(TOP.name, name)
    open(path, "wb").write(xml if isinstance(xml, bytes) else xml.encode())
    return subprocess.run([PROGRAM, "pack", "law", path, *words], capture_output=True, text=True, timeout=60, env={**os.environ, "LC_ALL": "ja_JP.UTF-8" if lang == "ja" else "C.UTF-8"})


def found(xml, *words, source=TELECOM):
    r = law(xml, "--pack", JP, "--source", source, "--json", *words)
    check.that(r.stdout.startswith("{"), "an answer", (r.returncode, r.stderr))
    a = json.loads(r.stdout)
    a["exit"], a["unlike"] = r.returncode, [c for c in a.get("citations", ()) if c["is"] != "same"]
    return a


def same():
    """Each law of the pack with its own words: nothing differs, and everything was looked at."""
    for source, s in SOURCES.items():
        if s["kind"] != "jp-law":
            continue
        one = Law(source)
        a = found(one.xml(), source=source)
        check.that(a["exit"] == 0 and a["unlike"] == [] and a["same"] == one.n and len(a["citations"]) == one.n, f"the same: {source}", (one.n, a["unlike"][:3]))
    check.that(Law(TELECOM).n > 60, "the pack quotes something")


BASE = Law(TELECOM).xml()
ROW_1 = "<TableColumn><Sentence>一時間</Sentence></TableColumn><TableColumn><Sentence>三万</Sentence></TableColumn>"


def changed(old, new, count=1):
    assert BASE.count(old) >= 1, old
    return BASE.replace(old, new) if count == 0 else BASE.replace(old, new, count)


def differences():
    a = found(changed(ROW_1, ROW_1.replace("三万", "四万")))
    check.that(a["exit"] == 1 and a["changed"] == len(a["unlike"]) > 0 and {c["words"] for c in a["unlike"]} == {"一時間 三万"}, "one number of a table", a["unlike"])
    one = next(c for c in a["unlike"] if c["path"].startswith("rules/telecom/major-accident.json:"))
    check.that(one["words"] == "一時間 三万" and "四万" in one["now"] and one["cited"]["ja"].endswith("第58条第2項第1号"), "both texts, and where", one)
    file, line, _ = re.fullmatch(r"(\S+?):(\d+) (\S+)", one["path"]).groups()
    text = open(os.path.join(JP, file), encoding="utf-8").read().split("\n")
    check.that(file == "rules/telecom/major-accident.json" and "一時間 三万" in text[int(line) - 1], "file and line", one["path"])
    for longer in ("十三万", "三万五千"):
        a = found(changed(ROW_1, ROW_1.replace("三万", longer)))
        check.that(a["changed"] >= 1 and longer in a["unlike"][0]["now"], f"三万 is not {longer}", a["unlike"])
    a = found(changed(ROW_1, ROW_1.replace("一時間", "一時間三十分")))
    check.that(a["changed"] >= 1, "an hour and a half is not an hour", a["unlike"])
    a = found(changed("千を超える", "千以上の"))
    check.that([(c["is"], "千以上の" in c["now"]) for c in a["unlike"] if c["words"] == "千を超える"] == [("changed", True)] * sum(c["words"] == "千を超える" for c in a["unlike"]) and a["unlike"], "another word of comparison", a["unlike"])
    # the same words written otherwise
    for old, new in (("停止又は品質を低下", "停止又は\n　品質を低下"), ("全ての通信の疎通が二時間以上不能", "全ての通信の<Ruby>疎通<Rt>そつう</Rt></Ruby>が二時間以上不能"), ("電気通信設備の故障により", "電気通信設備の<Line Style=\"solid\">故障</Line>により")):
        a = found(changed(old, new, 0))
        check.that(a["exit"] == 0 and a["unlike"] == [], f"the same words: {new}", a["unlike"])


def moved():
    a = found(changed('<Article Num="58">', '<Article Num="59">'))
    gone = {c["is"] for c in a["unlike"] if "words" in c}
    check.that(a["exit"] == 1 and gone == {"moved"} and len(a["unlike"]) > 10, "an article with another number", a["unlike"][:3])
    row = next(c for c in a["unlike"] if c.get("words") == "停止又は品質を低下")
    check.that([e["ja"] for e in row["elsewhere"]] == ["電気通信事業法施行規則第59条第2項第1号"], "where it went", row)
    check.that(all(c["is"] == "gone" for c in a["unlike"] if "words" not in c), "a citation without words: no such place", a["unlike"])
    both = changed('<Article Num="58">', '<Article Num="58"><Paragraph Num="2"><Item Num="1"><Sentence>別のことを定める。</Sentence></Item></Paragraph></Article><Article Num="59">')
    a = found(both)
    row = next(c for c in a["unlike"] if c.get("words") == "停止又は品質を低下")
    check.that(row["is"] == "moved" and row["elsewhere"][0]["ja"].endswith("第59条第2項第1号"), "another text at its old number", row)
    a = found(changed("三十日以内", "二十日以内", 0))
    check.that(a["unlike"] and {c["is"] for c in a["unlike"]} == {"changed"} and all("二十日以内" in c["now"] for c in a["unlike"]), "changed everywhere", a["unlike"][:2])
    m = re.search(r'<Article Num="57">.*?</Article>', BASE, re.S).group(0)
    a = found(BASE.replace(m, m.replace("三十日以内", "二十日以内") + '<Article Num="99"><Paragraph Num="1"><Sentence>三十日以内</Sentence></Paragraph></Article>'))
    check.that(a["unlike"] and {c["is"] for c in a["unlike"]} == {"changed"}, "changed at its place, though the words stand elsewhere by chance", a["unlike"][:2])
    check.that(any("第99条" in e["ja"] for e in a["unlike"][0]["elsewhere"]), "which is said", a["unlike"][:1])


def gone():
    item = re.search(r'<Item Num="2">.*?</Item>', BASE[BASE.index('<Article Num="58">'):], re.S).group(0)
    check.that("不能" in item, "the item of the test")
    a = found(BASE.replace(item, ""))
    check.that({c["is"] for c in a["unlike"]} == {"gone"} and all(c["cited"]["ja"].endswith("第58条第2項第2号") for c in a["unlike"]), "an item vanished", a["unlike"][:3])
    a = found(BASE.replace(item, '<Item Num="2"><ItemTitle>二</ItemTitle><ItemSentence><Sentence>削除</Sentence></ItemSentence></Item>'))
    check.that(a["gone"] == len(a["unlike"]) > 0, "an item that says it is deleted", a["unlike"][:3])
    row = re.search(r"<TableStruct><Table><TableRow><TableColumn><Sentence>四　.*?</TableStruct>", BASE, re.S).group(0)
    a = found(BASE.replace(row, row.replace("四　", "五　")))
    check.that(a["unlike"] and {c["is"] for c in a["unlike"]} == {"moved"} and all("表5の項" in c["elsewhere"][0]["ja"] for c in a["unlike"] if c.get("words")), "a row with another number", a["unlike"][:2])
    suppl = Law("jp:363M50001000046").xml()
    a = found(suppl.replace("第一四号", "第一五号"), source="jp:363M50001000046")
    check.that(a["unlike"] and all("附則" in c["cited"]["ja"] for c in a["unlike"]), "provisions of another amending order", a["unlike"][:2])


def which():
    """The law is known by --source, by the id in the XML or in the file's name, by its title."""
    r = law(BASE, "--pack", JP)
    check.that(r.returncode == 0 and TELECOM in r.stdout and "✗" not in r.stdout and "gone 0" in r.stdout, "by its title", (r.returncode, r.stdout[-300:], r.stderr))
    other = BASE.replace("電気通信事業法施行規則</LawTitle>", "よその規則</LawTitle>")
    check.that(law(other, "--pack", JP).returncode == 3 and "--source" in law(other, "--pack", JP).stderr, "none of the pack's")
    check.that(law(other, "--pack", JP, name="360M50001000025_20260208.xml").returncode == 0, "by the name of the file")
    wrapped = other.replace('<Law Era', "<DataRoot><ApplData><LawId>360M50001000025</LawId><LawFullText><Law Era").replace("</Law>", "</Law></LawFullText><ImageData>三十日以内AAAA</ImageData></ApplData></DataRoot>")
    check.that(law(wrapped, "--pack", JP).returncode == 0, "within the answer of the interface", law(wrapped, "--pack", JP).stderr)
    r = law(BASE, "--pack", JP, "--source", "jp:360M50001000026")
    check.that(r.returncode == 2 and TELECOM in r.stderr, "a source that is not there: the nearest", r.stderr)
    check.that(law(BASE).returncode == 0, "without --pack: the pack jp")
    r = law(changed(ROW_1, ROW_1.replace("三万", "四万")), lang="ja")
    check.that(r.returncode == 1 and "変わった：電気通信事業法施行規則第58条第2項第1号「一時間 三万」" in r.stdout and "今の文「" in r.stdout and "変わった 0、" not in r.stdout, "in Japanese", r.stdout[-600:])
    path = os.path.join(TOP.name, "law.xml")
    for xml, code in ((BASE, 0), (changed(ROW_1, ROW_1.replace("三万", "四万")), 1)):
        open(path, "w", encoding="utf-8").write(xml)
        r = subprocess.run([PROGRAM, "pack", "check", JP, "--law", path, "--json"], capture_output=True, text=True, timeout=60)
        a = json.loads(r.stdout)
        check.that(r.returncode == code and a["name"] == "jp" and (a["changed"] > 0) == (code == 1), "with pack check", (r.returncode, r.stderr))


def hostile():
    bomb = '<!DOCTYPE l [<!ENTITY a "三万"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    deep = BASE.replace("<MainProvision>", "<MainProvision>" + "<Item>" * 200).replace("</MainProvision>", "</Item>" * 200 + "</MainProvision>")
    for what, xml, code in (
        ("a bomb of entities", BASE.replace("?>\n", "?>\n" + bomb, 1).replace("三万", "&b;"), 2),
        ("a file from outside", BASE.replace("?>\n", '?>\n<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>', 1).replace("三万", "&x;"), 2),
        ("a DOCTYPE alone", BASE.replace("?>\n", "?>\n<!DOCTYPE Law>", 1), 2),
        ("an entity nobody declared", BASE.replace("三万", "&x;", 1), 2),
        ("too deep", deep, 2), ("cut off", BASE[:len(BASE) // 2], 2), ("no XML", "三万以上", 2), ("nothing", "", 2), ("another XML", "<html><p>三万</p></html>", 2),
        ("bytes that are no UTF-8", BASE.encode().replace("三".encode(), b"\xff\xfe", 1), 2), ("more than was asked", BASE + "<Law/>", 2),
    ):
        r = law(xml, "--pack", JP, "--source", TELECOM)
        check.that(r.returncode == code and "root:" not in r.stdout + r.stderr and r.stderr, what, (r.returncode, r.stdout[:200], r.stderr[:300]))
    check.that(law(BASE, "--pack", "/nothing").returncode != 0 and subprocess.run([PROGRAM, "pack", "law", "/nothing.xml"], capture_output=True).returncode == 3 and subprocess.run([PROGRAM, "pack", "law"], capture_output=True).returncode == 2, "no pack, no file, no word")


for part in (same, differences, moved, gone, which, hostile):
    part()
check.end()
