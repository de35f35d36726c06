#!/usr/bin/env python3
"""Recomputes every meanScore of a run of examples/forecast from its seed and the price data alone.

    python3 interop/forecast-recompute.py RESULT.json SP500.csv

RESULT.json is what `npm start -- --json RESULT.json` wrote; only its seed, its epochs and the scores to compare with are
read. SP500.csv is `data/sp500-2000.csv` of npm's vega-datasets 3.2.1. Written from the example's README, with nothing but
Python's standard library: it shares no code with what it checks. Exits with 1 if a score is off.

Scores agree to 1e-6; those of `garch`, and of `copycat`, who repeats it, to 1 %, since two searches need not end in the same
parameters. `rw63` and `slow` get the worst score of the rounds that they miss, which is often the copycat's: 1e-4.
"""

import csv
import hashlib
import json
import math
import statistics
import sys
from concurrent.futures import ProcessPoolExecutor

HORIZONS = (1, 2, 5, 10, 20)
CHALLENGES = 32
WINDOW = 252  # returns, so 253 closes
TEMPO = 20
KILLED_EPOCH = 2
VALIDATORS = (1, 2)

TOLERANCE = 1e-6
GARCH_TOLERANCE = 0.01  # relative
WORST_TOLERANCE = 1e-4


def read_closes(path):
    with open(path, newline="") as file:
        closes = [float(row["close"]) for row in csv.DictReader(file)]
    if len(closes) != 5105:
        sys.exit(f"{path} has {len(closes)} rows, not 5105")
    return closes


