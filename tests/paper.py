#!/usr/bin/env python3
"""
Black box: a duty to report as a document on paper. The PDF read by poppler and qpdf, the spreadsheet as a ZIP of XML: values that are known stand there, what is not known is a blank and
never a value, hostile text stays text, the name of the file is harmless. SQLite and PostgreSQL.
"""
import datetime, io, json, os, re, shutil, subprocess, sys, tempfile, time, unicodedata, urllib.parse, zipfile
import xml.etree.ElementTree as ET
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import PROGRAM, ROOT, Checks, Desk, Kaname, on_both

check = Checks()
JST = datetime.timezone(datetime.timedelta(hours=9))
NOW = datetime.datetime.now(JST).replace(second=0, microsecond=0)
BLANK = "未記入"
PDF, XLSX = "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def at(**ago):
    return (NOW - datetime.timedelta(**ago)).isoformat(timespec="milliseconds")


FACTS = [{"fact": "service_class", "is": "other"}, {"fact": "cause.facility_failure", "is": "own"}, {"fact": "service.only_additional_function", "is": "false"},
         {"fact": "impact.sufferers", "number": 42000, "per": "other"}]
INCIDENT = {"title": "データ通信の停止", "summary": "コアルーターの故障により、市内のデータ通信が止まった。", "operator_class": "telecom.carrier", "facts": FACTS,
            "segments": [{"kind": "stopped", "class": "other", "area": "要市", "from": at(hours=5), "to": at(hours=3), "value": 42000}], "occurred_at": at(hours=5), "known_at": at(hours=5)}
# Japanese of every kind, what turns the direction, what looks like a file's own syntax, and ten thousand letters without a place to break.
HOSTILE = ("辻󠄀さん 葛󠄁城市 髙﨑 👩 שלום سلام <b>&amp;</b> ]]> ) >> endobj trailer << /Root 1 0 R >> =cmd|' /C calc'!A0 ", "永" * 2000)


def tool(*words, data=None):
    r = subprocess.run(words, input=data, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return r.returncode, r.stdout.decode(errors="replace")


class Pdf:
    def __init__(self, data):
        self.data = data
        with tempfile.NamedTemporaryFile(suffix=".pdf") as f:
            f.write(data)
            f.flush()
            self.info = dict(line.split(":", 1) for line in tool("pdfinfo", f.name)[1].splitlines() if ":" in line)
            self.info = {k: v.strip() for k, v in self.info.items()}
            self.text = tool("pdftotext", "-layout", f.name, "-")[1]
            self.fonts = tool("pdffonts", f.name)[1].splitlines()[2:]
            self.structure = tool("pdfinfo", "-struct-text", f.name)[1]
            self.qpdf = tool("qpdf", "--check", f.name)
        self.flat = re.sub(r"\s+", "", unicodedata.normalize("NFKC", self.text))

    def says(self, words):
        return re.sub(r"\s+", "", unicodedata.normalize("NFKC", words)) in self.flat

    def good(self, what):
        check.that(self.data.startswith(b"%PDF-") and self.info.get("Tagged") == "yes", what + ": tagged", self.info)
        check.that("A4" in self.info.get("Page size", ""), what + ": A4", self.info)
        check.that(self.qpdf[0] == 0 and "No syntax or stream encoding errors" in self.qpdf[1], what + ": qpdf finds nothing", self.qpdf)
        check.that(self.fonts and all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in self.fonts), what + ": fonts embedded, in part, with their letters", self.fonts)
        check.that("JavaScript" not in self.info or self.info["JavaScript"] == "no", what + ": no script", self.info)


class Sheet:
    NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}

    def __init__(self, data):
        self.zip = zipfile.ZipFile(io.BytesIO(data))
        self.cells = {n: self.read(n) for n in self.zip.namelist() if n.startswith("xl/worksheets/sheet")}
        self.all = [c for cells in self.cells.values() for c in cells.values()]

    def read(self, name):
        root = ET.fromstring(self.zip.read(name))
        check.that(not root.findall(".//m:f", self.NS), "no formula", name)
        return {c.get("r"): "".join(t.text or "" for t in c.findall(".//m:t", self.NS)) for c in root.findall(".//m:c", self.NS)}

    def value(self, label):
        """What stands beside a label, and the remark."""
        for cells in self.cells.values():
            for at_, text in cells.items():
                if text == label and at_.startswith("A"):
                    return cells.get("B" + at_[1:]), cells.get("C" + at_[1:])
        return None


