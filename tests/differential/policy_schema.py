#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The JSON schema for editors against the loader, which is the truth: the same keys in every object, every
valid policy of this repository passes, and what is wrong by its shape alone is refused by both. TAP.

usage: policy_schema.py BULKHEAD
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
    import yaml
except ImportError:
    print("1..0 # SKIP python3-jsonschema is not installed (scripts/install-deps)")
    sys.exit(0)

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "lib/policy/policy.schema.json").read_text(encoding="utf-8"))
BULKHEAD = sys.argv[1]
NUMBER = 0


def case(good, name, why=""):
    global NUMBER
    NUMBER += 1
    print(f"{'ok' if good else 'not ok'} {NUMBER} - {name}")
    for line in why.splitlines()[:20] if not good else []:
        print(f"# {line}")


class Texts(yaml.SafeLoader):
    """As the loader reads: a scalar is what is written, `no` is the text no; numbers and true stay."""


Texts.yaml_implicit_resolvers = {
    k: [(tag, regexp) for tag, regexp in v if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")]
    for k, v in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Texts.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def schema_errors(text):
    document = yaml.load(text, Loader=Texts)
    return [e.message for e in jsonschema.Draft202012Validator(SCHEMA).iter_errors(document)]


def findings(text):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        run = subprocess.run([BULKHEAD, "--json", "validate", file.name], capture_output=True, text=True, check=False)
    answer = json.loads(run.stdout)
    return [f for f in answer.get("findings", []) if f["severity"] == "SEVERITY_ERROR"]


KEY = "ed25519:" + "ab" * 32
HEAD = """identities:
  - { name: a, bind: { gateway: g, port: p, mac: "02:00:00:00:00:01", ip: 10.0.0.1 }@identity@bind }
relationships:
  - { name: r, from: a, to: a, @relationship tcp: { ports: [1]@tcp }, udp: { ports: [1]@udp }, icmp: { echo: true@icmp }, when: { posture: [x]@when },
      modbus: { allow: [ { read: { units: [1]@rule } } ]@modbus, opaque: { tls: { min_version: "1.2"@opaque_tls }@opaque_terms } } }
approvers:
  - { name: x, key: "KEY"@approver }
  - { name: y, key: "KEY2" }
grants:
  - { name: g, subject: s, on: a, to: a, until: 2030-01-01T00:00Z, tcp: { ports: [1] }@grant }
break_glass:
  - { name: b, on: a, to: a, for: 1h, approvers: [x, y], tcp: { ports: [1] }@break_glass }
never:
  - { name: v, to: a@veto }
signatures:
  - { name: s, rules: 'alert tcp any any -> any any (msg:"m"; content:"x"; sid:1;)'@signature_set }
"""
# Where in the template each object of the schema is, and which of its keys the template has already.
OBJECTS = {"identity": "identity", "bind": "identity.bind", "relationship": "relationship", "tcp": "tcp_ports", "udp": "ports", "icmp": "icmp",
           "when": "when", "rule": "rule_body", "modbus": "modbus", "approver": "approver", "grant": "grant",
           "break_glass": "break_glass", "veto": "veto", "signature_set": "signature_set", "opaque_terms": "opaque_terms", "opaque_tls": "opaque_tls"}


def template(at=None, words=()):
    text = HEAD.replace("KEY2", KEY.replace("ab", "cd")).replace("KEY", KEY)
    # Longest first, so that @identity is not taken for a beginning of another.
    for name in sorted(OBJECTS, key=len, reverse=True):
        extra = "".join(f", {w}: {{}}" for w in words) if name == at else ""
        if name == "relationship":
            extra = extra[2:] + "," if extra else ""
        if name == "bind":  # stands behind the bind's closing brace in the template
            continue
        text = text.replace("@" + name, extra)
    inside = "".join(f", {w}: {{}}" for w in words) if at == "bind" else ""
    return text.replace("ip: 10.0.0.1 }", f"ip: 10.0.0.1{inside} }}").replace("@bind", "")


# The loader reads these, to say why they cannot be.
ALWAYS_REFUSED = {"break_glass": {"when"}, "ports": {"protocol"}, "signature_set": {"file"}}


def properties(path):
    name, _, inner = path.partition(".")
    node = SCHEMA["$defs"][name]
    return set(node["properties"][inner]["properties"] if inner else node["properties"])


def vocabulary():
    """Every word that could be a key: those of the schema, and all that the loader's sources put in quotes."""
    words = set()
    for path in OBJECTS.values():
        words |= properties(path)
    for source in (ROOT / "lib/policy").glob("yaml*.cpp"):
        words |= set(re.findall(r'"([a-z][a-z_0-9]*)"', source.read_text(encoding="utf-8")))
    return sorted(words)


def known_to_loader(at):
    known = set()
    words = vocabulary()
    for first in range(0, len(words), 10):  # few at a time: the loader stops after fifty errors
        some = words[first:first + 10]
        refused = findings(template(at, some))
        unknown = {f["object"].rsplit(".", 1)[-1] for f in refused if f["sentence"].startswith("unknown key")}
        later = {f["object"].rsplit(".", 1)[-1] for f in refused if "not executed by this version" in f["sentence"]}
        known |= set(some) - unknown - later
    return known


def same_keys():
    good = template()
    case(not findings(good) and not schema_errors(good), "schema: the policy that has every object is valid for both",
         f"{findings(good)} {schema_errors(good)}")
    for at, path in OBJECTS.items():
        ours, loaders = properties(path), known_to_loader(at)
        missing, extra = loaders - ours - ALWAYS_REFUSED.get(path, set()), ours - loaders
        case(not missing and not extra, f"schema: {path} has the loader's keys",
             f"only the loader knows: {sorted(missing)}\nonly the schema knows: {sorted(extra)}")


def blocks():
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for i, block in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.S)):
            yield f"{page.relative_to(ROOT)} block {i + 1}", block
    for pattern in ("docs/examples/*.yaml", "tests/scenario/*/policy.yaml", "tests/fuzz/corpus/policy_yaml/*.yaml"):
        for path in sorted(ROOT.glob(pattern)):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8", errors="replace")


