"""Runs the list against a chain: run.py WS_URL HTTP_URL REPORT.json. Exits with 0 whatever it found; the report tells."""

import json
import sys
from pathlib import Path

here = Path(__file__).parent
sys.path.append(str(here.parent / "support"))

import btcli  # noqa: E402
import controls  # noqa: E402, F401  (registers its cases)
import intents  # noqa: E402
import reads  # noqa: E402
from bittensor._generated.calls import Call  # noqa: E402
from bittensor.intents import REGISTRY as INTENTS  # noqa: E402
from bittensor.reads import REGISTRY as READS  # noqa: E402
from report import Report  # noqa: E402
from world import World  # noqa: E402


def catalogue(name: str) -> list[dict]:
    return json.loads((here / f"{name}.json").read_text())


def check_catalogue(name: str, registry, report: Report) -> None:
    """The committed list is the client's own, whole."""
    listed = {entry["name"] for entry in catalogue(name)}
    for extra in sorted(listed ^ set(registry)):
        report.missing("list", f"{name}.json", f"{extra} is in only one of the list and the client")


def check_absent(world: World, item: str) -> None:
    """What the list calls absent, the chain's metadata has not."""
    container, name = item.split(".")
    try:
        if container.endswith("RuntimeApi"):
            world.client.runtime((container, name), [])
        elif name[0].isupper():
            world.client.query((container, name), [])
        else:
            world.client.compose(Call(container, name, {}))
    except Exception as error:
        assert "not found" in str(error), error
        return
    raise AssertionError(f"{item} is there")


def main() -> None:
    url, http_url, path = sys.argv[1:]
    report = Report()
    check_catalogue("intents", INTENTS, report)
    check_catalogue("reads", READS, report)
    world = World(url, http_url)
    for name, case in intents.cases:
        report.run("intent", name, lambda case=case: case(world))
    for entry in catalogue("intents"):
        if entry["needed"] and entry["name"] not in {name for name, _ in intents.cases}:
            report.missing("intent", entry["name"], "has no case")
    for entry in catalogue("reads"):
        name = entry["name"]
        if entry["needed"] and name not in reads.expected:
            report.missing("read", name, "has no case")
        elif entry["needed"]:
            report.run("read", name, lambda name=name: reads.case(name, world))
    report.run("read", "metagraph (typed)", lambda: reads.typed(world))
    for item in sorted({entry["absent"] for name in ("intents", "reads") for entry in catalogue(name) if "absent" in entry}):
        report.run("absent", item, lambda item=item: check_absent(world, item))
    for name, case in btcli.cases:
        report.run("btcli", name, lambda case=case: case(world))
    world.client.close()
    report.print()
    report.write(path)


main()
