#!/usr/bin/env python3
"""Writes tests/workbooks/: three workbooks as offices keep them, saved by LibreOffice (soffice): an asset register of a town, a risk register, contacts
with the 1904 calendar, and a supplier list as CP932 CSV. Invented town; nothing in them was made for the importer. tests/importer.py knows what is in them."""
import pathlib, shutil, subprocess, tempfile
from xml.sax.saxutils import escape

NS = " ".join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{u}:1.0"' for p, u in
              (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle")))
DATES = {"gengou": ('<number:era/><number:year/><number:text>年</number:text><number:month/><number:text>月</number:text><number:day/><number:text>日</number:text>', "gengou"),
         "kanji": ('<number:year number:style="long"/><number:text>年</number:text><number:month/><number:text>月</number:text><number:day/><number:text>日</number:text>', ""),
         "slash": ('<number:year number:style="long"/><number:text>/</number:text><number:month number:style="long"/><number:text>/</number:text><number:day number:style="long"/>', "")}


class D:  # a day as a serial number in one of the formats
    def __init__(self, day, style):
        self.day, self.style = day, style


class N:  # a number
    def __init__(self, n):
        self.n = n


class F:  # a formula with its value
    def __init__(self, formula, n):
        self.formula, self.n = formula, n


class M:  # a merged cell
    def __init__(self, text, columns=1, rows=1):
        self.text, self.columns, self.rows = text, columns, rows


def paragraphs(text):
    return "".join(f"<text:p>{escape(p)}</text:p>" for p in str(text).split("\n"))


def cell(c):
    if c is None or c == "":
        return "<table:table-cell/>"
    if c == "covered":
        return "<table:covered-table-cell/>"
    if isinstance(c, M):
        return f'<table:table-cell office:value-type="string" table:number-columns-spanned="{c.columns}" table:number-rows-spanned="{c.rows}">{paragraphs(c.text)}</table:table-cell>'
    if isinstance(c, D):
        return f'<table:table-cell table:style-name="ce-{c.style}" office:value-type="date" office:date-value="{c.day}"/>'
    if isinstance(c, N):
        return f'<table:table-cell office:value-type="float" office:value="{c.n}"/>'
    if isinstance(c, F):
        return f'<table:table-cell table:formula="of:={escape(c.formula)}" office:value-type="float" office:value="{c.n}"/>'
    return f'<table:table-cell office:value-type="string">{paragraphs(c)}</table:table-cell>'


def table(name, rows, hidden=()):
    width = max(len(r) for r in rows)
    columns = "".join(f'<table:table-column{" table:visibility=" + chr(34) + "collapse" + chr(34) if i in hidden else ""}/>' for i in range(width))
    return f'<table:table table:name="{escape(name)}">{columns}' + "".join(f'<table:table-row>{"".join(map(cell, r)) or cell(None)}</table:table-row>' for r in rows) + "</table:table>"


def document(tables, epoch=""):
    styles = "".join(f'<number:date-style style:name="d-{n}" number:language="ja" number:country="JP">{f}</number:date-style>'.replace(
        "<number:era/>", f'<number:era number:calendar="{cal}"/>').replace("<number:year/>", f'<number:year number:calendar="{cal}"/>' if cal else "<number:year/>")
        + f'<style:style style:name="ce-{n}" style:family="table-cell" style:data-style-name="d-{n}"/>' for n, (f, cal) in DATES.items())
    null = f'<table:calculation-settings><table:null-date table:date-value="{epoch}"/></table:calculation-settings>' if epoch else ""
    return (f'<?xml version="1.0" encoding="UTF-8"?><office:document {NS} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
            f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{null}{''.join(tables)}</office:spreadsheet></office:body></office:document>")


# --- (a) a town's asset register --------------------------------------------------------------------------------------
W = "covered"
town_head = [
    [M("みどり野町　情報資産台帳", 13)] + [W] * 12,
    [M("令和８年度（令和８年４月１日現在）　総務課情報係", 13)] + [W] * 12, [],
    [M("項番", 1, 2), M("情報資産の\n名称", 1, 2), M("区分", 1, 2), M("管理", 2), W, M("重要度（３段階）", 3), W, W, M("個人情報", 1, 2), M("保守委託先", 1, 2), M("導入年月日", 1, 2),
     M("次回\n棚卸日", 1, 2), M("備考", 1, 2)],
    [W, W, W, "所管課", "設置場所", "機密性", "完全性", "可用性", W, W, W, W, W]]
town_rows = [
    [N(1), "住民情報ｼｽﾃﾑ", "業務システム", "住民課", "役場１階　ｻｰﾊﾞ室", "３", "３", "２", "○", "㈱あおぞら情報", "H30/4/1", "令和8年11月20日", "窓口で使用"],
    [N(2), "税務システム", "業務システム", "税務課", "役場1階 サーバ室", "３", "３", N(2), "○", "㈱あおぞら情報", "Ｈ３０．４．１", "R8.11.20", ""],
    [N(3), "財務会計システム", "業務システム", "総務課", "役場1階 サーバ室", "２", "３", "２", "×", "株式会社あおぞら情報", "令和元年10月1日", "R8/12/1", ""],
    [N(4), "庁内ﾈｯﾄﾜｰｸ", "ﾈｯﾄﾜｰｸ", "総務課", "役場各階", "２", "３", "３", "×", "みどり通信設備有限会社", "H29.3.31", D("2026-12-11", "gengou"), "基幹系と情報系を分離"],
    ["", "総務課・住民課・税務課　小計", "", "", "", "", "", "", "", F("COUNTA([.B6:.B9])", 4), "", "", ""], [],
    [N(5), "上水道監視装置", "制御装置", "水道課", "第一浄水場", "１", "３", "３", "×", "みどり通信設備有限会社", D("2015-10-01", "gengou"), D("2027-03-31", "kanji"), "遠方監視"],
    [N(6), "検針ハンディ", "ﾊﾟｿｺﾝ", "水道課", "水道課", "３", "２", "１", "○", "－", D("2024-04-01", "slash"), D("2027-03-31", "slash"), "５台"],
    [N(7), "水道料金データ", "電子データ", "水道課", "役場1階 サーバ室", "３", "３", "２", "○", "㈱あおぞら情報、みどり通信設備有限会社", "", "令和９年３月３１日", ""],
    [N(8), "水道台帳（紙）", "紙媒体", "水道課", "水道課書庫", "２", "２", "－", "×", "", "S60.4.1", "", "図面を含む"],
    ["", "水道課　小計", "", "", "", "", "", "", "", F("COUNTA([.B12:.B15])", 4), "", "", ""], [],
    [N(9), "防災行政無線", "設備", "総務課", "役場３階", "１", "２", "３", "×", "みどり通信設備有限会社", "H25.3.25", "R9.1.15", ""],
    [N(10), "電子申請サービス", "クラウド", "総務課", "（事業者のデータセンター）", "３", "２", "１", "○", "アルプス・クラウド株式会社", "R5.4.1", "R8.12.28", ""],
    ["", "合計", "", "", "", "", "", "", "", F("[.J10]+[.J16]+2", 10), "", "", ""], [],
    [M("※１　区分は「業務システム、ネットワーク、制御装置、パソコン、電子データ、紙媒体、設備、クラウド」から選ぶこと。", 13)] + [W] * 12,
    ["", "※２　重要度は情報セキュリティ対策基準による。"]]
town_notes = [["記入要領"], ["1", "所管課が毎年４月に見直す。"], ["2", "廃棄したものは二重線で消す。"]]

# --- (b) a risk register --------------------------------------------------------------------------------------------------
units = [["水道課・総務課の体制"], [], ["所属名", "管理責任者", "分掌事務"], ["水道課", "水道課長", "上水道の経営と維持"], ["総務課", "総務課長", "庁内情報化、防災"], ["住民課", "住民課長", "住民記録"], ["税務課", "税務課長", "町税"]]
risk_head = ["No.", "見直し期限", "リスク所有者", "対象資産", "（旧）影響度", "リスクの内容", "影響の大きさ", "起こりやすさ", "現行の対策", "対応方針", "選定理由", "進捗", "管理用ID"]
risks = [
    [N(1), "R8.12.25", "水道課長", "上水道監視装置", N(5), "停電による停止", "大", "中", "非常用発電機（半年に１回点検）", "低減", "復電まで手動運転が要る", "対応中", "W-01"],
    [N(2), "R8.12.25", "総務課長", "庁内ネットワーク", N(3), "停電による停止", "中", "中", "無停電電源装置", "受容", "30分は持つ", "監視中", "G-01"],
    [N(3), "令和９年１月２９日", "住民課長", "住民情報システム、庁内ﾈｯﾄﾜｰｸ", N(5), "ランサムウェアにより住民情報が使えなくなる", "大", "中～高", "ウイルス対策、控えの隔離保管", "低減", "住民生活への影響が大きい", "対応中", "G-02"],
    [N(4), "R9/2/26", "税務課長", "税務システム", N(4), "課税データの誤更新", "中", "低", "二人での確認", "保有", "現行の確認で足りる", "監視中", "G-03"],
    [N(5), "R9.3.31", "水道課長", "水道料金データ\n検針ハンディ", N(3), "検針端末の紛失", "中", "高", "暗号化", "移転", "保険に加入", "検討中", "W-02"],
    [N(6), "R9.3.31", "各課長", "", "", "職員による持ち出し", "未確認", "低", "", "", "", "検討中", "G-04"],
    [N(7), "", "総務課長", "電子申請サービス", N(2), "事業者の障害で受付が止まる", "小", "中", "窓口での受付に切替", "回避", "当面は紙の併用を続ける", "", "G-05"]]
five_head = ["整理番号", "事象", "想定リスク", "影響度", "発生頻度", "担当課", "見直し日"]
five = [["C-1", "通信断", "テレメータ通信断で水位が見えない", N(4), N(3), "水道課", D("2027-03-31", "slash")], ["C-2", "設定誤り", "薬品注入量の設定誤り", N(5), N(1), "水道課", D("2027-03-31", "slash")],
        ["C-3", "侵入", "保守回線からの侵入", N(5), N(2), "水道課", D("2026-12-25", "slash")], ["C-4", "故障", "水位計の故障", N(2), N(4), "水道課", ""]]

# --- (c) suppliers and contacts ---------------------------------------------------------------------------------------------
suppliers = [["業者コード", "業者名", "委託内容", "契約期限", "リモート保守", "障害受付", "特記事項"],
             ["001", "株式会社あおぞら情報", "住民情報・税・財務の運用", "令和9年3月31日", "○", "03-0000-1111", "再委託あり"],
             ["002", "みどり通信設備有限会社", "無線、庁内配線、監視装置の保守", "R10.3.31", "×", "", "㈲→㈱に変更予定"],
             ["003", "アルプス・クラウド株式会社", "電子申請", "2027/9/30", "有", "03-0000-3333", "①国内保存　②解約時消去"],
             ["004", "北信髙橋計装﨑工業", "計装", "", "無", "", ""]]
contacts = [["緊急連絡網（取扱注意）"], [], ["連絡窓口", "所属", "業者", "電話番号", "夜間電話", "連絡事由", "更新日", "確認日"],
            ["保守受付係", "株式会社あおぞら情報", "株式会社あおぞら情報", N(300001111), "０３－００００－１１１２", "システムの停止", D("2026-04-01", "gengou"), D("2026-10-01", "kanji")],
            ["夜間窓口", "みどり通信設備有限会社", "みどり通信設備有限会社", "026-000-2222", N(2600002223), "監視装置の異常", D("2026-04-01", "slash"), ""],
            ["水道当直", "水道課", "", N(2101), "026-000-4444", "断水、漏水", D("2026-04-01", "slash"), ""],
            ["保守受付係", "アルプス・クラウド株式会社", "アルプス・クラウド株式会社", "03-0000-3333", "", "電子申請の停止", "", ""]]
certificates = [["委託先の認証の期限"], [], ["認証の名称", "取得者", "登録日", "更新期限"],
                ["クラウドサービスの情報セキュリティ認証", "アルプス・クラウド株式会社", D("2024-02-01", "slash"), D("2027-01-31", "gengou")], ["情報セキュリティマネジメント認証", "㈱あおぞら情報", "", D("2026-12-28", "kanji")]]

out = pathlib.Path(__file__).resolve().parent.parent / "tests" / "workbooks"
out.mkdir(exist_ok=True)
CP932 = 'csv:Text - txt - csv (StarCalc):44,34,60,1,,0,false,true,false'
books = {"midorino-assets": ("xlsx", document([table("R8", town_head + town_rows), table("記入要領", town_notes)])),
         "risk-register": ("xlsx", document([table("体制", units), table("リスク管理表(R8)", [["リスク管理表　令和８年度"], [], risk_head] + risks, hidden=(4, 12)), table("制御系", [five_head] + five)])),
         "contacts-1904": ("xlsx", document([table("連絡網", contacts), table("期限", certificates)], epoch="1904-01-01")),
         "suppliers": (CP932, document([table("suppliers", suppliers)]))}
with tempfile.TemporaryDirectory() as tmp:
    for name, (kind, text) in books.items():
        flat = pathlib.Path(tmp) / (name + ".fods")
        flat.write_text(text, encoding="utf-8")
        subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp}/profile", "--headless", "--convert-to", kind, "--outdir", tmp, str(flat)], check=True, timeout=180, stdout=subprocess.DEVNULL)
        ending = kind.split(":")[0]
        shutil.copy(pathlib.Path(tmp) / f"{name}.{ending}", out / f"{name}.{ending}")
