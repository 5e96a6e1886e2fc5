#!/usr/bin/env python3
"""Every single flipped bit of a receipt is refused by tools/verify_receipt.py: receipt_flips.py RECEIPT VERIFIER_KEY [STEP]"""
import contextlib
import importlib.util
import io
import os
import sys
import tempfile

spec = importlib.util.spec_from_file_location('verify_receipt', os.path.join(os.path.dirname(__file__), '../tools/verify_receipt.py'))
verifier = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verifier)


def accepted(path, key):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            verifier.main(path, key)
        return True
    except (SystemExit, ValueError, IndexError):
        return False


def main(path, key, step=1):
    receipt, bad = open(path, 'rb').read(), []
    assert accepted(path, key), 'the receipt itself must be valid'
    for bit in range(0, len(receipt) * 8, int(step)):
        changed = bytearray(receipt)
        changed[bit // 8] ^= 1 << bit % 8
        with tempfile.NamedTemporaryFile() as file:
            file.write(changed)
            file.flush()
            if accepted(file.name, key):
                bad.append(bit)
    print(f'{len(receipt) * 8 // int(step)} flips, {len(bad)} accepted', bad[:5])
    return bool(bad)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
