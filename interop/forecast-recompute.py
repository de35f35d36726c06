#!/usr/bin/env python3
"""Recomputes every meanScore of a run of examples/forecast from its seed and the price data alone.

    python3 interop/forecast-recompute.py RESULT.json SP500.csv [MINER ...]

RESULT.json is what `npm start -- --json RESULT.json` wrote; only its seed, its epochs and the scores to compare with are
read. SP500.csv is `data/sp500-2000.csv` of npm's vega-datasets 3.2.1. Written from the example's README, with nothing but
Python's standard library: it shares no code with what it checks. Exits with 1 if a score is off.

Scores must agree to 1e-6; those of `garch`, and of `copycat`, who repeats it, to 1 %, since two searches need not end in the
same parameters. `rw63` and `slow` get the worst score of the rounds that they miss, which is often the copycat's.

With names of miners it looks at theirs alone, and is done in seconds if none of them depends on `garch`.
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

# Whose scores need GARCH's: who repeats it, and who gets the worst score of a round, be it whose it may.
ON_GARCH = {"garch", "copycat", "slow", "rw63"}


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


# GARCH(1,1): variance(t+1) = omega + alpha * return(t)^2 + beta * variance(t), with returns scaled to mean square 1.
# The search runs over three angles without bounds: their sines reach every bound that the README sets.


def garch_parameters(angles):
    """Long-run variance (1/20 to 20), persistence (0 to 0.999) and alpha's share of it (0 to 1)."""
    a, b, c = angles
    return math.exp(math.log(20) * math.sin(a)), 0.999 * math.sin(b) ** 2, math.sin(c) ** 2


def garch_loss(squares, angles):
    """Twice the negative log likelihood (less a constant), and its slope by the angles."""
    longrun, persistence, share = garch_parameters(angles)
    alpha = persistence * share
    beta = persistence - alpha
    omega = longrun * (1 - persistence)
    variance = product = 1.0
    by_omega = by_alpha = by_beta = 0.0
    loss = slope_omega = slope_alpha = slope_beta = 0.0
    for square in squares:
        inverse = 1 / variance
        ratio = square * inverse
        loss += ratio
        product *= variance
        weight = inverse - ratio * inverse
        slope_omega += weight * by_omega
        slope_alpha += weight * by_alpha
        slope_beta += weight * by_beta
        by_omega = 1 + beta * by_omega
        by_alpha = square + beta * by_alpha
        by_beta = variance + beta * by_beta
        variance = omega + alpha * square + beta * variance
        if not 1e-100 < product < 1e100:
            loss += math.log(product)
            product = 1.0
    loss += math.log(product)
    a, b, c = angles
    slope_persistence = share * slope_alpha + (1 - share) * slope_beta - longrun * slope_omega
    return loss, (
        slope_omega * (1 - persistence) * longrun * math.log(20) * math.cos(a),
        slope_persistence * 0.999 * math.sin(2 * b),
        (slope_alpha - slope_beta) * persistence * math.sin(2 * c),
    )


def following_variance(squares, longrun, persistence, share):
    variance = 1.0
    for square in squares:
        mix = share * square + (1 - share) * variance
        variance = longrun + persistence * (mix - longrun)
    return variance


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def minimise(f, point, gain):
    """BFGS with a backtracking line search, until a step gains less."""
    value, slope = f(point)
    n = len(point)
    identity = [[float(i == j) for j in range(n)] for i in range(n)]
    inverse, fresh = identity, True
    for _ in range(200):
        direction = [-dot(row, slope) for row in inverse]
        descent = dot(direction, slope)
        if descent >= 0:
            inverse, fresh = identity, True
            direction = [-x for x in slope]
            descent = dot(direction, slope)
        length = min(1.0, 0.5 / (max(abs(d) for d in direction) or 1.0))
        while length > 1e-9:
            moved = [p + length * d for p, d in zip(point, direction)]
            lower, turned = f(moved)
            # Rounding hides what the last steps gain.
            if lower <= value + 1e-4 * length * descent + 1e-12:
                break
            length /= 2
        else:
            break
        step = [a - b for a, b in zip(moved, point)]
        bend = [a - b for a, b in zip(turned, slope)]
        point, value, slope = moved, lower, turned
        if -descent * length < gain:
            break
        curve = dot(step, bend)
        if curve > 1e-14 * dot(bend, bend):
            if fresh:
                inverse, fresh = [[x * curve / dot(bend, bend) for x in row] for row in identity], False
            turn = [dot(row, bend) for row in inverse]
            factor = (1 + dot(turn, bend) / curve) / curve
            inverse = [
                [inverse[i][j] + factor * step[i] * step[j] - (turn[i] * step[j] + step[i] * turn[j]) / curve for j in range(n)]
                for i in range(n)
            ]
    return point, value


