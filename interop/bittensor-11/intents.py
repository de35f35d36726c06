"""Every intent that a subnet's people need, in the order of a subnet's life; each case looks at what it changed."""

from world import Keys, World

TEMPO = 30  # blocks; short, so that epochs cost little

cases: list[tuple[str, object]] = []


def intent(name: str):
    """Registers a case under the intent's name. Cases run in the order in which they stand."""

    def register(case):
        cases.append((name, case))
        return case

    return register


def raw_commitment(text: str) -> dict:
    data = text.encode()
    return {"fields": [[{f"Raw{len(data)}": "0x" + data.hex()}]]}


# Money and a subnet -------------------------------------------------------------------------------------------------


@intent("transfer")
def transfer(w: World) -> None:
    for keys in (w.owner, w.validator, w.second, *w.miners):
        before = w.read("balance", coldkey_ss58=keys.cold).rao
        w.execute("transfer", {"dest_ss58": keys.cold, "amount_tao": 20_000}, w.alice)
        assert w.read("balance", coldkey_ss58=keys.cold).rao - before == 20_000 * 10**9


@intent("transfer_all")
def transfer_all(w: World) -> None:
    purse = Keys("//Purse")
    w.execute("transfer", {"dest_ss58": purse.cold, "amount_tao": 5}, w.alice)
    w.execute("transfer_all", {"dest_ss58": w.alice.cold, "keep_alive": False}, purse)
    assert w.read("balance", coldkey_ss58=purse.cold).rao == 0


@intent("batch")
def batch(w: World) -> None:
    one, two = Keys("//Batch/1"), Keys("//Batch/2")
    w.execute("batch", {"intents": [
        {"op": "transfer", "dest_ss58": one.cold, "amount_tao": 1},
        {"op": "transfer", "dest_ss58": two.cold, "amount_tao": 2},
    ]}, w.alice)  # fmt: skip
    assert [w.read("balance", coldkey_ss58=k.cold).rao for k in (one, two)] == [10**9, 2 * 10**9]


@intent("register_subnet")
def register_subnet(w: World) -> None:
    w.sudo("AdminUtils", "sudo_set_network_rate_limit", {"rate_limit": 0})
    w.netuid = w.execute("register_subnet", {"hotkey_ss58": w.owner.hot}, w.owner).data["netuid"]
    w.other = w.execute("register_subnet", {"hotkey_ss58": w.rival.hot}, w.rival).data["netuid"]
    assert {w.netuid, w.other} <= {subnet.netuid for subnet in w.read("subnets")}


@intent("start_call")
def start_call(w: World) -> None:
    for netuid, keys in ((w.netuid, w.owner), (w.other, w.rival)):
        w.execute("start_call", {"netuid": netuid}, keys)
        assert w.client.query(("SubtensorModule", "SubtokenEnabled"), [netuid])


@intent("set_subnet_emission_enabled")
def set_subnet_emission_enabled(w: World) -> None:
    w.execute("set_subnet_emission_enabled", {"netuids": [w.netuid, w.other], "enabled": True}, w.alice)
    assert w.read("subnet_emission_enabled", netuid=w.netuid) == 1


@intent("set_hyperparameter")
def set_hyperparameter(w: World) -> None:
    wanted = {
        "immunity_period": 4096, "min_allowed_weights": 2, "max_burn": 50 * 10**9, "serving_rate_limit": 0, "rho": 20,
        "commit_reveal_weights_enabled": False, "bonds_moving_avg": 900_000, "weights_version": 0, "liquid_alpha_enabled": True,
        "adjustment_alpha": 2**60, "activity_cutoff_factor": None, "commit_reveal_period": 1, "transfers_enabled": True,
    }  # fmt: skip
    from bittensor.intents import OWNER_HYPERPARAMETERS

    for name, value in wanted.items():
        assert name in OWNER_HYPERPARAMETERS, name
        if value is not None:
            w.execute("set_hyperparameter", {"netuid": w.netuid, "name": name, "value": value}, w.owner)
    assert w.read("immunity_period", netuid=w.netuid) == 4096
    assert w.read("min_allowed_weights", netuid=w.netuid) == 2
    assert not w.read("commit_reveal_enabled", netuid=w.netuid)
    # What only root may set, and what makes a run of seconds out of days.
    for netuid in (w.netuid, w.other):
        w.sudo("AdminUtils", "sudo_set_weights_set_rate_limit", {"netuid": netuid, "weights_set_rate_limit": 0})
        w.sudo("AdminUtils", "sudo_set_tempo", {"netuid": netuid, "tempo": TEMPO})
    w.sudo("AdminUtils", "sudo_set_admin_freeze_window", {"window": 0})
    w.sudo("AdminUtils", "sudo_set_tx_rate_limit", {"tx_rate_limit": 0})
    w.sudo("AdminUtils", "sudo_set_tx_delegate_take_rate_limit", {"tx_rate_limit": 0})


