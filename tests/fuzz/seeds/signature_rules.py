#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the signature_rules fuzz target. Usage: signature_rules.py DIRECTORY"""
import pathlib
import sys

HEAD = 'alert tcp any any -> any any (msg:"m"; sid:%d; '
SEEDS = {
    "content": HEAD % 1 + 'content:"a|0d 0A|b\\;"; nocase; offset:2; depth:10; flow:established,to_server;)\n',
    "relative": HEAD % 2 + 'content:"a"; content:"b"; distance:1; within:4; pcre:"/^c+\\/d/iR"; rev:3;)\n',
    "pcre": HEAD % 3 + 'pcre:"/(evil|[^a]b)$/smx"; classtype:x; reference:cve,2024-1; metadata:a b;)\n',
    "continued": "# c\n\ndrop udp any any -> any any (msg:\"a \\\"b\\\"\"; \\\n content:\"x\"; sid:4;)\n",
    "operation": 'drop tcp $A any -> any [502,1:9] (msg:"m"; operation:modbus.write_single_register; sid:8;)\n',
    "operation_bytes": 'reject udp any 20000: <> $B any (msg:"m"; operation:dnp3.write; content:"a"; offset:3; sid:9;)\n',
    "class": HEAD % 10 + 'operation: write; flow:to_client; pcre:"/a|b/A";)\n',
    "public": 'alert tcp $C any <> $D 502 (flow:from_client,established; content:"|08 00 04|"; offset:7; depth:3; '
              'pcre:"/[\\S\\s]{3}(\\x05|\\x06)/iAR"; msg:"m"; reference:url,x; sid:11; rev:2; priority:1;)\n',
    "refused_header": 'alert tcp !$A any -> any any (\nalert tcp any [1,!2] -> any any (\ndrop tcp any any -> any 9:1 (\n'
                      'drop udp any any -> any $P (\ndrop udp any any -> any any (msg:"m"; operation:modbus.wrte; sid:1;)\n',
    "two": HEAD % 5 + 'content:"x";)\n' + HEAD % 6 + 'content:"y";)',
    "refused": HEAD % 7 + 'content:!"x"; byte_test:1,>,4,0; flowbits:set,a;)\nalert http any 80 <> $HOME any (',
}

if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in SEEDS.items():
        (folder / name).write_text(text)
