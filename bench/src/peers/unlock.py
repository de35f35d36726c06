"""Unlocks key files as Bittensor does: a line of JSON in, the seconds it took out."""

import json
import sys
import time

from bittensor.keyfiles import Keyfile

for line in sys.stdin:
    request = json.loads(line)
    start = time.perf_counter()
    address = Keyfile(request["file"]).get_keypair(request["password"]).ss58_address
    print("\n" + json.dumps({"seconds": time.perf_counter() - start, "address": address}), flush=True)
