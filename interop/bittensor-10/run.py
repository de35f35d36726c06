"""The last Python client of the old line against a chain: run.py WS_URL HTTP_URL REPORT.json. The report tells what it found."""

import json
import sys
import urllib.request
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "support"))

import bittensor as bt  # noqa: E402
from bittensor.utils.balance import Balance  # noqa: E402
from bittensor_wallet import Wallet  # noqa: E402
from report import Report  # noqa: E402

# Inclusion is what the cases look at; a block is final as soon as it is sealed.
SOON = {"wait_for_inclusion": True, "wait_for_finalization": False, "raise_error": True}


def wallet(uri: str) -> Wallet:
    made = Wallet(name=uri.strip("/").replace("/", "-"), hotkey="hot")
    made.create_coldkey_from_uri(uri, use_password=False, suppress=True)
    made.create_hotkey_from_uri(f"{uri}//hot", use_password=False, suppress=True)
    return made


class World:
    def __init__(self, url: str, http_url: str) -> None:
        self.http_url = http_url
        self.client = bt.Subtensor(network=url)
        self.alice, self.owner = wallet("//Alice"), wallet("//Owner")
        self.validator, self.miner = wallet("//Validator"), wallet("//Miner")
        self.netuid = 0

    def ok(self, response) -> None:
        assert response.success, response.message

    def mine(self, blocks: int) -> None:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tensorkit_mine", "params": [blocks]}).encode()
        request = urllib.request.Request(self.http_url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=120) as response:
            answer = json.load(response)
        assert "error" not in answer, answer

    def sudo(self, function: str, params: dict) -> None:
        inner = self.client.compose_call("AdminUtils", function, params)
        call = self.client.compose_call("Sudo", "sudo", {"call": inner})
        self.ok(self.client.sign_and_send_extrinsic(call, self.alice, **SOON))

    def mine_to_epoch(self) -> None:
        self.mine(self.client.get_next_epoch_start_block(self.netuid) - self.client.block + 1)


cases: list[tuple[str, str, object]] = []


def case(kind: str, name: str):
    def register(function):
        cases.append((kind, name, function))
        return function

    return register


def hot(made: Wallet) -> str:
    return made.hotkey.ss58_address


def cold(made: Wallet) -> str:
    return made.coldkeypub.ss58_address


@case("write", "transfer")
def transfer(w: World) -> None:
    for made in (w.owner, w.validator, w.miner):
        w.ok(w.client.transfer(w.alice, cold(made), Balance.from_tao(5_000), **SOON))
        assert w.client.get_balance(cold(made)) == Balance.from_tao(5_000)


@case("write", "register_subnet")
def register_subnet(w: World) -> None:
    before = set(w.client.get_all_subnets_netuid())
    w.ok(w.client.register_subnet(w.owner, **SOON))
    (w.netuid,) = set(w.client.get_all_subnets_netuid()) - before


@case("write", "start_call")
def start_call(w: World) -> None:
    w.ok(w.client.start_call(w.owner, w.netuid, **SOON))
    assert w.client.is_subnet_active(w.netuid)
    for name, value in (("weights_set_rate_limit", 0), ("tempo", 30), ("serving_rate_limit", 0)):
        w.sudo(f"sudo_set_{name}", {"netuid": w.netuid, name: value})


@case("write", "burned_register")
def burned_register(w: World) -> None:
    for made in (w.validator, w.miner):
        w.ok(w.client.burned_register(made, w.netuid, **SOON))
        w.mine(2)
    assert [w.client.get_uid_for_hotkey_on_subnet(hot(made), w.netuid) for made in (w.owner, w.validator, w.miner)] == [0, 1, 2]


@case("write", "serve_axon")
def serve_axon(w: World) -> None:
    axon = bt.Axon(wallet=w.miner, ip="203.0.113.1", external_ip="203.0.113.1", port=8091, external_port=8091)
    w.ok(w.client.serve_axon(w.netuid, axon, **SOON))


@case("write", "add_stake")
def add_stake(w: World) -> None:
    w.ok(w.client.add_stake(w.validator, w.netuid, hot(w.validator), Balance.from_tao(100), **SOON))
    safe = {"safe_staking": True, "rate_tolerance": 0.05, **SOON}
    w.ok(w.client.add_stake(w.validator, w.netuid, hot(w.validator), Balance.from_tao(5), **safe))
    assert w.client.get_stake(cold(w.validator), hot(w.validator), w.netuid).tao > 50
    # A hotkey becomes a delegate when another coldkey stakes on it up to a price.
    w.ok(w.client.add_stake(w.alice, w.netuid, hot(w.validator), Balance.from_tao(5), **safe))


@case("write", "unstake")
def unstake(w: World) -> None:
    amount = Balance.from_tao(1).set_unit(w.netuid)
    w.ok(w.client.unstake(w.validator, w.netuid, hot(w.validator), amount, **SOON))


@case("write", "set_commitment")
def set_commitment(w: World) -> None:
    w.ok(w.client.set_commitment(w.miner, w.netuid, "hello", **SOON))
    assert w.client.get_commitment(w.netuid, 2) == "hello"


