#!/usr/bin/env python3
"""The bench: rows of the table in docs/bench.md. `./do bench` runs all, `./do bench 4` one of them, `./do bench 4 1000000` up to that size."""
import sys
import row4, row5, row6, row8, row9

ROWS = {"4": row4.run, "5": row5.run, "6": row6.run, "8": row8.run, "9": row9.run}

if __name__ == "__main__":
    for row in [sys.argv[1]] if len(sys.argv) > 1 else ROWS:
        ROWS[row](*(int(n) for n in sys.argv[2:]))
