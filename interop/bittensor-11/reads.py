"""Every read that a subnet's people need, of the chain that the intents left behind; a read with nothing in it fails."""

from bittensor.reads import REGISTRY
from intents import TEMPO
from world import World


def rao(value) -> int:
    return value.rao


def params(w: World) -> dict:
    """Arguments by parameter name: what most reads ask for."""
    return {
        "netuid": w.netuid, "mechid": 0, "uid": 1, "block": 5, "lite": True, "netuids": [w.netuid, w.other],
        "hotkey_ss58": w.validator.hot, "coldkey_ss58": w.validator.cold, "hotkey_ss58s": [w.validator.hot, w.second.hot],
        "coldkey_ss58s": [w.validator.cold, w.staker.cold], "amount_tao": 5, "amount_alpha": 5,
    }  # fmt: skip


def special(w: World) -> dict[str, dict]:
    """Arguments of reads whose value is kept for others than the validator."""
    miner = {"hotkey_ss58": w.miners[0].hot}
    return {
        "auto_stake": {"coldkey_ss58": w.miners[0].cold},
        "auto_stake_all": {"coldkey_ss58": w.miners[0].cold},
        "coldkey_swap_announcement": {"coldkey_ss58": w.miners[2].cold},
        "commitment": miner,
        "multisig": {"account_ss58": w.facts.get("multisig"), "call_hash": (w.facts.get("pending") or {}).get("hash")},
        "mechanism_count": {"netuid": w.other},
        "mechanism_emission_split": {"netuid": w.other},
        "parents": {"hotkey_ss58": w.second.hot},
        "proxies": {"coldkey_ss58": w.staker.cold},
        "delegated": {"coldkey_ss58": w.staker.cold},
    }


