"""Does what another wallet program does with keys: peer.py NAME, requests as JSON on standard input, one a list entry.

NAME is bittensor, bittensor-core or bittensor-wallet. The last line of the output is a list of answers; a request that fails answers
{"error": ...}, so that one failure does not hide the others.
"""

import base64
import ctypes
import hashlib
import json
import os
import sys

NAME = sys.argv[1]
if NAME == "bittensor-wallet":
    import bittensor_wallet as core
    import bittensor_wallet.keyfile as files
else:
    import bittensor_core as core

    files = core
if NAME == "bittensor":
    from bittensor.keyfiles import Keyfile
elif NAME == "bittensor-wallet":
    from bittensor_wallet import Keyfile
else:
    Keyfile = None

Keypair = core.Keypair
SCHEMES = {"ed25519": 0, "sr25519": 1}


def typed(function, value, scheme):
    """bittensor-wallet 4.0 knows one scheme and takes no argument for it."""
    try:
        return function(value, crypto_type=SCHEMES[scheme])
    except TypeError:
        if scheme != "sr25519":
            raise
        return function(value)


def make(source):
    kind, value, scheme = source["kind"], source["value"], source["scheme"]
    if kind == "mnemonic":
        return typed(Keypair.create_from_mnemonic, value, scheme)
    if kind == "uri":
        return typed(Keypair.create_from_uri, value, scheme)
    if kind == "privateKey":
        return typed(Keypair.create_from_private_key, value, scheme)
    if kind == "seed":
        return typed(Keypair.create_from_seed, value if NAME == "bittensor-wallet" else bytes.fromhex(value), scheme)
    if kind == "address":
        pair = typed(lambda v, **rest: Keypair(ss58_address=v, **rest), value, scheme)
        return pair
    raise ValueError(kind)


def raw(value):
    return bytes.fromhex(value.removeprefix("0x")) if isinstance(value, str) else bytes(value)


def describe(pair, message=None):
    answer = {"address": pair.ss58_address, "publicKey": raw(pair.public_key).hex(), "scheme": pair.crypto_type}
    if message is not None:
        answer["signature"] = bytes(pair.sign(bytes.fromhex(message))).hex()
    return answer


def write(request):
    pair, file, password = make(request["source"]), request["file"], request.get("password")
    if request.get("cipher") == "ansible-vault":
        plain = bytes(files.serialized_keypair_to_keyfile_data(pair))
        data = bytes(files.legacy_encrypt_keyfile_data(plain, password))
    elif request.get("cipher") == "fernet":
        data = fernet(bytes(files.serialized_keypair_to_keyfile_data(pair)), password)
    elif Keyfile is not None:
        key = Keyfile(file, "key")
        key.set_keypair(pair, encrypt=password is not None, overwrite=True, password=password)
        os.chmod(file, 0o600)
        return describe(pair)
    else:
        plain = bytes(files.serialized_keypair_to_keyfile_data(pair))
        data = plain if password is None else bytes(files.encrypt_keyfile_data(plain, password))
    with open(file, "wb") as handle:
        handle.write(data)
    os.chmod(file, 0o600)
    return describe(pair)


FERNET_KEYS = {}


def fernet(plain, password):
    from cryptography.fernet import Fernet

    if password not in FERNET_KEYS:
        salt = b"Iguesscyborgslikemyselfhaveatendencytobeparanoidaboutourorigins"
        FERNET_KEYS[password] = base64.urlsafe_b64encode(hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 10_000_000, 32))
    return Fernet(FERNET_KEYS[password]).encrypt(plain)


def read(request):
    file, password = request["file"], request.get("password")
    if Keyfile is not None:
        pair = Keyfile(file, "key").get_keypair(password) if password is not None else Keyfile(file, "key").get_keypair()
    else:
        with open(file, "rb") as handle:
            data = handle.read()
        if password is not None:
            data = bytes(files.decrypt_keyfile_data(data, password))
        pair = files.deserialize_keypair_from_keyfile_data(data)
    return describe(pair, request.get("message"))


def verify(request):
    pair = typed(lambda v, **rest: Keypair(ss58_address=v, **rest), request["address"], request["scheme"])
    return {"ok": bool(pair.verify(bytes.fromhex(request["message"]), bytes.fromhex(request["signature"])))}


def environment(request):
    """The password that the program finds in its environment for a file."""
    key = Keyfile(request["file"], "key")
    variable = key.env_var_name()
    answer = {"variable": variable}
    if "value" in request:
        os.environ[variable] = request["value"]
        answer["password"] = files.get_password_from_environment(variable)
    else:
        key.save_password_to_env(request["password"])
        # The Rust parts set it behind Python's back.
        getenv = ctypes.CDLL(None).getenv
        getenv.restype = ctypes.c_char_p
        answer["value"] = getenv(variable.encode()).decode()
    return answer


def address_of(key):
    return Keypair(public_key=key).ss58_address if NAME == "bittensor-wallet" else core.ss58_encode(bytes.fromhex(key), 42)


OPERATIONS = {
    "write": write,
    "read": read,
    "verify": verify,
    "environment": environment,
    "derive": lambda request: describe(make(request["source"]), request.get("message")),
    "mnemonic": lambda request: {"mnemonic": Keypair.generate_mnemonic(request["words"])},
    "json": lambda request: describe(Keypair.create_from_encrypted_json(request["json"], request["password"]), request.get("message")),
    "ss58": lambda request: {"addresses": [address_of(key) for key in request["keys"]]},
}


def answer(request):
    try:
        return OPERATIONS[request["operation"]](request)
    except BaseException as error:  # every kind of failure is a finding; the Rust parts raise BaseException
        if isinstance(error, KeyboardInterrupt):
            raise
        return {"error": f"{type(error).__name__}: {error}"[:500]}


answers = [answer(request) for request in json.load(sys.stdin)]
print("\n" + json.dumps(answers))
