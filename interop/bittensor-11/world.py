"""The accounts of the run, and the chain that it drives: only the client's own ways in, and the node's way to seal blocks."""

import json
import urllib.request

import bittensor as bt
from bittensor.keyfiles import Keypair


class Keys:
    """A wallet in memory; the client takes anything with these three attributes for one."""

    def __init__(self, coldkey: str, hotkey: str | None = None) -> None:
        self.coldkey = Keypair.create_from_uri(coldkey)
        self.coldkeypub = self.coldkey
        self.hotkey = Keypair.create_from_uri(hotkey or f"{coldkey}//hot")

    @property
    def cold(self) -> str:
        return self.coldkey.ss58_address

    @property
    def hot(self) -> str:
        return self.hotkey.ss58_address


class World:
    """One chain, one client, and who is who."""

    def __init__(self, url: str, http_url: str) -> None:
        self.url = url
        self.http_url = http_url
        self.client = self.connect()
        self.alice = Keys("//Alice")  # holds the sudo key
        self.staker = Keys("//Bob")
        self.rival = Keys("//Charlie")  # owns a second subnet
        self.owner = Keys("//Owner")
        self.validator = Keys("//Validator/1", "//Validator/1//hot")
        self.second = Keys("//Validator/2", "//Validator/2//hot")
        self.miners = [Keys(f"//Miner/{n}", f"//Miner/{n}//hot") for n in range(1, 4)]
        self.netuid = 0  # of the owner's subnet, once it is there
        self.other = 0  # of the rival's
        self.facts: dict = {}  # what a case leaves for a later one

    def connect(self) -> bt.Subtensor:
        return bt.Subtensor(self.url, archive_endpoints=[], fallback_endpoints=[])

    def reconnect(self) -> None:
        """After sealed submissions: the client counts one nonce where carrier and inner extrinsic use two."""
        self.client.close()
        self.client = self.connect()

    def read(self, name: str, **params):
        return self.client.read(name, **params)

    def execute(self, op: str, args: dict, wallet: Keys, **options) -> bt.ExtrinsicResult:
        """An intent by its name, as an agent or btcli would; a failure raises."""
        return self.client.execute_tool(op, args, wallet, **options).raise_for_failure()

    def submit(self, pallet: str, call: str, params: dict, wallet: Keys, **options) -> bt.ExtrinsicResult:
        """A call that has no intent of its own."""
        from bittensor._generated.calls import Call

        return self.client.submit_call(Call(pallet, call, params), wallet, **options).raise_for_failure()

    def sudo(self, pallet: str, call: str, params: dict) -> None:
        from bittensor._generated.calls import Call

        inner = self.client.compose(Call(pallet, call, params))
        self.submit("Sudo", "sudo", {"call": inner}, self.alice)

    def mine(self, blocks: int) -> None:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tensorkit_mine", "params": [blocks]}).encode()
        request = urllib.request.Request(self.http_url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=120) as response:
            answer = json.load(response)
        if "error" in answer:
            raise RuntimeError(answer["error"])

    def mine_to(self, block: int) -> None:
        distance = block - self.client.block
        if distance > 0:
            self.mine(distance)
