"""Workbooks as people keep them: a merged title, an empty row, headings, rows. LibreOffice (soffice) saves them as XLSX."""
import pathlib, subprocess, tempfile
from xml.sax.saxutils import escape


def wide(n):
    return str(n).translate(str.maketrans("0123456789", "０１２３４５６７８９"))


def cell(text, span=1):
    if text in ("", None):
        return "<table:table-cell/>"
    merged = f' table:number-columns-spanned="{span}" table:number-rows-spanned="1"' if span > 1 else ""
    return f'<table:table-cell office:value-type="string"{merged}><text:p>{escape(str(text))}</text:p></table:table-cell>' + (f'<table:covered-table-cell table:number-columns-repeated="{span - 1}"/>' if span > 1 else "")


def table(name, title, headings, rows):
    lines = [cell(title, len(headings)), "<table:table-cell/>"] + ["".join(map(cell, r)) for r in [headings, *rows]]
    return f'<table:table table:name="{name}">' + "".join(f"<table:table-row>{x}</table:table-row>" for x in lines) + "</table:table>"


def save(name, sheets):
    """Writes samples/NAME/registers.xlsx."""
    document = ('<?xml version="1.0" encoding="UTF-8"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet>'
        + "".join(table(*s) for s in sheets) + "</office:spreadsheet></office:body></office:document>")
    out = pathlib.Path(__file__).resolve().parent.parent / "samples" / name
    with tempfile.TemporaryDirectory() as tmp:
        flat = pathlib.Path(tmp) / "registers.fods"
        flat.write_text(document, encoding="utf-8")
        subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp}/profile", "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(flat)], check=True, timeout=120)
