"""A client on grpcio (C-core) against a server whose only method answers each message with itself.

Usage: grpcio-client.py PORT; prints a JSON object with what it saw of each case.
"""

import json
import sys
import time

import grpc

path = "/test.v1.Test/Echo"
options = [("grpc.max_receive_message_length", 8 << 20)]


def code_of(call):
    try:
        call()
    except grpc.RpcError as error:
        return error.code().name
    return "OK"


with grpc.insecure_channel(f"127.0.0.1:{sys.argv[1]}", options=options) as channel:
    unary = channel.unary_unary(path)
    bidi = channel.stream_stream(path)
    seen = {}

    large = bytes(range(256)) * 12_000
    seen["unary"] = unary(large, timeout=20) == large
    seen["gzip"] = unary(large, timeout=20, compression=grpc.Compression.Gzip) == large
    seen["deflate"] = unary(large, timeout=20, compression=grpc.Compression.Deflate) == large
    seen["empty"] = unary(b"", timeout=20) == b""

    reply, call = unary.with_call(b"x", timeout=20, metadata=[("x-echo-bin", b"\x00\xff"), ("x-echo-bin", b"two")])
    seen["trailers"] = [value.hex() for key, value in call.trailing_metadata() if key == "x-echo-bin"]

    requests = [bytes([n]) * size for n, size in enumerate([27_182, 8, 1_828, 45_904])]
    seen["streams"] = list(bidi(iter(requests), timeout=20)) == requests

    seen["unknown method"] = code_of(lambda: channel.unary_unary("/test.v1.Test/Other")(b"", timeout=20))
    seen["too large"] = code_of(lambda: unary(bytes(5 << 20), timeout=20))

    def waits():
        while True:
            time.sleep(0.05)
            yield b"x"

    seen["deadline"] = code_of(lambda: list(bidi(waits(), timeout=0.5)))

    cancelled = bidi(waits(), timeout=20)
    next(cancelled)
    cancelled.cancel()
    seen["cancelled"] = code_of(lambda: list(cancelled))

    seen["still there"] = unary(b"y", timeout=20) == b"y"
    print(json.dumps(seen))