@case("write", "set_weights")
def set_weights(w: World) -> None:
    w.mine_to_epoch()
    # Commit-reveal is on for a fresh subnet: the client commits, sealed until a drand round.
    w.ok(w.client.set_weights(w.validator, w.netuid, [0, 2], [0.25, 0.75], version_key=0, **SOON))
    assert [commit[0] for commit in w.client.get_timelocked_weight_commits(w.netuid)] == [hot(w.validator)]
    w.sudo("sudo_set_commit_reveal_weights_enabled", {"netuid": w.netuid, "enabled": False})
    w.ok(w.client.set_weights(w.validator, w.netuid, [0, 2], [0.25, 0.75], version_key=0, **SOON))
    assert dict(w.client.weights(w.netuid))[1] == [(0, 21845), (2, 65535)]
    w.mine_to_epoch()


@case("read", "metagraph()")
def metagraph(w: World) -> None:
    graph = w.client.metagraph(w.netuid, lite=False)
    assert graph.hotkeys == [hot(made) for made in (w.owner, w.validator, w.miner)]
    assert graph.coldkeys[2] == cold(w.miner) and graph.axons[2].ip_str().endswith("203.0.113.1:8091"), graph.axons[2]
    assert graph.S[1] > 0 and bool(graph.validator_permit[1]) and graph.I[2] > 0
    assert graph.W[1].argmax() == 2, graph.W


@case("read", "neurons_lite")
def neurons_lite(w: World) -> None:
    neurons = w.client.neurons_lite(w.netuid)
    assert [neuron.uid for neuron in neurons] == [0, 1, 2]
    assert neurons[1].validator_permit and neurons[1].stake.tao > 0 and neurons[2].axon_info.port == 8091


@case("read", "neurons")
def neurons(w: World) -> None:
    weights = {neuron.uid: neuron.weights for neuron in w.client.neurons(w.netuid)}
    assert [uid for uid, _ in weights[1]] == [0, 2], weights


@case("read", "get_metagraph_info")
def metagraph_info(w: World) -> None:
    info = w.client.get_metagraph_info(w.netuid)
    assert info.num_uids == 3 and info.hotkeys[1] == hot(w.validator) and info.commitments is not None
    part = w.client.get_metagraph_info(w.netuid, selected_indices=[52, 60])
    assert part.hotkeys == info.hotkeys and part.axons is None


@case("read", "all_subnets and subnet")
def subnets(w: World) -> None:
    assert w.netuid in [subnet.netuid for subnet in w.client.all_subnets()]
    subnet = w.client.subnet(w.netuid)
    assert subnet.owner_coldkey == cold(w.owner) and subnet.price.tao > 0
    assert w.client.get_subnet_price(w.netuid).tao > 0 and w.netuid in w.client.get_subnet_prices()
    assert w.client.get_subnet_info(w.netuid).owner_ss58 == cold(w.owner)
    assert w.netuid in [info.netuid for info in w.client.get_all_subnets_info()]


@case("read", "hyperparameters")
def hyperparameters(w: World) -> None:
    assert w.client.get_subnet_hyperparameters(w.netuid).tempo == 30
    assert (w.client.tempo(w.netuid), w.client.weights_rate_limit(w.netuid)) == (30, 0)
    assert w.client.immunity_period(w.netuid) > 0 and w.client.min_allowed_weights(w.netuid) == 1
    assert w.client.recycle(w.netuid).tao > 0 and w.client.get_subnet_burn_cost().tao > 0


@case("read", "stake")
def stake(w: World) -> None:
    positions = w.client.get_stake_info_for_coldkey(cold(w.validator))
    assert [p.hotkey_ss58 for p in positions if p.netuid == w.netuid] == [hot(w.validator)]
    assert w.client.get_stake_add_fee(Balance.from_tao(10), w.netuid).rao > 0
    assert w.client.get_stake_for_coldkey_and_hotkey(cold(w.validator), hot(w.validator))[w.netuid].stake.rao > 0


@case("read", "delegates")
def delegates(w: World) -> None:
    assert hot(w.validator) in [delegate.hotkey_ss58 for delegate in w.client.get_delegates()]
    assert w.client.get_delegate_by_hotkey(hot(w.validator)).owner_ss58 == cold(w.validator)
    assert w.client.get_delegate_take(hot(w.validator)) > 0 and w.client.is_hotkey_delegate(hot(w.validator))
    assert w.client.get_delegated(cold(w.alice))[0].hotkey_ss58 == hot(w.validator)


@case("read", "identity of hotkeys")
def registrations(w: World) -> None:
    assert w.client.is_hotkey_registered(hot(w.miner), w.netuid) and w.client.get_hotkey_owner(hot(w.miner)) == cold(w.miner)
    assert w.client.get_netuids_for_hotkey(hot(w.miner)) == [w.netuid]
    assert w.client.get_neuron_for_pubkey_and_subnet(hot(w.miner), w.netuid).uid == 2
    assert w.client.bonds(w.netuid) and w.client.get_all_commitments(w.netuid) == {hot(w.miner): "hello"}
    assert w.client.blocks_until_next_epoch(w.netuid) is not None and w.client.blocks_since_last_update(w.netuid, 1) >= 0


def main() -> None:
    url, http_url, path = sys.argv[1:]
    report = Report()
    world = World(url, http_url)
    for kind, name, function in cases:
        report.run(kind, name, lambda function=function: function(world))
    world.client.close()
    report.print()
    report.write(path)


main()
