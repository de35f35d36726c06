"""Weights, commitments, and the ways to act for another account: proxies, multisig, swaps of keys."""

from hashlib import blake2b

from intents import axon, intent, raw_commitment, stake_of
from world import Keys, World

# Weights and commitments --------------------------------------------------------------------------------------------


@intent("set_weights")
def set_weights(w: World) -> None:
    # The epoch gives the validators their permits.
    w.mine_to(w.read("next_epoch_start_block", netuid=w.netuid) + 1)
    w.execute("set_weights", {"netuid": w.netuid, "uids": [3, 4], "weights": [0.75, 0.25]}, w.validator)
    w.execute("set_weights", {"netuid": w.netuid, "uids": [3, 4, 5], "weights": [0.5, 0.25, 0.25]}, w.second)
    assert w.read("weights", netuid=w.netuid, mechid=0)[1] == {3: 65535 / (65535 + 21845), 4: 21845 / (65535 + 21845)}
    w.mine_to(w.read("next_epoch_start_block", netuid=w.netuid) + 1)


@intent("commit_weights")
def commit_weights(w: World) -> None:
    set_commit_reveal(w, True)
    result = w.execute("commit_weights", {"netuid": w.netuid, "uids": [3, 4], "weights": [0.6, 0.4]}, w.validator)
    commits = [commit for epoch in w.read("timelocked_weight_commits", netuid=w.netuid, mechid=0).values() for commit in epoch]
    assert [(c["hotkey"], c["reveal_round"]) for c in commits] == [(w.validator.hot, result.data["reveal_round"])], commits
    # With commit-reveal on, set_weights commits too.
    assert w.execute("set_weights", {"netuid": w.netuid, "uids": [3, 4], "weights": [0.5, 0.5]}, w.second).data["reveal_round"] > 0


@intent("reveal_weights")
def reveal_weights(w: World) -> None:
    salt, uids, values = [7, 8, 9], [3, 4], [65535, 65535]
    w.mine_to(w.read("next_epoch_start_block", netuid=w.netuid) + 1)
    # What the chain hashes: (account, netuid, uids, values, salt, version key) in SCALE.
    body = bytes(w.second.hotkey.public_key) + w.netuid.to_bytes(2, "little")
    for vector in (uids, values, salt):
        body += bytes([len(vector) * 4]) + b"".join(v.to_bytes(2, "little") for v in vector)
    body += (0).to_bytes(8, "little")
    digest = "0x" + blake2b(body, digest_size=32).hexdigest()
    w.submit("SubtensorModule", "commit_weights", {"netuid": w.netuid, "commit_hash": digest}, w.second, signer="hotkey")
    w.mine_to(w.read("next_epoch_start_block", netuid=w.netuid) + 1)
    args = {"netuid": w.netuid, "uids": uids, "weights": [1.0, 1.0], "salt": salt}
    w.execute("reveal_weights", args, w.second)
    assert w.read("weights", netuid=w.netuid, mechid=0)[2] == {3: 0.5, 4: 0.5}
    # A commit stays for the reads.
    w.execute("commit_weights", {"netuid": w.netuid, "uids": [3, 4], "weights": [0.6, 0.4]}, w.validator)


def set_commit_reveal(w: World, enabled: bool) -> None:
    w.sudo("AdminUtils", "sudo_set_commit_reveal_weights_enabled", {"netuid": w.netuid, "enabled": enabled})


@intent("set_commitment (raw)")
def set_commitment(w: World) -> None:
    params = {"netuid": w.netuid, "info": raw_commitment("hello subnet")}
    w.submit("Commitments", "set_commitment", params, w.miners[0], signer="hotkey")
    assert w.read("commitment", netuid=w.netuid, hotkey_ss58=w.miners[0].hot).data == "hello subnet"


# Proxies ------------------------------------------------------------------------------------------------------------


def proxies(w: World, keys: Keys) -> list:
    return [(p["delegate"], p["proxy_type"]) for p in w.read("proxies", coldkey_ss58=keys.cold)["proxies"]]


