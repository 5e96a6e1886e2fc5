#!/usr/bin/env python3
"""The bench: rows of the table in docs/bench.md. `./do bench` runs all, `./do bench 4` one of them, `./do bench 4 1000000` up to that size."""
import sys
import row4

ROWS = {"4": row4.run}

if __name__ == "__main__":
    for row in [sys.argv[1]] if len(sys.argv) > 1 else ROWS:
        if len(sys.argv) > 2:
            ROWS[row](tuple(n for n in (1000, 10000, 100000, 1000000) if n <= int(sys.argv[2])))
        else:
            ROWS[row]()
