#!/usr/bin/env python3
"""The register of row 1: so many risks, each Poisson × lognormal with one control, as REGISTER.json on standard output (bench/register_make.py [RISKS]).
One stream (numpy's PCG64, seed 20240901), each quantity drawn for all risks before the next: rates, lows, highs, events cut, sizes cut. 100 risks: rates sum to 54.4717, mean loss 1.0294067e8."""
import json, math, sys
import numpy as np

SEED, Z90 = 20240901, 1.6448536269514722


def drawn(risks):
    g = np.random.Generator(np.random.PCG64(SEED))
    rate = np.exp(g.uniform(math.log(0.02), math.log(3), risks))
    low = 10 ** g.uniform(4, 6, risks)
    high = low * 10 ** g.uniform(1, 2, risks)
    return rate, low, high, 1 - g.uniform(0.2, 0.8, risks), 1 - g.uniform(0, 0.5, risks)


def lognormal(low, high):
    return (np.log(low) + np.log(high)) / 2, (np.log(high) - np.log(low)) / (2 * Z90)


def exact(rate, low, high):
    """Mean and standard deviation of the yearly sum."""
    mu, sigma = lognormal(low, high)
    return float((rate * np.exp(mu + sigma ** 2 / 2)).sum()), math.sqrt((rate * np.exp(2 * mu + 2 * sigma ** 2)).sum())


def register(risks):
    rate, low, high, events, size = (a.tolist() for a in drawn(risks))
    return {"format": "kaname-register/1", "title": f"{risks} risks", "currency": "JPY",
            "risks": [{"id": f"R-{i + 1}", "frequency": {"kind": "poisson", "rate": rate[i]}, "loss": {"kind": "lognormal", "low": low[i], "high": high[i]}} for i in range(risks)],
            "plans": [{"id": "P-1", "cost": 0, "controls": [{"risk": f"R-{i + 1}", "keeps_events": events[i], "keeps_size": size[i]} for i in range(risks)]}]}


if __name__ == "__main__":
    json.dump(register(int(sys.argv[1]) if len(sys.argv) > 1 else 100), sys.stdout)
    print()