@intent("add_proxy")
def add_proxy(w: World) -> None:
    w.execute("add_proxy", {"delegate_ss58": w.rival.cold, "proxy_type": "Staking"}, w.staker)
    w.execute("add_proxy", {"delegate_ss58": w.alice.cold, "proxy_type": "Any", "delay": 3}, w.staker)
    assert set(proxies(w, w.staker)) == {(w.rival.cold, "Staking"), (w.alice.cold, "Any")}
    before = stake_of(w, w.staker, w.validator.hot, w.netuid)
    stake = {"hotkey_ss58": w.validator.hot, "netuid": w.netuid, "amount_tao": 2}
    w.execute("add_stake", stake, w.rival, proxy_for=w.staker.cold, proxy_type="Staking")
    assert stake_of(w, w.staker, w.validator.hot, w.netuid) > before


@intent("execute_proxy_announced")
def execute_proxy_announced(w: World) -> None:
    from bittensor.intents import build

    heir = Keys("//Heir")
    args = {"dest_ss58": heir.cold, "amount_tao": 4}
    inner = w.client.plan(build("transfer", args), w.staker).call
    digest = "0x" + bytes(inner.call_hash).hex()
    w.submit("Proxy", "announce", {"real": w.staker.cold, "call_hash": digest}, w.alice)
    w.mine(3)
    args = {"delegate_ss58": w.alice.cold, "real_ss58": w.staker.cold, "inner_op": "transfer", "inner_args": args}
    w.execute("execute_proxy_announced", args, w.rival)
    assert w.read("balance", coldkey_ss58=heir.cold).rao == 4 * 10**9


@intent("remove_proxy")
def remove_proxy(w: World) -> None:
    w.execute("remove_proxy", {"delegate_ss58": w.alice.cold, "proxy_type": "Any", "delay": 3}, w.staker)
    assert proxies(w, w.staker) == [(w.rival.cold, "Staking")]


@intent("remove_proxies")
def remove_proxies(w: World) -> None:
    w.execute("remove_proxies", {}, w.staker)
    assert proxies(w, w.staker) == []
    # One stays for the reads.
    w.execute("add_proxy", {"delegate_ss58": w.rival.cold, "proxy_type": "Staking"}, w.staker)


@intent("create_pure_proxy")
def create_pure_proxy(w: World) -> None:
    result = w.execute("create_pure_proxy", {"proxy_type": "Any"}, w.rival)
    event = next(e for e in result.events if e["event_id"] == "PureCreated")["attributes"]
    height, index = result.extrinsic_id.split("-")
    w.facts["pure"] = {"address": str(event["pure"]), "height": int(height), "ext_index": int(index)}
    assert w.read("proxies", coldkey_ss58=w.facts["pure"]["address"])["proxies"][0]["delegate"] == w.rival.cold


@intent("kill_pure_proxy")
def kill_pure_proxy(w: World) -> None:
    pure = w.facts["pure"]
    args = {"spawner_ss58": w.rival.cold, "proxy_type": "Any", "height": pure["height"], "ext_index": pure["ext_index"]}
    w.execute("kill_pure_proxy", args, w.rival, proxy_for=pure["address"])
    assert w.read("proxies", coldkey_ss58=pure["address"])["proxies"] == []


# Multisig -----------------------------------------------------------------------------------------------------------


def pay(amount: int) -> tuple[Keys, dict]:
    payee = Keys(f"//Payee/{amount}")
    return payee, {"op": "transfer", "dest_ss58": payee.cold, "amount_tao": amount}


def fund_multisig(w: World, threshold: int) -> str:
    account = w.client.multisig([w.alice.cold, w.staker.cold, w.rival.cold], threshold)
    address = getattr(account, "ss58_address", None) or account.address
    w.execute("transfer", {"dest_ss58": address, "amount_tao": 50}, w.alice)
    return address


@intent("multisig_threshold_1")
def multisig_threshold_1(w: World) -> None:
    fund_multisig(w, 1)
    payee, call = pay(1)
    w.execute("multisig_threshold_1", {"other_signatories": [w.staker.cold, w.rival.cold], "call": call}, w.alice)
    assert w.read("balance", coldkey_ss58=payee.cold).rao == 10**9