class World(Desk):
    def __init__(self, postgres):
        k = Kaname(postgres)
        token = k.user("manager1", "risk_manager")
        k.start()
        super().__init__(k, token, check)

    def duties(self, incident, n):
        for _ in range(100):
            page = self.get(f"duties?incident={incident['id']}&limit=100")
            if len(page["items"]) >= n:
                break
            time.sleep(0.1)
        check.that(len(page["items"]) >= n, "duties are there", page["items"])
        return {d["kind"]: d for d in page["items"]}

    def file(self, duty, name, status=200, **query):
        a = self.k.call("GET", self.k.at(f"duties/{duty['id']}/reports/{name}") + ("?" + urllib.parse.urlencode(query) if query else ""), token=self.t)
        check.status(a, status, f"{name} of {duty['number']}")
        return a

    def pdf(self, duty, **query):
        a = self.file(duty, "document.pdf", **query)
        check.that(a.headers["content-type"] == PDF, "media type", a.headers)
        return Pdf(a.body)


def named(answer):
    d = answer.headers["content-disposition"]
    m = re.fullmatch(r"attachment; filename\*=UTF-8''([0-9A-Za-z._%-]+)", d)
    check.that(m, "the name is percent-encoded", d)
    return urllib.parse.unquote(m.group(1))


def known_and_blank(w):
    r = w.make("incidents", INCIDENT)
    d = w.duties(r, 3)
    answer = w.file(d["first"], "document.pdf")
    p = Pdf(answer.body)
    p.good("first report")
    keep("first.pdf", answer.body)
    name = named(answer)
    check.that(name.startswith(d["first"]["number"] + " ") and name.endswith(".pdf") and not re.search(r'[\\/:*?"<>|\x00-\x1f]', name), "a name that any system takes", name)
    check.that("重大" in p.info["Title"] and p.info["Author"], "title and author", p.info)
    for words in ("総務大臣", "宛て", "42,000人", "件名:データ通信の停止", "影響を受けた利用者数", "案", "1/1ページ", d["first"]["number"], r["number"]):
        check.that(p.says(words), "on the paper: " + words, p.text)
    check.that(p.text.count(BLANK) >= 3 and p.says("措置の模様" + BLANK), "what is not known is blank", p.text)
    for tag in ("Document", "H1", "H2", "Table", "TR", "TH", "TD"):
        check.that(re.search(rf"^\s*{tag}\b", p.structure, re.M), "structure: " + tag, p.structure[:600])
    check.that("42,000人" in p.structure, "the structure holds the text", p.structure[:600])
    s = Sheet(w.file(d["first"], "document.xlsx").body)
    check.that("42,000人" in s.value("影響を受けた利用者数")[0], "the sheet has the value", s.all)
    check.that(s.value("措置の模様") == ("", BLANK), "and the blank", s.value("措置の模様"))
    check.that("要市" in s.all and any("継続" in x or "月" in x for x in s.cells["xl/worksheets/sheet2.xml"].values()), "the course on a sheet of its own", s.cells)
    check.that('paperSize="9"' in s.zip.read("xl/worksheets/sheet1.xml").decode(), "A4")
    doc = w.file(d["first"], "document.json").json
    items = {i["label"]["ja"]: i for part in doc["parts"] for i in part.get("items", [])}
    check.that(items["措置の模様"].get("blank") is True and "value" not in items["措置の模様"] and "42,000人" in items["影響を受けた利用者数"]["value"]["ja"], "the same as JSON", items)
    en = w.pdf(d["first"], lang="en")
    check.that(en.says("To: Minister for Internal Affairs") and en.says("to be filled in") and en.says("page 1 / 1") and not en.says("宛て"), "in English", en.text)
    w.file(d["first"], "document.pdf", 400, lang="fr")
    check.status(w.k.call("GET", w.k.at("duties/00000000-0000-4000-8000-000000000000/reports/document.pdf"), token=w.t), 404, "a duty that is not there")
    return d