# What makes a value a value, where it is not enough that there is one.
expected = {
    "accepts_locked_alpha": lambda v, w: v is False,
    "alpha_price": lambda v, w: v["price_rao"] > 0,
    "alpha_prices": lambda v, w: v[w.netuid] > 0 and v[w.other] > 0,
    "auto_stake": lambda v, w: v == w.validator.hot,
    "auto_stake_all": lambda v, w: v == [{"netuid": w.netuid, "hotkey": w.validator.hot}],
    "balance": lambda v, w: rao(v) > 10**9,
    "balances": lambda v, w: all(rao(b) > 10**9 for b in v.values()) and len(v) == 2,
    "block_info": lambda v, w: v["number"] == 5 and "Timestamp.set" in v["extrinsics"],
    "block_time": lambda v, w: v == 12.0,
    "blocks_since_last_step": lambda v, w: 0 <= v <= TEMPO,
    "blocks_since_last_update": lambda v, w: v > 0,
    "blocks_until_next_epoch": lambda v, w: 0 <= v <= TEMPO,
    "bonds": lambda v, w: any(v.values()),
    "burn": lambda v, w: rao(v) > 0,
    "children": lambda v, w: [child for _, child in v] == [w.second.hot],
    "coldkey_lock": lambda v, w: v is None,
    "coldkey_swap_announcement": lambda v, w: v["execute_block"] > 0,
    "commit_reveal_enabled": lambda v, w: v is True,
    "commitment": lambda v, w: v.data == "hello subnet",
    "commitments": lambda v, w: [(c["hotkey"], c["commitment"]) for c in v] == [(w.miners[0].hot, "hello subnet")],
    "delegate": lambda v, w: v.hotkey == w.validator.hot and v.owner == w.validator.cold and w.netuid in v.registrations,
    "delegate_take": lambda v, w: v["take"] > 0 and v["max"] > v["take"],
    "delegated": lambda v, w: any(d.delegate.hotkey == w.validator.hot and rao(d.stake) > 0 for d in v),
    "delegates": lambda v, w: w.validator.hot in [d.hotkey for d in v],
    "difficulty": lambda v, w: v > 0,
    "epoch_status": lambda v, w: v["tempo"] == TEMPO and v["epoch_index"] > 0 and v["blocks_remaining"] is not None,
    "existential_deposit": lambda v, w: rao(v) == 500,
    "hotkey_conviction": lambda v, w: rao(v["conviction_alpha"]) == 0,
    "hotkey_identities": lambda v, w: v[w.validator.hot]["name"] == "Validator One",
    "hotkey_owner": lambda v, w: v == w.validator.cold,
    "identity": lambda v, w: v["name"] == "Validator One",
    "immunity_period": lambda v, w: v == 4096,
    "is_delegate": lambda v, w: v is True,
    "is_fast_blocks": lambda v, w: v is False,
    "locks_for_coldkey": lambda v, w: v == [],
    "locks_for_hotkey": lambda v, w: v == [],
    "max_weight_limit": lambda v, w: v == 65535,
    "mechanism_count": lambda v, w: v == 2,
    "mechanism_emission_split": lambda v, w: v == [40_000, 25_535],
    "metagraph": lambda v, w: v["name"] == "forecasts" and len(v["hotkeys"]) == 6 and v["axons"][3]["port"] == 8091,
    "min_allowed_weights": lambda v, w: v == 2,
    "most_convicted_hotkey": lambda v, w: v is None or isinstance(v, str),
    "multisig": lambda v, w: v["depositor"] == w.alice.cold,
    "netuids_for_hotkey": lambda v, w: {w.netuid, w.other} <= set(v),
    "neurons": lambda v, w: [n.uid for n in v] == [0, 1, 2, 3, 4, 5] and rao(v[1].total_stake) > 0 and v[1].validator_permit,
    "next_epoch_start_block": lambda v, w: v >= w.client.block,
    "owned_hotkeys": lambda v, w: w.validator.hot in v,
    "parents": lambda v, w: [parent for _, parent in v] == [w.validator.hot],
    "pending_children": lambda v, w: isinstance(v["children"], list),
    "proxies": lambda v, w: v["proxies"] == [{"delegate": w.rival.cold, "proxy_type": "Staking", "delay": 0}] and rao(v["deposit"]) > 0,
    "quote_stake": lambda v, w: rao(v.alpha) > 0 and rao(v.tao_fee) > 0,
    "quote_unstake": lambda v, w: rao(v.tao) > 0 and rao(v.alpha_fee) + rao(v.tao_fee) > 0,
    "reveal_period": lambda v, w: v == 1,
    "revealed_commitment": lambda v, w: v is None or isinstance(v, (list, tuple)),
    "root_claim_threshold": lambda v, w: rao(v) >= 0,
    "stake": lambda v, w: rao(v) > 0,
    "stake_availability": lambda v, w: rao(v["total"]) > 0 and v["available"] == v["total"],
    "stake_availability_for_coldkey": lambda v, w: [r["netuid"] for r in v] == sorted([w.netuid, w.other]) and rao(v[0]["total"]) > 0,
    "stake_for_coldkey": lambda v, w: any(p.netuid == w.netuid and rao(p.stake) > 0 and p.is_registered for p in v),
    "stake_for_coldkeys": lambda v, w: set(v) == {w.validator.cold, w.staker.cold} and all(v.values()),
    "stake_value_for_coldkey": lambda v, w: rao(v.stake_value) > 0 and v.tao_per_alpha[w.netuid] > 0,
    "stake_value_for_coldkeys": lambda v, w: all(rao(one.stake_value) > 0 for one in v.values()) and len(v) == 2,
    "staking_hotkeys": lambda v, w: w.validator.hot in v,
    "subnet": lambda v, w: (v.tempo, v.neuron_count) == (TEMPO, 6) and rao(v.burn) > 0,
    "subnet_convictions": lambda v, w: rao(v["alpha_out"]) > 0 and v["owner_hotkey"] == w.owner.hot,
    "subnet_emission_enabled": lambda v, w: v == 1,
    "subnet_hyperparameters": lambda v, w: v["tempo"] == TEMPO and v["immunity_period"] == 4096 and len(v) > 30,
    "subnet_identity": lambda v, w: v["subnet_name"] == "forecasts",
    "subnet_names": lambda v, w: v[w.netuid] == "forecasts",
    "subnet_registration_cost": lambda v, w: rao(v) > 0,
    "subnet_start_schedule": lambda v, w: 0 < v["registered_at"] <= v["earliest_start_block"] < v["current_block"],
    "subnet_tao_flows": lambda v, w: v == {},  # the moving average of flows is not kept
    "subnets": lambda v, w: {0, w.netuid, w.other} <= {s.netuid for s in v},
    "timelocked_weight_commits": lambda v, w: w.validator.hot in [c["hotkey"] for commits in v.values() for c in commits],
    "timestamp": lambda v, w: v["block"] > 0 and v["unix"] > 1_700_000_000,
    "token_symbols": lambda v, w: v[w.netuid] == "ד",
    "tx_rate_limit": lambda v, w: v == 0,
    "uid": lambda v, w: v == 1,
    "weights": lambda v, w: v[1] and all(0 < fraction <= 1 for row in v.values() for fraction in row.values()),
    "weights_rate_limit": lambda v, w: v == 0,
}


def case(name: str, w: World) -> None:
    common, own = params(w), special(w).get(name, {})
    spec = REGISTRY[name]
    value = w.read(name, **{p: own.get(p, common.get(p)) for p in spec.params})
    assert expected[name](value, w), f"gave {value!r}"[:600]


def typed(w: World) -> None:
    """The typed metagraph and neurons with weights, which are the client's other ways to the same APIs."""
    graph = w.client.subnets.metagraph(w.netuid)
    validator = graph.by_hotkey(w.validator.hot)
    assert (validator.uid, validator.coldkey, validator.validator_permit) == (1, w.validator.cold, True)
    assert validator.total_stake.rao > 0 and validator.identity is not None and graph.price > 0
    assert {m.uid for m in graph.validators} >= {1, 2}
    assert graph.by_hotkey(w.miners[0].hot).commitment is not None
    full = w.read("neurons", netuid=w.netuid, lite=False)
    assert full[1].raw["weights"], full[1].raw
