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
    "two": HEAD % 5 + 'content:"x";)\n' + HEAD % 6 + 'content:"y";)',
    "refused": HEAD % 7 + 'content:!"x"; byte_test:1,>,4,0; flowbits:set,a;)\nalert http any 80 <> $HOME any (',
}

if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in SEEDS.items():
        (folder / name).write_text(text)
