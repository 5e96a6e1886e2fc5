#!/usr/bin/env python3
"""
Black box: 5,000 rows with 37 seeded mistakes of every kind: all 37 are named by sheet and cell and nothing is imported; the corrected workbook comes in
whole, and once. Times are printed. Then workbooks that are none, each with its own clear answer. On SQLite and PostgreSQL.
"""
import base64, io, os, random, sys, time, zipfile
from xml.sax.saxutils import escape
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kaname import Checks, Kaname, on_both

check = Checks()
SEED = int(os.environ.get("KANAME_SEED", "20261127"))
CONTENT = '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def letters(n):
    s = ""
    n += 1
    while n:
        n, d = divmod(n - 1, 26)
        s = chr(65 + d) + s
    return s


def sheet_xml(rows):
    out = [f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><sheetData>']
    for r, row in enumerate(rows):
        out.append(f'<row r="{r + 1}">')
        for c, v in enumerate(row):
            if v is None or v == "":
                continue
            ref = f"{letters(c)}{r + 1}"
            out.append(f'<c r="{ref}"><v>{v}</v></c>' if isinstance(v, int) else f'<c r="{ref}" t="inlineStr"><is><t>{escape(v)}</t></is></c>')
        out.append("</row>")
    return "".join(out) + "</sheetData></worksheet>"


def workbook(sheets, extra=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", CONTENT)
        z.writestr("_rels/.rels", f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        names = "".join(f'<sheet name="{escape(n)}" sheetId="{i + 1}" r:id="s{i + 1}"/>' for i, n in enumerate(sheets))
        z.writestr("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>{names}</sheets></workbook>')
        rels = "".join(f'<Relationship Id="s{i + 1}" Type="{RELS}/worksheet" Target="worksheets/sheet{i + 1}.xml"/>' for i in range(len(sheets)))
        z.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rels}</Relationships>')
        for i, rows in enumerate(sheets.values()):
            z.writestr(f"xl/worksheets/sheet{i + 1}.xml", rows if isinstance(rows, str) else sheet_xml(rows))
        for name, data in extra:
            z.writestr(name, data)
    return out.getvalue()


# --- 5,000 rows ---------------------------------------------------------------------------------------------------------

UNITS, SPARE, SUPPLIERS, CONTACTS, ASSETS, RISKS = 40, 3, 60, 97, 3800, 1000  # spare: units that nobody points to
HEADS = {"部署": ["部署名", "責任者"], "委託先": ["業者名", "委託内容", "契約期限", "リモート保守", "電話番号"], "連絡先": ["連絡窓口", "所属", "課名", "TEL"],
         "資産": ["情報資産名称", "種別", "所管課", "設置場所", "C", "I", "A", "保守委託先", "依存資産", "次回棚卸日", "備考"],
         "リスク": ["リスク内容", "対象資産", "影響度", "発生可能性", "担当課", "次回見直し", "対応状況"]}
KINDS = "情報システム 制御システム 機器 ソフトウェア ネットワーク データ 紙文書・媒体 施設 外部サービス".split()


def good(rnd):
    unit, firm = lambda: f"第{rnd.randrange(UNITS) + 1}課", lambda: f"株式会社納入{rnd.randrange(SUPPLIERS) + 1}"
    day = lambda: rnd.choice(("R9.{}.{}", "令和9年{}月{}日", "2027/{}/{}", "2027-{:02}-{:02}")).format(rnd.randrange(1, 13), rnd.randrange(1, 29))
    asset = lambda n: f"資産{n:04}"
    return {"部署": [[f"第{i + 1}課", f"第{i + 1}課長"] for i in range(UNITS + SPARE)],
            "委託先": [[f"株式会社納入{i + 1}", "保守", day(), rnd.choice("○×"), f"03-0000-{i:04}"] for i in range(SUPPLIERS)],
            "連絡先": [[f"窓口{i + 1}", "本庁", unit(), f"内線{i}"] for i in range(CONTACTS)],
            "資産": [[asset(i), rnd.choice(KINDS), unit(), f"{i % 7}階", *(rnd.choice((1, 2, 3, "２", "大")) for _ in range(3)), firm(), asset(rnd.randrange(i // 3) * 3) if i and i % 3 == 0 else "", day(),
                    "備考" * (i % 5)] for i in range(ASSETS)],
            "リスク": [[f"{asset(i * 3)}が使えない", asset(i * 3), rnd.randrange(1, 4), rnd.choice("低中高"), unit(), day(), rnd.choice(("検討中", "対応中"))] for i in range(RISKS)]}


SPOILS = [  # sheet, heading, what goes in, the mistake
    ("資産", "種別", "なぞの箱", "choice"), ("資産", "種別", "", "required"), ("資産", "C", 4, "range"), ("資産", "I", "たくさん", "type"), ("資産", "A", 0, "range"), ("資産", "所管課", "ない課", "reference"),
    ("資産", "保守委託先", "株式会社納入1、知らない会社", "reference"), ("資産", "依存資産", "資産9999", "reference"), ("資産", "次回棚卸日", "令和9年2月30日", "type"), ("資産", "次回棚卸日", "平成40年1月1日", "type"),
    ("資産", "次回棚卸日", "来年", "type"), ("資産", "設置場所", "長" * 201, "length"), ("資産", "備考", "見えない\u202e文字", "control"), ("資産", "情報資産名称", "", "required"), ("資産", "情報資産名称", "資産0000", "unique"),
    ("リスク", "影響度", "特大", "type"), ("リスク", "発生可能性", "3〜2", "type"), ("リスク", "対象資産", "資産０００１、どこかの資産", "reference"), ("リスク", "対応状況", "たぶん", "choice"), ("リスク", "担当課", "第99課長", "reference"),
    ("リスク", "リスク内容", "", "required"), ("リスク", "次回見直し", "2027/13/1", "type"), ("委託先", "契約期限", "未定", "type"), ("委託先", "リモート保守", "ときどき", "type"), ("委託先", "電話番号", 312345678, "lost_zero"),
    ("連絡先", "課名", "ない課", "reference"), ("連絡先", "連絡窓口", "", "required"), ("連絡先", "TEL", 9012345678, "lost_zero"), ("部署", "部署名", "第1課", "unique")]


def spoiled(rows, rnd):
    """37 mistakes in 37 rows; where each must be told."""
    bad = {s: [list(r) for r in v] for s, v in rows.items()}
    want, used = {}, {("資産", 0), ("部署", 0)}  # others point to these
    for n in range(37):
        sheet, head, value, code = SPOILS[n % len(SPOILS)]
        free = {"情報資産名称": lambda i: i % 3, "部署名": lambda i: i >= UNITS}.get(head, lambda i: True)  # nobody points there
        row = rnd.choice([i for i in range(len(bad[sheet])) if (sheet, i) not in used and free(i)])
        used.add((sheet, row))
        column = HEADS[sheet].index(head)
        bad[sheet][row][column] = value
        where = column if code != "unique" else 0
        want[f"{sheet}!{letters(where)}{row + 2}"] = code
    return bad, want


def told(a):
    return {m["path"]: m["code"] for m in a.json["mistakes"]}


def cpu(k):
    f = open(f"/proc/{k.process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(f[11]) + int(f[12])) / os.sysconf("SC_CLK_TCK")


def ask(k, t, data, name="台帳.xlsx", dry=False):
    begun, used = time.monotonic(), cpu(k)
    a = k.call("POST", k.at("import") + ("?dry=1" if dry else ""), {"file": base64.b64encode(data).decode(), "name": name}, t, timeout=120)
    k.used = cpu(k) - used
    return a, time.monotonic() - begun


def five_thousand(k, t, where):
    rnd = random.Random(SEED)
    rows = good(rnd)
    n = sum(map(len, rows.values()))
    check.that(n == 5000, "rows", n)
    bad, want = spoiled(rows, rnd)
    check.that(len(want) == 37, "37 mistakes", len(want))
    sheets = lambda r: {s: [HEADS[s], *r[s]] for s in HEADS}
    a, seconds = ask(k, t, workbook(sheets(bad)))
    check.status(a, 422, "37 mistakes")
    got = told(a)
    check.that(got == want and len(a.json["mistakes"]) == 37, f"all 37 by sheet and cell, and no other (seed {SEED})", [x for x in got.items() ^ want.items()])
    check.that(all(k.call("GET", k.at(p), token=t).json["total"] == 0 for p in ("units", "assets", "risks", "contacts")), "nothing is imported")
    print(f"{where}: 5,000 rows, 37 mistakes told in {seconds:.1f} s ({k.used:.1f} s of CPU)")
    data = workbook(sheets(rows))
    a, seconds = ask(k, t, data, dry=True)
    check.that(a.status == 200 and a.json["created"] == 5000, "trial", a.body[:300])
    print(f"{where}: trial {seconds:.1f} s ({k.used:.1f} s of CPU)")
    a, seconds = ask(k, t, data)
    check.that(a.status == 200 and a.json["created"] == 5000, "import", a.body[:300])
    print(f"{where}: 5,000 rows imported in {seconds:.1f} s ({k.used:.1f} s of CPU)")
    check.that(seconds < 60, "in reasonable time", seconds)
    a, seconds = ask(k, t, data)
    check.that(a.status == 200 and a.json["unchanged"] == 5000, "the same again changes nothing", a.body[:300])
    print(f"{where}: the same again in {seconds:.1f} s ({k.used:.1f} s of CPU)")
    some = k.call("GET", k.at("assets") + "?limit=3&sort=-name", token=t).json["items"]
    check.that([r["name"] for r in some] == ["資産3799", "資産3798", "資産3797"], "they are there", some)


# --- what is no workbook ---------------------------------------------------------------------------------------------------

def detail(a):
    return a.json.get("detail", "")


def no_workbooks(k, t):
    fine = workbook({"部署": [["部署名"], ["良い課"]]})
    bomb_sheet = sheet_xml([["部署名"], ["x"]]).replace("</sheetData>", " " * (300 << 20) + "</sheetData>")
    head = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>部署名</t></is></c></row>'
    deep = head + "<x>" * 100000 + "</x>" * 100000 + "</sheetData></worksheet>"
    entity = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + head.split("?>", 1)[1].replace("部署名", "&e;") + "</sheetData></worksheet>"
    laughs = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)) + "]>" + head.split("?>", 1)[1] + "<x>&j;</x></sheetData></worksheet>"
    wide = head.replace('r="A1"', 'r="ZZ1"') + "</sheetData></worksheet>"
    tall = head.replace('<row r="1"><c r="A1"', '<row r="9000000"><c r="A9000000"') + "</sheetData></worksheet>"
    crc = bytearray(fine)
    crc[fine.rindex(b"PK\x01\x02") + 16] ^= 1
    half = fine[:len(fine) // 2]
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as z:
        z.writestr("xl/other.xml", "<a/>")
    cases = [  # name, bytes, status, a word of the answer
        ("爆弾.xlsx", workbook({"部署": bomb_sheet}), 413, "256 MB"), ("深い.xlsx", workbook({"部署": deep}), 400, "深"), ("実体.xlsx", workbook({"部署": entity}), 400, "DOCTYPE"),
        ("笑い.xlsx", workbook({"部署": laughs}), 400, "DOCTYPE"), ("切れた.xlsx", half, 400, "壊れて"), ("中身なし.xlsx", stored.getvalue(), 400, "Excel"), ("検査値.xlsx", bytes(crc), 400, "壊れて"),
        ("広い.xlsx", workbook({"部署": wide}), 413, "256 列"), ("高い.xlsx", workbook({"部署": tall}), 413, "100000 行"), ("古い.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), 415, ".xls"),
        ("鍵.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(4000), 415, "パスワード"), ("空.xlsx", b"", 400, "空"), ("絵.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(500), 415, "表計算"),
        ("文書.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 9, 415, "表計算"), ("文書.docx", workbook({}, [("word/document.xml", "<w/>")]).replace(b"xl/workbook.xml", b"xl/nothing0.xml"), 400, "Excel"),
        ("表.ods", odf(), 415, ".ods"), ("名簿.csv", "氏名,電話\n".encode("utf-16-le"), 400, "文字コード"), ("献立.csv", "日付,料理\n1,麺\n".encode(), 400, "見出し"), ("引用.csv", '部署名\n"閉じない\n'.encode(), 400, "引用符"), ("化け.csv", b"\x81\xff\xfe\x00\x99\x81", 400, "文字コード")]
    for name, data, status, word in cases:
        a, seconds = ask(k, t, data, name)
        check.status(a, status, name)
        check.that(word in detail(a), f"{name}: says what is wrong", detail(a))
        check.that(seconds < 20, f"{name}: at once", seconds)
    a, _ = ask(k, t, fine, "拡張子が違う.csv")
    check.that(a.status == 200 and a.json["created"] == 1, "a workbook called CSV is read as what it is", a.body)
    a, _ = ask(k, t, "部署名,責任者\n別の課,課長\n".encode("cp932"), "拡張子が違う.xlsx")
    check.that(a.status == 200 and a.json["created"] == 1, "a CSV called workbook too", a.body)
    check.that(k.process.poll() is None, "the server lives")


def odf():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as z:
        z.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        z.writestr("content.xml", "<a/>")
    return out.getvalue()


def run(postgres):
    k = Kaname(postgres)
    t = k.user("ciso1", "ciso")
    k.start()
    five_thousand(k, t, "PostgreSQL" if postgres else "SQLite")
    no_workbooks(k, t)
    k.stop()
    check.that('"findings":0' in k.command("audit", "verify"), "audit afterwards")
    k.close()


on_both(run)
check.end()