def start(longrun, persistence, share):
    """The angles of parameters."""
    return [
        math.asin(math.log(longrun) / math.log(20)),
        math.asin(math.sqrt(persistence / 0.999)),
        math.asin(math.sqrt(share)),
    ]


STARTS = [
    start(*parameters)
    for parameters in (
        (1, 0.93, 0.05),
        (1, 0.985, 0.004),
        (1, 0.6, 0.3),
        (0.4, 0.9, 0.1),
        (0.4, 0.8, 0.2),
        (0.2, 0.99, 0.02),
        (5, 0.5, 0.004),
        (5, 0.97, 0.02),
        (0.2, 0.1, 0.5),
        (1, 0.93, 0),
    )
]


def fit_garch(returns):
    """Maximum likelihood from several starts: (omega, alpha, beta, variance of the next day) in the returns' scale."""
    scale = sum(r * r for r in returns) / len(returns)
    squares = [r * r / scale for r in returns]

    def loss(angles):
        return garch_loss(squares, angles)

    # Every search goes far enough to know its peak; those near the highest go to the top.
    rough = sorted((minimise(loss, angles, 1e-3) for angles in STARTS), key=lambda found: found[1])
    tops = []
    for angles, value in rough:
        if value > rough[0][1] + 0.1:
            break
        shape = garch_parameters(angles)
        if not any(math.dist(shape, garch_parameters(top)) < 0.02 for top, _ in tops):
            tops.append(minimise(loss, angles, 1e-16))
    longrun, persistence, share = garch_parameters(min(tops, key=lambda found: found[1])[0])
    following = following_variance(squares, longrun, persistence, share)
    return longrun * (1 - persistence) * scale, persistence * share, persistence * (1 - share), following * scale


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
    if fits:
        forecasts["garch"] = [garch(fits[day], h) for day, h in asked]
        forecasts["copycat"] = [garch(fits[day], h) for day, h in before] if before else forecasts["lazy"]
    forecasts["slow"] = forecasts["ewma"]
    missing = {"slow"} if number % 3 == 0 else set()
    if number // TEMPO + 1 == KILLED_EPOCH:
        missing.add("rw63")
    scores = {name: score(answer, outcomes) for name, answer in forecasts.items() if name not in missing}
    worst = max(scores.values())
    return {**scores, **{name: worst for name in missing}}


def recompute(seed, epochs, closes, miners):
    """The mean over both validators' rounds of each miner's score."""
    returns = [math.log(b / a) for a, b in zip(closes, closes[1:])]
    rounds = range(1, epochs * TEMPO)
    asked = {(v, n): challenges_of(seed, v, n, len(closes)) for v in VALIDATORS for n in rounds}
    days = sorted({day for challenges in asked.values() for day, _ in challenges})

    def returns_to(day):
        return returns[day - WINDOW : day]

    fits = {}
    if ON_GARCH & set(miners):
        with ProcessPoolExecutor() as pool:
            fits = dict(zip(days, pool.map(fit_garch, [returns_to(day) for day in days], chunksize=32)))
    reference = {day: statistics.stdev(returns[:day]) for day in days}

    total = {}
    for (validator, number), challenges in asked.items():
        outcomes = [(math.log(closes[day + h] / closes[day]), reference[day] * math.sqrt(h)) for day, h in challenges]
        scores = round_scores(number, challenges, asked.get((validator, number - 1)), outcomes, returns_to, fits)
        for name, value in scores.items():
            total[name] = total.get(name, 0.0) + value
    return {name: total[name] / len(asked) for name in miners}


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    with open(sys.argv[1]) as file:
        result = json.load(file)
    reported = {n["model"]: n["meanScore"] for n in result["neurons"] if n["role"] == "miner"}
    known = ON_GARCH | set(SIMPLE)
    if set(reported) != known:
        sys.exit(f"the miners are {sorted(reported)}, not {sorted(known)}")
    miners = sys.argv[3:] or list(reported)
    if not known.issuperset(miners):
        sys.exit(f"there are no miners but {sorted(known)}")
    failed = 0
    for name, value in recompute(result["seed"], result["epochs"], read_closes(sys.argv[2]), miners).items():
        limit = GARCH_TOLERANCE * value if name in ("garch", "copycat") else TOLERANCE
        off = abs(reported[name] - value)
        failed += not off <= limit
        print(f"{'ok' if off <= limit else 'FAILED':7}{name:9} reported {reported[name]:.9f} recomputed {value:.9f} off by {off:.1e}")
    print(f"{len(miners) - failed} agree, {failed} do not")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