def open_multisig(w: World, call: dict) -> tuple[dict, dict]:
    others = {"threshold": 2, "other_signatories": [w.staker.cold, w.rival.cold]}
    result = w.execute("multisig_approve", {**others, "call": call}, w.alice)
    state = w.read("multisig", account_ss58=w.facts["multisig"], call_hash=result.data["multisig_call_hash"])
    assert state["approvals"] == [w.alice.cold], state
    return others, {"hash": result.data["multisig_call_hash"], "timepoint": state["timepoint"]}


@intent("multisig_approve")
def multisig_approve(w: World) -> None:
    w.facts["multisig"] = fund_multisig(w, 2)
    w.facts["pending"] = open_multisig(w, pay(2)[1])[1]


@intent("multisig_execute")
def multisig_execute(w: World) -> None:
    payee, call = pay(2)
    args = {"threshold": 2, "other_signatories": [w.alice.cold, w.rival.cold], "call": call}
    w.execute("multisig_execute", {**args, "timepoint": w.facts["pending"]["timepoint"]}, w.staker)
    assert w.read("balance", coldkey_ss58=payee.cold).rao == 2 * 10**9


@intent("multisig_cancel")
def multisig_cancel(w: World) -> None:
    _, call = pay(3)
    others, state = open_multisig(w, call)
    w.execute("multisig_cancel", {**others, "call": call, "timepoint": state["timepoint"]}, w.alice)
    assert w.read("multisig", account_ss58=w.facts["multisig"], call_hash=state["hash"]) is None
    # One stays open for the reads.
    w.facts["pending"] = open_multisig(w, pay(4)[1])[1]


# Swaps of keys ------------------------------------------------------------------------------------------------------


@intent("swap_hotkey")
def swap_hotkey(w: World) -> None:
    new = Keys("//Miner/2", "//Miner/2//new")
    uid = w.read("uid", hotkey_ss58=w.miners[1].hot, netuid=w.netuid)
    w.execute("swap_hotkey", {"new_hotkey_ss58": new.hot, "hotkey_ss58": w.miners[1].hot}, w.miners[1])
    assert w.read("uid", hotkey_ss58=new.hot, netuid=w.netuid) == uid
    w.miners[1] = new
    assert axon(w, new) == "203.0.113.2:8091"


@intent("announce_coldkey_swap")
def announce_coldkey_swap(w: World) -> None:
    w.sudo("AdminUtils", "sudo_set_coldkey_swap_announcement_delay", {"duration": 3})
    w.sudo("AdminUtils", "sudo_set_coldkey_swap_reannouncement_delay", {"duration": 2})
    w.execute("announce_coldkey_swap", {"new_coldkey_ss58": Keys("//Miner/3//next").cold}, w.miners[2])
    assert w.read("coldkey_swap_announcement", coldkey_ss58=w.miners[2].cold)["disputed"] is False


@intent("clear_coldkey_swap_announcement")
def clear_coldkey_swap_announcement(w: World) -> None:
    w.mine(6)
    w.execute("clear_coldkey_swap_announcement", {}, w.miners[2])
    assert w.read("coldkey_swap_announcement", coldkey_ss58=w.miners[2].cold) is None


@intent("swap_coldkey_announced")
def swap_coldkey_announced(w: World) -> None:
    new = Keys("//Miner/3//next", "//Miner/3//hot")
    w.execute("announce_coldkey_swap", {"new_coldkey_ss58": new.cold}, w.miners[2])
    w.mine(4)
    w.execute("swap_coldkey_announced", {"new_coldkey_ss58": new.cold}, w.miners[2])
    assert w.read("hotkey_owner", hotkey_ss58=new.hot) == new.cold
    w.miners[2] = new
    # An announcement stays for the reads.
    w.execute("announce_coldkey_swap", {"new_coldkey_ss58": Keys("//Miner/3//third").cold}, new)


# Root claims --------------------------------------------------------------------------------------------------------


@intent("set_root_claim_threshold")
def set_root_claim_threshold(w: World) -> None:
    w.execute("set_root_claim_threshold", {"threshold": 0}, w.alice)
