#!/usr/bin/env python3
"""The bench: rows of the table in docs/bench.md. `./do bench` runs all, `./do bench 4` one of them, `./do bench 4 1000000` up to that size."""
import sys
import row1, row2, row4, row5, row6, row8, row9

ROWS = {"1": row1.run, "2": row2.run, "4": row4.run, "5": row5.run, "6": row6.run, "8": row8.run, "9": row9.run}

if __name__ == "__main__":
    for row in [sys.argv[1]] if len(sys.argv) > 1 else ROWS:
        try:
            ROWS[row](*(int(n) for n in sys.argv[2:]))
        except ImportError as e: # of a peer that is not installed
            if len(sys.argv) > 1:
                raise SystemExit(str(e))
            print(e)