def challenges_of(seed, validator, number, closes):
    """The (day, horizon) pairs of a round."""
    draws = []
    for block in range(CHALLENGES * 2 // 8):
        digest = hashlib.sha256(f"forecast/1/{seed}/{validator}/{number}/{block}".encode()).digest()
        draws += [int.from_bytes(digest[i : i + 4], "big") for i in range(0, 32, 4)]
    days = closes - HORIZONS[-1] - WINDOW
    return [
        (WINDOW + draws[2 * i] * days // 2**32, HORIZONS[draws[2 * i + 1] * len(HORIZONS) // 2**32])
        for i in range(CHALLENGES)
    ]


def crps(mean, sd, outcome):
    z = (outcome - mean) / sd
    cdf = 0.5 * math.erfc(-z / math.sqrt(2))
    pdf = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return sd * (z * (2 * cdf - 1) + 2 * pdf - 1 / math.sqrt(math.pi))


# The models: each takes the 252 returns up to a day and gives the mean and sd of the return over h days.


def random_walk(days):
    def model(returns, h):
        return 0.0, statistics.stdev(returns[-days:]) * math.sqrt(h)

    return model


def ewma_sd(returns):
    variance = sum(r * r for r in returns) / len(returns)
    for r in returns:
        variance = 0.94 * variance + 0.06 * r * r
    return math.sqrt(variance)


def ewma(returns, h):
    return 0.0, ewma_sd(returns) * math.sqrt(h)


def ar_ewma(returns, h):
    before, after = returns[:-1], returns[1:]
    phi = sum(a * b for a, b in zip(before, after)) / sum(b * b for b in before)
    phi = max(-0.9, min(0.9, phi))
    sd = ewma_sd([a - phi * b for b, a in zip(before, after)])
    mean = returns[-1] * sum(phi**k for k in range(1, h + 1))
    reach = [sum(phi**j for j in range(k)) for k in range(1, h + 1)]
    return mean, sd * math.sqrt(sum(x * x for x in reach))


def robust(returns, h):
    tenths = statistics.quantiles(returns[-126:], n=10, method="inclusive")
    width = 2 * statistics.NormalDist().inv_cdf(0.9)
    return 0.0, (tenths[8] - tenths[0]) / width * math.sqrt(h)


def lazy(_returns, _h):
    return 0.0, 0.01


SIMPLE = {
    "rw252": random_walk(252),
    "rw63": random_walk(63),
    "ewma": ewma,
    "ar-ewma": ar_ewma,
    "robust": robust,
    "lazy": lazy,
}


def garch_path(squares, omega, alpha, beta):
    """Twice the negative log likelihood (less a constant), and the variance of the next day."""
    variance = 1.0
    loss = 0.0
    log = math.log
    for square in squares:
        loss += log(variance) + square / variance
        variance = omega + alpha * square + beta * variance
    return loss, variance


def clamp(x, bound):
    return max(-bound, min(bound, x))


def garch_parameters(point):
    """From an unbounded point: long-run variance (1/20 to 20), persistence (below 0.999), alpha's share of it."""
    def logistic(x):
        return 1 / (1 + math.exp(-clamp(x, 10)))

    persistence = 0.999 * logistic(point[1])
    alpha = persistence * logistic(point[2])
    return math.exp(clamp(point[0], math.log(20))) * (1 - persistence), alpha, persistence - alpha


def minimise(f, point):
    """BFGS with central differences and a backtracking line search, unlike the simplex search of what is checked."""
    n = len(point)

    def gradient(at):
        result = []
        for i in range(n):
            step = 1e-5
            up, down = list(at), list(at)
            up[i] += step
            down[i] -= step
            result.append((f(up) - f(down)) / (2 * step))
        return result

    value, slope = f(point), gradient(point)
    inverse = [[float(i == j) for j in range(n)] for i in range(n)]
    for _ in range(200):
        direction = [-sum(inverse[i][j] * slope[j] for j in range(n)) for i in range(n)]
        descent = sum(d * s for d, s in zip(direction, slope))
        if descent >= 0:
            inverse = [[float(i == j) for j in range(n)] for i in range(n)]
            direction = [-s for s in slope]
            descent = -sum(s * s for s in slope)
        longest = max(abs(d) for d in direction)
        length = 1.0 if longest < 2 else 2 / longest
        while length > 1e-10:
            moved = [p + length * d for p, d in zip(point, direction)]
            candidate = f(moved)
            if candidate <= value + 1e-4 * length * descent:
                break
            length /= 2
        else:
            break
        if value - candidate < 1e-11:
            point, value = moved, candidate
            break
        new_slope = gradient(moved)
        s = [a - b for a, b in zip(moved, point)]
        y = [a - b for a, b in zip(new_slope, slope)]
        sy = sum(a * b for a, b in zip(s, y))
        if sy > 1e-12:
            hy = [sum(inverse[i][j] * y[j] for j in range(n)) for i in range(n)]
            yhy = sum(a * b for a, b in zip(y, hy))
            inverse = [
                [inverse[i][j] + (1 + yhy / sy) * s[i] * s[j] / sy - (hy[i] * s[j] + s[i] * hy[j]) / sy for j in range(n)]
                for i in range(n)
            ]
        point, value, slope = moved, candidate, new_slope
    return point, value


def fit_garch(returns):
    """Maximum likelihood from seven starts: (omega, alpha, beta, variance of the next day) in the returns' scale."""
    scale = sum(r * r for r in returns) / len(returns)
    squares = [r * r / scale for r in returns]

    def loss(point):
        return garch_path(squares, *garch_parameters(point))[0]

    starts = [[0.0, 0.0, -2.0], [0.0, 2.5, -2.5], [0.0, 3.5, -1.5], [0.0, 2.0, 0.0]]
    starts += [[0.0, 2.5, -5.0], [-2.0, 6.0, -5.0], [2.0, 6.0, -5.0]]
    point, _ = min((minimise(loss, start) for start in starts), key=lambda found: found[1])
    omega, alpha, beta = garch_parameters(point)
    _, following = garch_path(squares, omega, alpha, beta)
    return omega * scale, alpha, beta, following * scale


def garch(fit, h):
    omega, alpha, beta, variance = fit
    total = 0.0
    for _ in range(h):
        total += variance
        variance = omega + (alpha + beta) * variance
    return 0.0, math.sqrt(total)


def score(forecasts, outcomes):
    return sum(crps(mean, sd, y) / reference for (mean, sd), (y, reference) in zip(forecasts, outcomes)) / len(outcomes)


def round_scores(number, asked, before, outcomes, returns_to, fits):
    """Score by miner in one round; what is no usable answer in time counts as the worst of the round."""
    forecasts = {name: [model(returns_to(day), h) for day, h in asked] for name, model in SIMPLE.items()}
    forecasts["garch"] = [garch(fits[day], h) for day, h in asked]
    forecasts["copycat"] = [garch(fits[day], h) for day, h in before] if before else forecasts["lazy"]
    forecasts["slow"] = forecasts["ewma"]
    missing = {"slow"} if number % 3 == 0 else set()
    if number // TEMPO + 1 == KILLED_EPOCH:
        missing.add("rw63")
    scores = {name: score(answer, outcomes) for name, answer in forecasts.items() if name not in missing}
    worst = max(scores.values())
    return {**scores, **{name: worst for name in missing}}


def recompute(seed, epochs, closes):
    """The mean over both validators' rounds of each miner's score."""
    returns = [math.log(b / a) for a, b in zip(closes, closes[1:])]
    rounds = range(1, epochs * TEMPO)
    asked = {(v, n): challenges_of(seed, v, n, len(closes)) for v in VALIDATORS for n in rounds}
    days = sorted({day for challenges in asked.values() for day, _ in challenges})

    def returns_to(day):
        return returns[day - WINDOW : day]

    with ProcessPoolExecutor() as pool:
        fits = dict(zip(days, pool.map(fit_garch, [returns_to(day) for day in days], chunksize=32)))
    reference = {day: statistics.stdev(returns[:day]) for day in days}

    total = {}
    for (validator, number), challenges in asked.items():
        outcomes = [(math.log(closes[day + h] / closes[day]), reference[day] * math.sqrt(h)) for day, h in challenges]
        scores = round_scores(number, challenges, asked.get((validator, number - 1)), outcomes, returns_to, fits)
        for name, value in scores.items():
            total[name] = total.get(name, 0.0) + value
    return {name: value / len(asked) for name, value in total.items()}


def limit_of(name, value):
    if name in ("garch", "copycat"):
        return GARCH_TOLERANCE * value
    return WORST_TOLERANCE if name in ("rw63", "slow") else TOLERANCE


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1]) as file:
        result = json.load(file)
    expected = recompute(result["seed"], result["epochs"], read_closes(sys.argv[2]))
    reported = {n["model"]: n["meanScore"] for n in result["neurons"] if n["role"] == "miner"}
    if set(reported) != set(expected):
        sys.exit(f"the miners are {sorted(reported)}, not {sorted(expected)}")
    failed = 0
    for name, value in expected.items():
        limit = limit_of(name, value)
        off = abs(reported[name] - value)
        failed += not off <= limit
        print(f"{'ok' if off <= limit else 'FAILED':7}{name:9} reported {reported[name]:.9f} recomputed {value:.9f} off by {off:.1e}")
    print(f"{len(expected) - failed} agree, {failed} do not")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