@intent("burned_register")
def burned_register(w: World) -> None:
    for keys in (w.validator, w.second, *w.miners):
        w.execute("burned_register", {"netuid": w.netuid, "hotkey_ss58": keys.hot}, keys)
        w.mine(2)
    w.reconnect()
    assert [w.read("uid", hotkey_ss58=k.hot, netuid=w.netuid) for k in (w.owner, w.validator, w.miners[2])] == [0, 1, 5]
    w.execute("burned_register", {"netuid": w.other, "hotkey_ss58": w.validator.hot}, w.validator)
    w.reconnect()


@intent("root_register")
def root_register(w: World) -> None:
    w.execute("root_register", {"hotkey_ss58": w.validator.hot}, w.validator)
    assert w.read("uid", hotkey_ss58=w.validator.hot, netuid=0) is not None


@intent("associate_hotkey")
def associate_hotkey(w: World) -> None:
    spare = Keys("//Staker//spare")
    w.execute("associate_hotkey", {"hotkey_ss58": spare.cold}, w.staker)
    assert w.read("hotkey_owner", hotkey_ss58=spare.cold) == w.staker.cold
    assert spare.cold in w.read("owned_hotkeys", coldkey_ss58=w.staker.cold)


# Serving ------------------------------------------------------------------------------------------------------------


@intent("serve_axon")
def serve_axon(w: World) -> None:
    for n, keys in enumerate(w.miners):
        w.execute("serve_axon", {"netuid": w.netuid, "ip": f"203.0.113.{n + 1}", "port": 8091}, keys)
    assert axon(w, w.miners[0]) == "203.0.113.1:8091"


@intent("serve_axon_tls")
def serve_axon_tls(w: World) -> None:
    certificate = "0x01" + "ab" * 32
    w.execute("serve_axon_tls", {"netuid": w.netuid, "ip": "203.0.113.9", "port": 8092, "certificate": certificate}, w.second)
    assert axon(w, w.second) == "203.0.113.9:8092"
    stored = w.client.query(("SubtensorModule", "NeuronCertificates"), [w.netuid, w.second.hot])
    assert stored["algorithm"] == 1 and stored["public_key"] == "0x" + "ab" * 32, stored


@intent("serve_prometheus")
def serve_prometheus(w: World) -> None:
    w.execute("serve_prometheus", {"netuid": w.netuid, "ip": "203.0.113.1", "port": 9090}, w.miners[0])
    stored = w.client.query(("SubtensorModule", "Prometheus"), [w.netuid, w.miners[0].hot])
    assert stored["port"] == 9090, stored


@intent("reset_axon")
def reset_axon(w: World) -> None:
    w.execute("reset_axon", {"netuid": w.netuid}, w.miners[2])
    assert axon(w, w.miners[2]) is None


def axon(w: World, keys: Keys):
    neuron = w.client.subnets.metagraph(w.netuid).by_hotkey(keys.hot)
    assert neuron is not None, f"{keys.hot} is not in the metagraph"
    return neuron.axon


# Stake --------------------------------------------------------------------------------------------------------------


def stake_of(w: World, keys: Keys, hotkey: str, netuid: int) -> int:
    return w.read("stake", coldkey_ss58=keys.cold, hotkey_ss58=hotkey, netuid=netuid).rao


@intent("add_stake")
def add_stake(w: World) -> None:
    for keys, tao in ((w.validator, 20), (w.second, 10)):
        w.execute("add_stake", {"hotkey_ss58": keys.hot, "netuid": w.netuid, "amount_tao": tao}, keys)
        assert stake_of(w, keys, keys.hot, w.netuid) > 0
    plain = {"hotkey_ss58": w.validator.hot, "netuid": w.netuid, "amount_tao": 100, "slippage_protection": False}
    w.execute("add_stake", plain, w.staker)
    assert stake_of(w, w.staker, w.validator.hot, w.netuid) > 0


