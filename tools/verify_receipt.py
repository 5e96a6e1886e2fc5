#!/usr/bin/env python3
"""Checks a Kaname receipt with nothing but this file: verify_receipt.py RECEIPT VERIFIER_KEY
Exit 0: the event is in the signed log; 1: it is not, or the receipt was changed. Format: docs/history.md. Shares no code with Kaname."""
import base64, hashlib, re, sys

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P

def add(a, b):  # points of edwards25519 in extended coordinates (RFC 8032, 5.1.4)
    s, t, c, d = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0]), 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    e, f, g, h = t - s, d - c, d + c, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P

def times(n, point):
    total = (0, 1, 1, 0)
    while n:
        total, point, n = add(total, point) if n & 1 else total, add(point, point), n >> 1
    return total

def point(raw):
    y, sign = int.from_bytes(raw, 'little') & (2**255 - 1), raw[31] >> 7
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    x = x * pow(2, (P - 1) // 4, P) % P if (x * x - x2) % P else x
    need(y < P and (x * x - x2) % P == 0 and (x or not sign), 'bad point')
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P

def ed25519(key, message, sig):
    base, a, r, s = point((4 * pow(5, P - 2, P) % P).to_bytes(32, 'little')), point(key), point(sig[:32]), int.from_bytes(sig[32:], 'little')
    k = int.from_bytes(hashlib.sha512(sig[:32] + key + message).digest(), 'little') % L
    one, two = times(s, base), add(r, times(k, a))
    return s < L and (one[0] * two[2] - two[0] * one[2]) % P == 0 and (one[1] * two[2] - two[1] * one[2]) % P == 0

def need(true, why):
    return true or sys.exit('NOT VALID: ' + why)

def b64(text, size=None):
    need(re.fullmatch('[A-Za-z0-9+/]*={0,2}', text) and len(text) % 4 == 0, 'base64')
    raw = base64.b64decode(text + '====')
    need(base64.b64encode(raw).decode() == text and size in (None, len(raw)), 'base64')
    return raw

def sha(*parts):
    return hashlib.sha256(b''.join(parts)).digest()

def tree(hashes):
    k = 1 << (len(hashes) - 1).bit_length() >> 1
    return sha(b'\1', tree(hashes[:k]), tree(hashes[k:])) if k else hashes[0]

def root_of(index, size, leaf, proof):  # RFC 9162, 2.1.3.2
    fn, sn = index, size - 1
    for p in proof:
        need(sn, 'proof too long')
        right = fn & 1 or fn == sn
        leaf = sha(b'\1', p, leaf) if right else sha(b'\1', leaf, p)
        while right and not fn & 1 and fn:
            fn, sn = fn >> 1, sn >> 1
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0, 'proof too short')
    return leaf

def field(line):
    m = re.fullmatch(r'field ([a-z0-9_.]+) (\S+) (\S+)', line)
    if not m:
        return need(line.startswith('hash '), 'field line') and b64(line[5:], 32)
    name, value = m[1].encode(), b64(m[3])
    print(f'{m[1]} = {value.decode()}')
    return sha(b'kaname/field/1', b64(m[2], 32), len(name).to_bytes(4, 'big'), name, len(value).to_bytes(4, 'big'), value)

def main(path, verifier):
    name, key_id, key = verifier.strip().split('+', 2)
    key = b64(key, 33)
    need(key[0] == 1 and sha(name.encode(), b'\n', key)[:4].hex() == key_id, 'verifier key')
    with open(path, encoding='utf-8', newline='') as file:
        parts = file.read().split('\n\n', 3)
    need(len(parts) == 4, 'four parts')
    event, proof, body, sigs = parts[0].split('\n'), parts[1].split('\n'), parts[2] + '\n', parts[3].split('\n')
    need(event[0] == 'kaname receipt 1' and event[1].startswith('leaf '), 'head')
    leaf, at = b64(event[1][5:]), 65
    for text in 'actor', 'action':
        print(f'{text} = {leaf[at + 1:at + 1 + leaf[at]].decode()}')
        at += 1 + leaf[at]
    at += 16 + 8 + 32
    hashes = [] if event[2:] == ['hidden'] else [field(line) for line in event[2:]]
    count, fields = int.from_bytes(leaf[at:at + 4], 'big'), leaf[at + 4:at + 36]
    need((event[2:] == ['hidden'] and count) or (len(hashes) == count and fields == (tree(hashes) if hashes else bytes(32))), 'fields')
    m = re.fullmatch(r'(\S+)\n(0|[1-9][0-9]{0,17})\n(\S+)\n', body)
    n = re.fullmatch(r'index (0|[1-9][0-9]{0,17})', proof[1] if len(proof) > 1 else '')
    need(proof[0] == 'c2sp.org/tlog-proof@v1' and m and n and m[1].startswith(name + '/'), 'proof or checkpoint')
    index, size = int(n[1]), int(m[2])
    need(index < size and leaf[0] == 1 and int.from_bytes(leaf[17:25], 'big') == index, 'index')
    need(root_of(index, size, sha(b'\0', leaf), [b64(p, 32) for p in proof[2:]]) == b64(m[3], 32), 'the proof does not lead to the root')
    need(sigs.pop() == '' and all(s.startswith('\u2014 ') and s.count(' ') == 2 for s in sigs), 'signature lines')
    ours = [s for s in (b64(line.split(' ')[2]) for line in sigs if line.split(' ')[1] == name) if s[:4].hex() == key_id]
    need(len(ours) == 1 and len(ours[0]) == 68 and ed25519(key[1:], body.encode(), ours[0][4:]), 'signature')
    print(f'VALID: event {index} of {size}, log {m[1]}')

if __name__ == '__main__':
    main(*sys.argv[1:3])
