#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A cluster's double: an API server that knows KubeVirt's SEV subresources.

usage: server.py OPENAPI NODE PLATFORM FIRMWARE DIR

No cluster with SEV was at hand. This one keeps to KubeVirt's OpenAPI document
(what it is sent and what it says of the sev/ subresources is held against it)
and to the states in which KubeVirt allows them; behind it stands the firmware of
a virtual platform, through the program NODE (node.c), so a measurement, a
certificate chain and a secret are what a firmware makes of them.

DIR has ca.pem, server.pem and server.key; the port is written to DIR/port, each
request to DIR/log. DIR/mode holds words that make it evil, unlucky or strict;
DIR/secret is what the guest found in its memory when it ran. It ends with its
standard input.
"""
import base64
import http.server
import json
import os
import pathlib
import ssl
import subprocess
import sys
import threading
import time
import uuid

OPENAPI, NODE, PLATFORM, FIRMWARE, DIR = sys.argv[1:6]
DIR = pathlib.Path(DIR)
SPEC = json.loads(pathlib.Path(OPENAPI).read_text())
TOKEN = "token-of-the-owner"
LOCK = threading.RLock()
STORE = {"virtualmachineinstances": {}, "virtualmachines": {}}
KINDS = {"virtualmachineinstances": "VirtualMachineInstance",
         "virtualmachines": "VirtualMachine"}


def modes():
    try:
        return set((DIR / "mode").read_text().split())
    except FileNotFoundError:
        return set()


class Refusal(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


# -- What the document demands. ------------------------------------------------

QUANTITY = "#/definitions/k8s.io.apimachinery.pkg.api.resource.Quantity"


def hold(schema, value, where):
    """Raises when VALUE does not keep to SCHEMA."""
    if value is None:
        return
    if "$ref" in schema:
        if schema["$ref"] == QUANTITY and isinstance(value, (int, float)):
            return
        hold(SPEC["definitions"][schema["$ref"].split("/")[-1]], value, where)
        return
    kinds = schema["type"]
    kinds = kinds if isinstance(kinds, list) else [kinds]
    is_kind = {"object": dict, "array": list, "string": str,
               "boolean": bool, "integer": int, "number": (int, float)}
    if not any(isinstance(value, is_kind[k]) and
               (k == "boolean" or not isinstance(value, bool))
               for k in kinds if k != "null"):
        raise Refusal(422, f"{where}: not of type {kinds}")
    if isinstance(value, dict):
        fields = schema.get("properties", {})
        more = schema.get("additionalProperties")
        for key, item in value.items():
            if key in fields:
                hold(fields[key], item, f"{where}.{key}")
            elif isinstance(more, dict):
                hold(more, item, f"{where}.{key}")
            else:
                raise Refusal(400, f'strict decoding error: unknown field '
                                   f'"{where}.{key}"')
        for key in schema.get("required", []):
            if value.get(key) is None:
                raise Refusal(422, f"{where}.{key}: required")
    if isinstance(value, list) and "items" in schema:
        for i, item in enumerate(value):
            hold(schema["items"], item, f"{where}[{i}]")
    if "enum" in schema and value not in schema["enum"]:
        raise Refusal(422, f"{where}: not supported: {value}")


def definition(name):
    return {"$ref": f"#/definitions/{name}"}


def admit(spec):
    """What KubeVirt's own admission demands for SEV."""
    domain = spec["domain"]
    sev = (domain.get("launchSecurity") or {}).get("sev")
    if sev is None:
        return
    efi = ((domain.get("firmware") or {}).get("bootloader") or {}).get("efi")
    if efi is None:
        raise Refusal(422, "SEV requires OVMF (UEFI)")
    if efi.get("secureBoot") is not False:
        raise Refusal(422, "SEV does not work along with SecureBoot")
    if sev.get("attestation") is not None and \
            spec.get("startStrategy") != "Paused":
        raise Refusal(422, "SEV attestation requires VMI StartStrategy "
                           "'Paused'")
    for nic in (domain.get("devices") or {}).get("interfaces") or []:
        if nic.get("bootOrder") is not None:
            raise Refusal(422, "SEV does not work with bootable NICs")


# -- A guest. --------------------------------------------------------------------