def valid_ones():
    tried = 0
    for name, text in blocks():
        if "identities:" not in text or findings(text):
            continue
        tried += 1
        errors = schema_errors(text)
        case(not errors, f"schema: {name} is valid, as for the loader", "\n".join(errors))
    case(tried >= 10, f"schema: {tried} valid policies were tried")


WRONG = {
    "an unknown key at the top": ("never:", "nevr:"),
    "an unknown key in an identity": ("name: a, bind", "name: a, role: x, bind"),
    "a kind that is none": ("name: a, bind", "name: a, kind: robot, bind"),
    "a VLAN beyond 4094": ("ip: 10.0.0.1", "vlan: 4095, ip: 10.0.0.1"),
    "a MAC that is none": ("02:00:00:00:00:01", "02-00"),
    "a binding without a port": ("port: p, ", ""),
    "a port beyond 65535": ("tcp: { ports: [1] }, udp", "tcp: { ports: [65536] }, udp"),
    "a protocol that is none": ("tcp: { ports: [1] }, udp", "tcp: { ports: [1], protocol: shh }, udp"),
    "an empty list of ports": ("tcp: { ports: [1] }, udp", "tcp: { ports: [] }, udp"),
    "a class that is none": ("{ read: { units", "{ reads: { units"),
    "a unit beyond 255": ("units: [1]", "units: [256]"),
    "a function that is none": ("units: [1]", "functions: [read_everything]"),
    "a rate without a unit": ("units: [1]", "rate: 2"),
    "a step of nothing": ("units: [1]", "max_step: 0"),
    "a version that is none": ('min_version: "1.2"', 'min_version: "1.4"'),
    "opaque: true": ('opaque: { tls: { min_version: "1.2" } }', "opaque: true"),
    "empty terms of what passes unread": ('opaque: { tls: { min_version: "1.2" } }', "opaque: {}"),
    "echo: false": ("echo: true", "echo: false"),
    "a mode that is none": ("posture: [x] }", "posture: [x] }, mode: learn"),
    "an end that is none": ("posture: [x] }", "posture: [x] }, on_end: later"),
    "a schedule without a zone": ("posture: [x]", "schedule: 'Mon 06:00-07:00'"),
    "an empty when": ("when: { posture: [x] }", "when: {}"),
    "a time without a zone": ("2030-01-01T00:00Z", "2030-01-01T00:00"),
    "a grant without a subject": ("subject: s, ", ""),
    "a grant that opens nothing": ("until: 2030-01-01T00:00Z, tcp: { ports: [1] }", "until: 2030-01-01T00:00Z"),
    "a key that is no key": (KEY, "ed25519:12"),
    "a span without a unit": ("for: 1h", "for: 60"),
    "break-glass without approvers": (", approvers: [x, y]", ""),
    "a veto of a class that is none": ("to: a }", "to: a, operations: [destroy] }"),
    "an empty selector": ("from: a, to: a,", "from: {}, to: a,"),
    "a relationship without a source": ("from: a, to: a,", "to: a,"),
}


def wrong_ones():
    for name, (old, new) in WRONG.items():
        text = template().replace(old, new, 1)
        both = bool(findings(text)), bool(schema_errors(text))
        case(text != template() and both == (True, True), f"schema: {name} is refused by both",
             f"loader refuses: {both[0]}, schema refuses: {both[1]}")


def up_to_date():
    run = subprocess.run([ROOT / "scripts/policy-schema", BULKHEAD, "--check"], check=False)
    case(run.returncode == 0, "schema: the protocols are those of the parsers (else run scripts/policy-schema)")


def functions():
    named = set(SCHEMA["$defs"]["rule_body"]["properties"]["functions"]["oneOf"][0]["enum"])
    table = set(re.findall(r'"([a-z_]+)"', (ROOT / "lib/wire/apps/modbus_table.cpp").read_text(encoding="utf-8")))
    unknown = {n for n in table if "is not a Modbus function" in
               str(findings(template().replace("units: [1]", f"functions: [{n}]", 1)))}
    case(named == table - unknown, "schema: it has the Modbus functions that the loader knows",
         f"{sorted(named ^ (table - unknown))}")


same_keys()
functions()
up_to_date()
valid_ones()
wrong_ones()
print(f"1..{NUMBER}")
