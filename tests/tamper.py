#!/usr/bin/env python3
"""Somebody with the data file but without the key changes it with plain SQLite: `kaname audit verify` says so and exits 5."""
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
KANAME = os.environ.get('KANAME', os.path.join(ROOT, 'build/kaname'))
ATTACKS = [
    ('leaf changed', 'leaf 1', ['UPDATE log_leaf SET bytes = (SELECT bytes FROM log_leaf WHERE idx = 0) WHERE idx = 1']),
    ('leaf removed', 'leaf 1', ['DELETE FROM log_leaf WHERE idx = 1']),
    ('leaves exchanged', 'leaf 0', ['UPDATE log_leaf SET idx = 100000 WHERE idx = 0', 'UPDATE log_leaf SET idx = 0 WHERE idx = 1', 'UPDATE log_leaf SET idx = 1 WHERE idx = 100000']),
    ('leaf added', 'leaf {n}', ['INSERT INTO log_leaf (org, idx, bytes, hash, object) SELECT org, {n}, bytes, hash, object FROM log_leaf WHERE idx = 0']),
    ('tail cut', 'leaf {last}', ['DELETE FROM log_leaf WHERE idx = {last}']),
    ('version changed', 'version 1', ["UPDATE version SET doc = replace(doc, '\"name\":\"', '\"name\":\"X')"]),
    ('version removed', 'version 1', ['DELETE FROM version WHERE rowid = (SELECT min(rowid) FROM version)']),
    ('record changed', 'A-0001', ["UPDATE r_asset SET f_name = 'X' WHERE number = 1"]),
    ('record retired', 'A-0001', ['UPDATE r_asset SET removed = 1 WHERE number = 1']),
    ('checkpoint changed', 'org ', ["UPDATE log SET note = substr(note, 1, length(note) - 12) || CASE substr(note, -12, 1) WHEN 'A' THEN 'B' ELSE 'A' END || substr(note, -11)"]),
    ('log removed', 'logs', ['DELETE FROM log']),
]


def run(*words):
    done = subprocess.run([KANAME, *words], capture_output=True, text=True, env={**os.environ, 'LANG': 'C'})
    return done.returncode, done.stdout + done.stderr


def make(path):
    code, out = run('init', '--db', path, '--name', 'Test')
    assert code == 0, out
    sheet = os.path.join(os.path.dirname(path), 'assets.csv')
    with open(sheet, 'w', encoding='utf-8') as file:
        file.write('資産名,種類\n' + ''.join(f'サーバー{i},機器\n' for i in range(5)))
    code, out = run('import', sheet, '--db', path)
    assert code == 0, out
    code, out = run('audit', 'verify', '--db', path)
    assert code == 0, out


def attack(path, name, expected, statements):
    for tail in '', '.key', '.mark':
        shutil.copy(path + tail, path + '.copy' + tail)
    copy = path + '.copy'
    with sqlite3.connect(copy) as db:
        n = db.execute('SELECT max(size) FROM log').fetchone()[0]
        for s in statements:
            assert db.execute(s.format(n=n, last=n - 1)).rowcount > 0, f'{name}: changed nothing'
    db.close()
    code, out = run('audit', 'verify', '--db', copy)
    good = code == 5 and expected.format(n=n, last=n - 1) in out
    print('ok ' if good else 'NOT FOUND', name, '' if good else f'{code} {out}')
    return good


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'k.db')
        make(path)
        return 0 if all([attack(path, *a) for a in ATTACKS]) else 1


if __name__ == '__main__':
    sys.exit(main())