def draft_and_approved(w, d):
    x = w.act("duties", d["first"], "draft", {"draft": "一行目\n二行目\n影響利用者 42,000人（調査中）"})
    p = w.pdf(x)
    check.that(p.says("二行目") and p.says("案"), "the text stands on it", p.text)
    x = w.act("duties", x, "approve", {"approved_by": "CISO 代行", "minutes": "臨時会議 12"})
    p = w.pdf(x)
    check.that(p.says("CISO代行") and p.says("臨時会議12") and not re.search(r"^\s*案\s*$", p.text, re.M), "approved: no longer a draft", p.text)


def without_items(w, d):
    """The law data have no list of items for this one: what is known stands there, and the paper says so."""
    p = w.pdf(d["detail"], form="general")
    check.that(p.says("把握している事実") and p.says("コアルーターの故障により") and p.says("42,000人") and p.says("様式が定められています"), "facts instead", p.text)


def forms(w, d):
    """Forms of the pack: what was verified, what was not and says so, what the form lacks; none but those for this duty."""
    answer = w.file(d["detail"], "document.pdf")
    p = Pdf(answer.body)
    p.good("form of a pack")
    keep("form.pdf", answer.body)
    check.that(p.says("電気通信事故の報告書の下書き") and p.says("様式第50の3の欄の並びは見つかっていません") and p.says("42,000人"), "the form and what it lacks", p.text)
    check.that(p.says("再発防止策" + BLANK + "項目は未確認") and p.says("影響の範囲要市項目は公式の抜粋で確認") and p.says("措置の模様" + BLANK), "how sure each item is", p.text)
    doc = w.file(d["detail"], "document.json").json
    check.that(doc["form"] == "jp.form.telecom-accident" and [f["id"] for f in doc["forms"]] == ["jp.form.telecom-accident"], "the usual form", doc["forms"])
    check.that(w.file(d["first"], "document.json").json["form"] == "general", "the first report is not on it")
    w.file(d["first"], "document.pdf", 404, form="jp.form.telecom-accident")
    w.file(d["detail"], "document.pdf", 404, form="../../etc/passwd")
    facts = [{"fact": k, "is": v} for k, v in {"event.what": "intrusion", "cyber.machine": "first", "cyber.acts": "credential_input", "cyber.traces": "true", "cyber.within_six_months": "false", "cyber.peripheral_attempt": "false"}.items()]
    r = w.make("incidents", {"title": "ファイルの暗号化", "operator_class": "cyber.essential", "facts": facts, "occurred_at": at(hours=9), "known_at": at(hours=8)})
    duty = w.duties(r, 4)["first"]
    doc = w.file(duty, "document.json").json
    common = [f["id"] for f in doc["forms"]]
    check.that(doc["form"] == "general" and common == ["jp.form.common-ddos", "jp.form.common-other", "jp.form.common-ransomware"], "three common forms, none taken by itself", doc)
    for form, label in zip(common, ("トラフィック量", "技術的事項", "ランサムノート(脅迫文)")):
        p = w.pdf(duty, form=form)
        check.that(p.says(label) and p.says("ファイルの暗号化") and (p.says("項目の全体は見つかっていません") or p.says("この様式の項目は見つかっていません")), form, p.text)
    keep("ransomware.pdf", w.file(duty, "document.pdf", form="jp.form.common-ransomware").body)
    s = Sheet(w.file(duty, "document.xlsx", form="jp.form.common-ddos").body)
    check.that(any("トラフィック量" in c for c in s.all), "also as a sheet", s.all)


def nothing_known(w):
    """A few facts make it a duty; all else stays blank."""
    r = w.make("incidents", INCIDENT | {"summary": None, "title": "通信障害", "occurred_at": {"unknown": "cannot_tell"}, "segments": [INCIDENT["segments"][0] | {"area": None}]})
    p = w.pdf(w.duties(r, 1)["first"])
    check.that( p.says("発生の場所" + BLANK) and p.says("影響の範囲" + BLANK), "nothing is invented", p.text)


