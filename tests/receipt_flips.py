#!/usr/bin/env python3
"""Every single flipped bit of a receipt is refused by tools/verify_receipt.py. The receipt comes from the unit tests of history,
or is given: receipt_flips.py RECEIPT VERIFIER_KEY"""
import contextlib
import importlib.util
import io
import os
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
spec = importlib.util.spec_from_file_location('verify_receipt', os.path.join(ROOT, 'tools/verify_receipt.py'))
verifier = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verifier)


def accepted(path, key):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            verifier.main(path, key)
        return True
    except (SystemExit, ValueError, IndexError):
        return False


def fresh(path):
    """A receipt made by the unit tests of history; gives the verifier key."""
    tests = [t for d in ('build-debug', 'build') if os.path.exists(t := os.path.join(ROOT, d, 'test_history_history'))]
    assert tests, 'build test_history_history first'
    env = {k: v for k, v in os.environ.items() if k != 'KANAME_PG'}  # one database is enough for one receipt
    run = subprocess.run(tests[0], env={**env, 'KANAME_RECEIPT_OUT': path}, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return [line for line in run.stdout.splitlines() if line.startswith('kaname/')][-1]


def flips(path, key):
    with open(path, 'rb') as file:
        receipt = file.read()
    bad = []
    assert accepted(path, key), 'the receipt itself must be valid'
    for bit in range(len(receipt) * 8):
        changed = bytearray(receipt)
        changed[bit // 8] ^= 1 << bit % 8
        with tempfile.NamedTemporaryFile() as file:
            file.write(changed)
            file.flush()
            if accepted(file.name, key):
                bad.append(bit)
    print(f'{len(receipt) * 8} flips, {len(bad)} accepted', bad[:5])
    return bool(bad)


def main(path=None, key=None):
    if path:
        return flips(path, key)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'r.tlog-proof')
        return flips(path, fresh(path))


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:3]))