@intent("add_stake_limit")
def add_stake_limit(w: World) -> None:
    before = stake_of(w, w.staker, w.second.hot, w.netuid)
    args = {"hotkey_ss58": w.second.hot, "netuid": w.netuid, "amount_tao": 50, "limit_price_rao": 10**15, "allow_partial": False}
    w.execute("add_stake_limit", args, w.staker)
    assert stake_of(w, w.staker, w.second.hot, w.netuid) > before


@intent("remove_stake")
def remove_stake(w: World) -> None:
    before = stake_of(w, w.staker, w.validator.hot, w.netuid)
    w.execute("remove_stake", {"hotkey_ss58": w.validator.hot, "netuid": w.netuid, "amount_alpha": 5}, w.staker)
    args = {"hotkey_ss58": w.validator.hot, "netuid": w.netuid, "amount_alpha": 5, "slippage_protection": False}
    w.execute("remove_stake", args, w.staker)
    assert before - stake_of(w, w.staker, w.validator.hot, w.netuid) >= 9 * 10**9


@intent("remove_stake_limit")
def remove_stake_limit(w: World) -> None:
    before = stake_of(w, w.staker, w.validator.hot, w.netuid)
    args = {"hotkey_ss58": w.validator.hot, "netuid": w.netuid, "amount_alpha": 2, "limit_price_rao": 1, "allow_partial": True}
    w.execute("remove_stake_limit", args, w.staker)
    assert stake_of(w, w.staker, w.validator.hot, w.netuid) < before


@intent("move_stake")
def move_stake(w: World) -> None:
    before = stake_of(w, w.staker, w.second.hot, w.netuid)
    args = {"origin_hotkey_ss58": w.validator.hot, "origin_netuid": w.netuid, "dest_hotkey_ss58": w.second.hot}
    w.execute("move_stake", {**args, "dest_netuid": w.netuid, "amount_alpha": 3}, w.staker)
    assert stake_of(w, w.staker, w.second.hot, w.netuid) > before
    # Across subnets the client would take move_stake_limit, which the chain of spec 424 has not.
    other = {**args, "dest_netuid": w.other, "amount_alpha": 3, "slippage_protection": False}
    w.execute("move_stake", other, w.staker)
    assert stake_of(w, w.staker, w.second.hot, w.other) > 0


@intent("swap_stake")
def swap_stake(w: World) -> None:
    before = stake_of(w, w.staker, w.validator.hot, w.other)
    args = {"hotkey_ss58": w.validator.hot, "origin_netuid": w.netuid, "dest_netuid": w.other, "amount_alpha": 2}
    w.execute("swap_stake", args, w.staker)
    w.execute("swap_stake", {**args, "slippage_protection": False}, w.staker)
    assert stake_of(w, w.staker, w.validator.hot, w.other) > before


@intent("move_swap_stake")
def move_swap_stake(w: World) -> None:
    before = stake_of(w, w.staker, w.second.hot, w.other)
    args = {"origin_hotkey_ss58": w.validator.hot, "origin_netuid": w.netuid, "dest_hotkey_ss58": w.second.hot}
    w.execute("move_swap_stake", {**args, "dest_netuid": w.other, "amount_alpha": 2}, w.staker)
    assert stake_of(w, w.staker, w.second.hot, w.other) > before


@intent("transfer_stake")
def transfer_stake(w: World) -> None:
    args = {"dest_coldkey_ss58": w.alice.cold, "hotkey_ss58": w.validator.hot, "origin_netuid": w.netuid}
    w.execute("transfer_stake", {**args, "dest_netuid": w.netuid, "amount_alpha": 2}, w.staker)
    assert stake_of(w, w.alice, w.validator.hot, w.netuid) > 0


@intent("unstake_all")
def unstake_all(w: World) -> None:
    w.execute("unstake_all", {"hotkey_ss58": w.validator.hot}, w.alice)
    assert stake_of(w, w.alice, w.validator.hot, w.netuid) == 0


@intent("unstake_all_alpha")
def unstake_all_alpha(w: World) -> None:
    w.execute("unstake_all_alpha", {"hotkey_ss58": w.second.hot}, w.staker)
    assert stake_of(w, w.staker, w.second.hot, w.other) == 0
    assert stake_of(w, w.staker, w.second.hot, 0) > 0