def hostile(w):
    r = w.make("incidents", INCIDENT | {"title": HOSTILE[0][:190], "summary": HOSTILE[0] + HOSTILE[1] + "永" * 7000, "place": "場所" + "W" * 190})
    d = w.duties(r, 3)["detail"]
    x = w.act("duties", d, "draft", {"draft": "W" * 10000})
    answer = w.file(x, "document.pdf")
    p = Pdf(answer.body)
    p.good("hostile text")
    keep("hostile.pdf", answer.body)
    check.that(int(p.info["Pages"]) > 3 and p.flat.count("永") == 9000 and p.flat.count("W") >= 10000, "every letter, over pages", (p.info, p.flat.count("永"), p.flat.count("W")))
    check.that(p.says("髙﨑") and p.says("]]>)>>endobj") and f"/{p.info['Pages']}ページ" in p.flat, "text stays text", p.text[:2000])
    s = Sheet(w.file(x, "document.xlsx").body)
    check.that(any("=cmd|" in c for c in s.all) and any(c.count("永") == 9000 for c in s.all), "also in the sheet")
    check.that("cmd" not in named(answer), "nothing that a person wrote is in the name", named(answer))


def sheet():
    """What to report, on one or two pages to lie beside the telephone: of every kind of operator that a pack knows."""
    with tempfile.TemporaryDirectory() as d:
        to = d + "/sheet.pdf"
        def command(*words, lang="ja"):
            return subprocess.run([PROGRAM, "pack", "sheet", *words, "--lang", lang], capture_output=True, text=True)
        pack = os.path.join(ROOT, "packs", "jp")
        r = command(pack, "telecom.carrier", "--to", to)
        check.that(r.returncode == 0 and to in r.stdout, "written", r.stdout + r.stderr)
        keep("sheet.pdf", open(to, "rb").read())
        p = Pdf(open(to, "rb").read())
        p.good("sheet")
        check.that(int(p.info["Pages"]) <= 2, "one or two pages", p.info)
        for words in ("報告の早見表:", "30,000", "総務大臣", "三十日以内", "速やかに", "施行規則第58条"):
            check.that(p.says(words), "on the sheet: " + words, p.text)
        r = command(pack, "telecom.carrier", "--to", to, lang="en")
        check.that(r.returncode == 0 and Pdf(open(to, "rb").read()).says("What to report:"), "in English", r.stderr)
        for code in [c["code"] for k in json.load(open(pack + "/classes.json"))["classes"] if k["id"] == "operator_class" for c in k["codes"]]:
            r = command(pack, code, "--to", to, "--json")
            check.that(r.returncode in (0, 3) and (r.returncode or json.loads(r.stdout)["pages"] <= 3), "of " + code, r.stdout + r.stderr)
        check.that(command(pack, "telecom.carier", "--to", to).returncode == 2 and "telecom.carrier" in command(pack, "telecom.carier", "--to", to).stderr, "the nearest kind is named")
        check.that(command(pack, "telecom.carrier").returncode == 2, "where to is needed")
        check.that(command(pack, "telecom.carrier", "--to", d + "/none/x.pdf").returncode not in (0, 139), "a folder that is not there")


def no_font(w):
    """Where no font is installed the answer says what to do, and the server goes on."""
    folder = tempfile.mkdtemp()
    open(folder + "/fonts.conf", "w").write(f"<fontconfig><dir>{folder}/none</dir><cachedir>{folder}/cache</cachedir></fontconfig>")
    os.environ["FONTCONFIG_FILE"] = folder + "/fonts.conf"
    try:
        w.k.stop()
        w.k.start()
        d = w.get("duties?limit=1")["items"][0]
        a = w.file(d, "document.pdf", 500)
        check.that("フォント" in a.json["detail"] and "fonts-morisawa-bizud-gothic" in a.json["detail"], "it names the package", a.body)
        w.file(d, "document.xlsx")
        w.get("home")
    finally:
        del os.environ["FONTCONFIG_FILE"]
        shutil.rmtree(folder)


def keep(name, data):
    """SHOTS=dir: what was printed, to be looked at."""
    if os.environ.get("SHOTS"):
        open(os.path.join(os.environ["SHOTS"], name), "wb").write(data)


def run(postgres):
    w = World(postgres)
    d = known_and_blank(w)
    draft_and_approved(w, d)
    without_items(w, d)
    forms(w, d)
    nothing_known(w)
    hostile(w)
    no_font(w)
    w.k.stop()
    w.k.close()


sheet()
on_both(run)
check.end()