class Guest:
    def __init__(self, vmi):
        sev = vmi["spec"]["domain"]["launchSecurity"]["sev"]
        es = (sev.get("policy") or {}).get("encryptedState", False)
        cpu = vmi["spec"]["domain"].get("cpu") or {}
        vcpus = 1
        for part in ("sockets", "cores", "threads"):
            vcpus *= cpu.get(part, 1)
        vcpus += 1 if "more-vcpus" in modes() else 0
        policy = 1 | (4 if es else 0)
        policy = 0 if "weak-policy" in modes() else policy
        firmware = FIRMWARE
        if "other-firmware" in modes():
            firmware = str(DIR / "other.fd")
        base = DIR / vmi["metadata"]["uid"]
        for name in ("dhCert", "session"):
            pathlib.Path(f"{base}.{name}").write_text(sev[name])
        self.process = subprocess.Popen(
            [NODE, PLATFORM, "guest", str(policy), firmware, str(vcpus),
             cpu.get("model", "EPYC-Milan"), f"{base}.dhCert",
             f"{base}.session"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        answer = self.process.stdout.readline().split()
        if not answer or answer[0] != "measured":
            raise RuntimeError(" ".join(answer))
        self.measurement = answer[1]
        self.numbers = [int(n) for n in answer[2:]]

    def order(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().split(None, 1)

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


GUESTS = {}


def end_guest(vmi):
    guest = GUESTS.pop(vmi["metadata"]["uid"], None)
    if guest is not None:
        guest.end()


def progress(vmi):
    """What has happened between two looks."""
    phase = vmi["status"]["phase"]
    words = modes()
    if "fails" in words:
        vmi["status"].update(phase="Failed", reason="NoSuchNode")
    elif "never-scheduled" in words:
        pass
    elif phase == "Pending":
        vmi["status"]["phase"] = "Scheduling"
    elif phase == "Scheduling":
        vmi["status"].update(phase="Scheduled", nodeName="node1")
    elif phase == "Scheduled" and "session" in \
            vmi["spec"]["domain"]["launchSecurity"]["sev"] and \
            "never-runs" not in words:
        try:
            GUESTS[vmi["metadata"]["uid"]] = Guest(vmi)
        except RuntimeError as why:
            vmi["status"].update(phase="Failed", reason=str(why))
            return
        vmi["status"].update(phase="Running", conditions=[
            {"type": "Ready", "status": "False"},
            {"type": "Paused", "status": "True"}])


def paused(vmi):
    return {"type": "Paused", "status": "True"} in \
        vmi["status"].get("conditions", [])


# -- Requests. --------------------------------------------------------------------

def sev_of(vmi):
    return (vmi["spec"]["domain"].get("launchSecurity") or {}).get("sev") or {}


def need(condition, message):
    if not condition:
        raise Refusal(409, message)


def fetchcertchain(vmi, _body):
    need(vmi["status"]["phase"] in ("Scheduled", "Running"),
         "VMI is not assigned to a node yet")
    need(sev_of(vmi).get("attestation") is not None,
         "Attestation not requested for VMI")
    platform = PLATFORM
    if "other-chain" in modes():
        platform = str(DIR / "other-platform")
    pdh, chain = subprocess.run([NODE, platform, "certs"], check=True,
                                capture_output=True, text=True).stdout.split()
    if "no-chain" in modes():
        return 200, {"pdh": "", "certChain": ""}
    if "garbled-chain" in modes():
        chain = chain[:40] + "AAAA" + chain[44:]
    return 200, {"pdh": pdh, "certChain": chain}


def setupsession(vmi, body):
    hold(definition("v1.SEVSessionOptions"), body, "body")
    if not body.get("session") or not body.get("dhCert"):
        raise Refusal(400, "Session blob and DH cert are required")
    need(vmi["status"]["phase"] == "Scheduled", "VMI is not in Scheduled phase")
    need(sev_of(vmi).get("attestation") is not None,
         "Attestation not requested for VMI")
    need("session" not in sev_of(vmi), "Session already defined")
    sev_of(vmi).update(session=body["session"], dhCert=body["dhCert"])
    return 202, None


def querylaunchmeasurement(vmi, _body):
    need(vmi["status"]["phase"] == "Running", "VMI is not running")
    need(paused(vmi), "VMI is not paused")
    guest = GUESTS[vmi["metadata"]["uid"]]
    measurement = guest.measurement
    if "other-measurement" in modes():
        measurement = base64.b64encode(bytes(48)).decode()
    major, minor, build, policy = guest.numbers
    if "lies-policy" in modes():
        policy |= 2
    if "lies-api" in modes():
        minor += 1
    answer = {"measurement": measurement, "apiMajor": major, "apiMinor": minor,
              "buildID": build, "policy": policy, "loaderSHA": "00" * 32}
    hold(definition("v1.SEVMeasurementInfo"), answer, "answer")
    return 200, answer


def injectlaunchsecret(vmi, body):
    hold(definition("v1.SEVSecretOptions"), body, "body")
    need(vmi["status"]["phase"] == "Running" and paused(vmi),
         "VMI is not paused")
    answer = GUESTS[vmi["metadata"]["uid"]].order(
        f"inject {body['header']} {body['secret']}")
    if not answer or answer[0] != "ok":
        raise Refusal(500, "".join(answer[1:]))
    return 200, None


def unpause(vmi, _body):
    need(paused(vmi), "VMI is not paused")
    answer = GUESTS[vmi["metadata"]["uid"]].order("run")
    if answer[0] != "ok":
        raise Refusal(500, answer[1])
    (DIR / "secret").write_bytes(base64.b64decode(answer[1]))
    if "stays-paused" not in modes():
        vmi["status"]["conditions"] = [{"type": "Ready", "status": "True"}]
    return 202, None


SUBRESOURCES = {("GET", "sev/fetchcertchain"): fetchcertchain,
                ("PUT", "sev/setupsession"): setupsession,
                ("GET", "sev/querylaunchmeasurement"): querylaunchmeasurement,
                ("PUT", "sev/injectlaunchsecret"): injectlaunchsecret,
                ("PUT", "unpause"): unpause}
for path in SPEC["paths"]:  # each of them is served, and by its method
    sub = path.split("{name}/")[1]
    method = next(m for m in SPEC["paths"][path] if m != "parameters")
    assert (method.upper(), sub) in SUBRESOURCES, path


def find(kind, ns, name):
    found = STORE[kind].get((ns, name))
    if found is None:
        raise Refusal(404, f'{kind}.kubevirt.io "{name}" not found')
    return found


def make_instance(ns, name, body):
    spec = json.loads(json.dumps(body["spec"]))
    # The server fills in what is left open.
    spec["domain"].setdefault("machine", {"type": "pc-q35-rhel9.4.0"})
    spec.setdefault("terminationGracePeriodSeconds", 30)
    memory = spec["domain"].get("memory") or {}
    if memory.get("guest") == "1024Mi":
        memory["guest"] = "1Gi"
    if "adds-device" in modes():
        spec["domain"]["devices"]["hostDevices"] = [
            {"name": "spy", "deviceName": "x"}]
    if "other-kernel" in modes():
        spec["domain"]["firmware"]["kernelBoot"] = {"kernelArgs": "init=/sh"}
    metadata = dict(body.get("metadata") or {}, name=name, namespace=ns,
                    uid=str(uuid.uuid4()))
    vmi = {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstance",
           "metadata": metadata, "spec": spec, "status": {"phase": "Pending"}}
    STORE["virtualmachineinstances"][ns, name] = vmi
    return vmi


def create(kind, ns, body):
    name = body["metadata"]["name"]
    hold(definition(f"v1.{KINDS[kind]}"), body, KINDS[kind])
    admit(body["spec"]["template"]["spec"] if kind == "virtualmachines"
          else body["spec"])
    if (ns, name) in STORE[kind]:
        raise Refusal(409, f'{kind} "{name}" already exists')
    if kind == "virtualmachineinstances":
        return 201, make_instance(ns, name, body)
    body["metadata"]["uid"] = str(uuid.uuid4())
    STORE[kind][ns, name] = body
    return 201, body


def delete(kind, ns, name, body):
    found = find(kind, ns, name)
    wanted = ((body or {}).get("preconditions") or {}).get("uid")
    if wanted is not None and wanted != found["metadata"]["uid"]:
        raise Refusal(409, "the UID in the precondition does not match")
    if "no-delete" in modes():
        return 200, {"kind": "Status"}
    if kind == "virtualmachines":
        STORE[kind].pop((ns, name))
        kind = "virtualmachineinstances"
    vmi = STORE[kind].pop((ns, name), None)
    if vmi is not None:
        end_guest(vmi)
    return 200, {"kind": "Status", "status": "Success"}


def vm_verb(ns, name, verb):
    vm = find("virtualmachines", ns, name)
    running = (ns, name) in STORE["virtualmachineinstances"]
    if verb == "start":
        need(not running, "VM is already running")
        make_instance(ns, name, vm["spec"]["template"])
        return 202, None
    need(running, "VM is not running")
    return delete("virtualmachineinstances", ns, name, None)


def nodes(query):
    rows = []
    words = modes()
    for i in range(2):
        labels = {"kubevirt.io/schedulable": "true"}
        allocatable = {}
        if "no-sev" not in words and i == 0:
            labels["kubevirt.io/sev"] = ""
            if "no-es" not in words:
                labels["kubevirt.io/sev-es"] = ""
            if "no-device" not in words:
                allocatable["devices.kubevirt.io/sev"] = "15"
        rows.append({"metadata": {"name": f"node{i}", "labels": labels},
                     "spec": {"unschedulable": "cordoned" in words},
                     "status": {"allocatable": allocatable}})
    if "continue=" in query:
        return 200, {"items": rows[1:], "metadata": {}}
    return 200, {"items": rows[:1], "metadata": {"continue": "p2/="}}


def kubevirts():
    words = modes()
    if "no-kubevirt" in words:
        raise Refusal(404, "the server could not find the requested resource")
    gates = [] if "no-gate" in words else ["WorkloadEncryptionSEV"]
    return 200, {"items": [{
        "metadata": {"name": "kubevirt", "namespace": "kubevirt"},
        "spec": {"configuration": {
            "developerConfiguration": {"featureGates": gates}}},
        "status": {"observedKubeVirtVersion": "v1.4.0"}}]}


def answer(method, path, query, body):
    parts = path.strip("/").split("/")
    if path == "/api/v1/nodes":
        return nodes(query)
    if path == "/apis/kubevirt.io/v1/kubevirts":
        return kubevirts()
    if path == "/apis/subresources.kubevirt.io/v1/version":
        return 200, {"gitVersion": "v1.9.0-rc"}
    if parts[:3] == ["apis", "kubevirt.io", "v1"] and parts[5] in STORE:
        _, _, _, _, ns, kind, *name = parts
        if method == "POST" and not name:
            return create(kind, ns, body)
        if method == "DELETE":
            return delete(kind, ns, name[0], body)
        found = find(kind, ns, name[0])
        if kind == "virtualmachineinstances":
            progress(found)
            if "other-uid" in modes():
                found["metadata"]["uid"] = str(uuid.uuid4())
            if "other-session" in modes() and "session" in sev_of(found):
                found = json.loads(json.dumps(found))
                sev_of(found)["session"] = "AAAA"
        return 200, found
    if parts[:2] == ["apis", "subresources.kubevirt.io"]:
        _, _, _, _, ns, kind, name, *rest = parts
        if kind == "virtualmachines":
            return vm_verb(ns, name, rest[0])
        handler = SUBRESOURCES.get((method, "/".join(rest)))
        if handler is not None:
            return handler(find(kind, ns, name), body)
    raise Refusal(404, "the server could not find the requested resource")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def known(self):
        return (self.headers.get("Authorization") == f"Bearer {TOKEN}" or
                self.connection.getpeercert() is not None)

    def trouble(self, path):
        """Statuses that have nothing to do with the question."""
        for word in modes():
            what, _, where = word.partition("@")
            if where and where in path and what.isdigit():
                raise Refusal(int(what), "as the test wants it")
            if where and where in path and what == "once429":
                (DIR / "mode").write_text("")
                raise Refusal(429, "too many requests")

    def evil(self, path, status, data):
        if "lost-create" in modes() and self.command == "POST":
            return None, None
        for word in modes():
            what, _, where = word.partition("@")
            if not where or where not in path:
                continue
            if what == "garbage":
                data = b"\x00{]" * 9
            elif what == "huge":
                data = b'{"a": "' + b"x" * (9 << 20) + b'"}'
            elif what == "list":
                data = b"[]"
            elif what == "deep":
                data = b'{"a":' * 4000 + b"1" + b"}" * 4000
            elif what == "lost":
                return None, None
            elif what == "stall":
                while word in modes():
                    time.sleep(0.05)
        return status, data

    def handle_one(self):
        path, _, query = self.path.partition("?")
        n = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(n)
        try:
            if not self.known():
                raise Refusal(401, "Unauthorized")
            self.trouble(path)
            body = json.loads(raw) if raw else None
            with LOCK:
                status, tree = answer(self.command, path, query, body)
        except Refusal as why:
            status, tree = why.status, {
                "kind": "Status", "status": "Failure", "message": str(why)}
        data = b"" if tree is None else json.dumps(tree).encode()
        with LOCK, open(DIR / "log", "a", encoding="utf-8") as log:
            log.write(f"{self.command} {path} {status}\n")
        status, data = self.evil(path, status, data)
        if status is None:
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        try:
            self.wfile.write(data)
        except OSError:
            self.close_connection = True

    do_GET = do_PUT = do_POST = do_DELETE = handle_one


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a client that went away


def main():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(DIR / "server.pem", DIR / "server.key")
    tls.load_verify_locations(DIR / "ca.pem")
    tls.verify_mode = ssl.CERT_OPTIONAL
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = tls.wrap_socket(server.socket, server_side=True,
                                    do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (DIR / "port.new").write_text(str(server.server_address[1]))
    os.rename(DIR / "port.new", DIR / "port")
    sys.stdin.read()
    for vmi in list(STORE["virtualmachineinstances"].values()):
        end_guest(vmi)


main()