@intent("set_auto_stake")
def set_auto_stake(w: World) -> None:
    w.execute("set_auto_stake", {"netuid": w.netuid, "hotkey_ss58": w.validator.hot}, w.miners[0])
    assert w.read("auto_stake", coldkey_ss58=w.miners[0].cold, netuid=w.netuid) == w.validator.hot


# Takes and children -------------------------------------------------------------------------------------------------


def take_of(w: World, keys: Keys) -> int:
    return w.read("delegate_take", hotkey_ss58=keys.hot)["take_u16"]


@intent("decrease_take")
def decrease_take(w: World) -> None:
    w.execute("decrease_take", {"take": 0.10, "hotkey_ss58": w.validator.hot}, w.validator)
    assert take_of(w, w.validator) in (6553, 6554)


@intent("increase_take")
def increase_take(w: World) -> None:
    w.execute("increase_take", {"take": 0.12, "hotkey_ss58": w.validator.hot}, w.validator)
    assert take_of(w, w.validator) in (7864, 7865)


@intent("set_take")
def set_take(w: World) -> None:
    w.execute("set_take", {"take": 0.09, "hotkey_ss58": w.validator.hot}, w.validator)
    assert take_of(w, w.validator) in (5898, 5899)


@intent("set_childkey_take")
def set_childkey_take(w: World) -> None:
    w.execute("set_childkey_take", {"netuid": w.netuid, "take": 0.05, "hotkey_ss58": w.second.hot}, w.second)
    assert w.client.query(("SubtensorModule", "ChildkeyTake"), [w.second.hot, w.netuid]) in (3276, 3277)


@intent("set_children")
def set_children(w: World) -> None:
    args = {"netuid": w.netuid, "children": [[0.25, w.second.hot]], "hotkey_ss58": w.validator.hot}
    w.sudo("SubtensorModule", "set_pending_childkey_cooldown", {"cooldown": 10})
    w.execute("set_children", args, w.validator)
    pending = w.read("pending_children", hotkey_ss58=w.validator.hot, netuid=w.netuid)
    assert [child for _, child in pending["children"]] == [w.second.hot] and pending["cooldown_block"] > 0, pending
    # They are children from the first epoch after the cooldown.
    w.mine(10 + TEMPO)
    assert [child for _, child in w.read("children", hotkey_ss58=w.validator.hot, netuid=w.netuid)] == [w.second.hot]


# Identities and mechanisms ------------------------------------------------------------------------------------------


@intent("set_identity")
def set_identity(w: World) -> None:
    w.execute("set_identity", {"name": "Validator One", "url": "https://example.com", "description": "for tests"}, w.validator)
    assert w.read("identity", coldkey_ss58=w.validator.cold)["name"] == "Validator One"


@intent("set_subnet_identity")
def set_subnet_identity(w: World) -> None:
    w.execute("set_subnet_identity", {"netuid": w.netuid, "subnet_name": "forecasts", "github_repo": "https://example.com/repo"}, w.owner)
    assert w.read("subnet_identity", netuid=w.netuid)["subnet_name"] == "forecasts"


@intent("update_symbol")
def update_symbol(w: World) -> None:
    w.execute("update_symbol", {"netuid": w.netuid, "symbol": "ד"}, w.owner)
    assert w.read("token_symbols")[w.netuid] == "ד"


@intent("set_mechanism_count")
def set_mechanism_count(w: World) -> None:
    w.sudo("AdminUtils", "sudo_set_max_allowed_uids", {"netuid": w.other, "max_allowed_uids": 64})
    w.execute("set_mechanism_count", {"netuid": w.other, "mechanism_count": 2}, w.rival)
    assert w.read("mechanism_count", netuid=w.other) == 2
    split = {"netuid": w.other, "maybe_split": [40_000, 25_535]}
    w.submit("AdminUtils", "sudo_set_mechanism_emission_split", split, w.rival)


@intent("trim_subnet")
def trim_subnet(w: World) -> None:
    w.execute("trim_subnet", {"netuid": w.netuid, "max_n": 128}, w.owner)
    assert w.client.query(("SubtensorModule", "MaxAllowedUids"), [w.netuid]) == 128
