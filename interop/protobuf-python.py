"""Reads messages with Python's protobuf, which shares no code with TensorKit: stdin and stdout are JSON.

In:  {"descriptors": hex of a FileDescriptorSet, "type": full name, "messages": [hex, ...]}
Out: {"implementation": name, "messages": [{"json": ..., "canonical": hex without unknown fields}, ...]}
"""

import json
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf.internal import api_implementation

given = json.load(sys.stdin)
pool = descriptor_pool.DescriptorPool()
for file in descriptor_pb2.FileDescriptorSet.FromString(bytes.fromhex(given["descriptors"])).file:
    pool.AddSerializedFile(file.SerializeToString())
message_class = message_factory.GetMessageClass(pool.FindMessageTypeByName(given["type"]))


def read(text):
    message = message_class.FromString(bytes.fromhex(text))
    as_json = json_format.MessageToDict(message)
    message.DiscardUnknownFields()
    return {"json": as_json, "canonical": message.SerializeToString(deterministic=True).hex()}


json.dump({"implementation": api_implementation.Type(), "messages": [read(text) for text in given["messages"]]}, sys.stdout)
