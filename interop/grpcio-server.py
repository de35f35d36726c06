"""The server of gRPC's interop cases on grpcio (C-core): TLS, gzip replies, messages that are bare bytes.

Usage: grpcio-server.py KEY.pem CERT.pem; prints its port, then a line for each call that its client cancelled.
"""

import json
import sys
import threading
import time
from concurrent import futures

import grpc


def codes(number):
    return next(code for code in grpc.StatusCode if code.value[0] == number)


def watch(context):
    """Echoes metadata as the interop cases ask, and tells of cancellation."""
    metadata = dict(context.invocation_metadata())
    if "x-grpc-test-echo-initial" in metadata:
        context.send_initial_metadata([("x-grpc-test-echo-initial", metadata["x-grpc-test-echo-initial"])])
    if "x-grpc-test-echo-trailing-bin" in metadata:
        context.set_trailing_metadata([("x-grpc-test-echo-trailing-bin", metadata["x-grpc-test-echo-trailing-bin"])])
    done = []
    context.add_callback(lambda: done or print("cancelled", flush=True))
    return done


def is_cancelled(context):
    """The requests of a cancelled call end like those of any other, a moment before the call is known to be cancelled."""
    time.sleep(0.1)
    return not context.is_active()


def unary(request, context):
    done = watch(context)
    done.append(True)
    if request[:1] == b"\xee":
        context.abort(codes(request[1]), request[2:].decode())
    return request


def client_stream(requests, context):
    done = watch(context)
    sizes = [len(request) for request in requests]
    if not is_cancelled(context):
        done.append(True)
    return f"{len(sizes)} {sum(sizes)}".encode()


def server_stream(request, context):
    done = watch(context)
    for index, size in enumerate(json.loads(request)):
        yield bytes([index]) * size
    done.append(True)


def bidi(requests, context):
    done = watch(context)
    for request in requests:
        if request[:1] == b"\xee":
            done.append(True)
            context.abort(codes(request[1]), request[2:].decode())
        yield request
    if not is_cancelled(context):
        done.append(True)


def sleep(requests, context):
    watch(context)
    over = threading.Event()
    context.add_callback(over.set)
    over.wait()
    yield from ()


def main():
    key, cert = (open(path, "rb").read() for path in sys.argv[1:3])
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), compression=grpc.Compression.Gzip)
    handlers = {
        "UnaryCall": grpc.unary_unary_rpc_method_handler(unary),
        "StreamingInputCall": grpc.stream_unary_rpc_method_handler(client_stream),
        "StreamingOutputCall": grpc.unary_stream_rpc_method_handler(server_stream),
        "FullDuplexCall": grpc.stream_stream_rpc_method_handler(bidi),
        "Sleep": grpc.stream_stream_rpc_method_handler(sleep),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("grpc.testing.TestService", handlers),))
    port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, cert)]))
    server.start()
    print(port, flush=True)
    sys.stdin.read()


main()
