"""The client's own command line, as a subnet owner or staker types it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from bittensor.wallet import Wallet
from world import World

btcli = Path(sys.executable).parent / "btcli"
cases: list[tuple[str, object]] = []


def command(name: str):
    def register(case):
        cases.append((name, case))
        return case

    return register


def run(w: World, *arguments: str):
    """Runs btcli with JSON output; what it prints, parsed."""
    network = ["--network", w.url, "--archive-endpoints", "none", "--fallback-endpoints", "none", "--json"]
    done = subprocess.run([btcli, *network, *arguments], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, f"btcli ended with {done.returncode}: {done.stderr[-600:]} {done.stdout[-600:]}"
    return json.loads(done.stdout)


@command("subnets list")
def subnets_list(w: World) -> None:
    subnets = {entry["netuid"]: entry for entry in run(w, "subnets", "list")}
    assert subnets[w.netuid]["name"] == "forecasts" and subnets[w.netuid]["neurons"] == 6, subnets
    assert subnets[w.netuid]["price_tao_per_alpha"] > 0 and subnets[w.netuid]["emission_tao_per_day"] > 0, subnets


@command("subnets show")
def subnets_show(w: World) -> None:
    subnet = run(w, "subnets", "show", str(w.netuid))
    assert (subnet["owner_coldkey"], subnet["owner_hotkey"]) == (w.owner.cold, w.owner.hot), subnet
    assert subnet["identity"]["subnet_name"] == "forecasts" and subnet["burn_tao"] > 0, subnet


@command("query metagraph")
def query_metagraph(w: World) -> None:
    graph = run(w, "query", "metagraph", "--netuid", str(w.netuid))
    assert graph["name"] == "forecasts" and graph["hotkeys"][1] == w.validator.hot, graph


@command("wallet balance")
def wallet_balance(w: World) -> None:
    assert w.staker.cold in json.dumps(run(w, "wallet", "balance", w.staker.cold))


@command("tx add-stake --dry-run")
def add_stake_dry_run(w: World) -> None:
    wallet = Wallet("dry", "run", path=os.path.expanduser("~/.bittensor/wallets"))
    wallet.create_new_coldkey(use_password=False, suppress=True)
    wallet.create_new_hotkey(use_password=False, suppress=True)
    address = wallet.coldkeypub.ss58_address
    w.execute("transfer", {"dest_ss58": address, "amount_tao": 20}, w.alice)
    flags = ["--hotkey", w.validator.hot, "--netuid", str(w.netuid), "--amount-tao", "2", "--dry-run", "--wallet", "dry"]
    plan = run(w, "tx", "add-stake", *flags)
    assert plan["op"] == "add_stake" and plan["signer_address"] == address and plan["ok"], plan
    assert w.read("stake", coldkey_ss58=address, hotkey_ss58=w.validator.hot, netuid=w.netuid).rao == 0
