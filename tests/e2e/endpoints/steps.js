// SPDX-License-Identifier: Apache-2.0
// What the clients of this folder share: one operation after the other, one line for each, and at the end how many
// TCP connections they took.
//   read DB1.0 -> 0a0b          write DB1.0 -> refused: REASON          read DB1.0 -> no answer
'use strict';
const fs = require('fs');

const NO_ANSWER = Symbol('no answer');

// Runs `operation` (which returns a promise of what to print), and tells how it went.
async function step(name, operation, seconds = 4) {
  let timer;
  const late = new Promise((resolve) => { timer = setTimeout(resolve, seconds * 1000, NO_ANSWER); });
  try {
    const result = await Promise.race([operation(), late]);
    console.log(result === NO_ANSWER ? `${name} -> no answer` : `${name} -> ${result === undefined ? 'done' : result}`);
  } catch (error) {
    console.log(`${name} -> refused: ${String(error.message || error).replace(/\s+/g, ' ').trim()}`);
  }
  clearTimeout(timer);
}

// Local ports of this namespace's TCP connections to `port` that are established now (proc(5), /proc/net/tcp).
function localPorts(port) {
  const rows = fs.readFileSync('/proc/self/net/tcp', 'ascii').trim().split('\n').slice(1);
  const portOf = (end) => parseInt(end.split(':')[1], 16);
  return rows.map((row) => row.trim().split(/\s+/))
    .filter(([, , remote, state]) => state === '01' && portOf(remote) === port)
    .map(([, local]) => portOf(local));
}

// The connections that a client takes to `port`, looked at after each of its operations.
class Connections {
  constructor(port) {
    this.port = port;
    this.seen = new Set();
  }
  async step(name, operation) {
    await step(name, operation);
    const now = localPorts(this.port);
    if (now.length === 0) this.seen.add('none');
    now.forEach((port) => this.seen.add(port));
  }
  // "one connection: 40123", or "2 connections: 40123 none", where "none" says that it was gone after an operation.
  tell() {
    const count = this.seen.size === 1 && !this.seen.has('none') ? 'one connection' : `${this.seen.size} connections`;
    console.log(`${count}: ${[...this.seen].join(' ')}`);
  }
}

// Ends the program after so many seconds, whatever hangs.
function endAfter(seconds) {
  setTimeout(() => { console.log(`ended after ${seconds} s`); process.exit(3); }, seconds * 1000).unref();
}

// Ends the program now: on exit Node.js waits for its compilers, seconds after a large library on a busy machine.
function endNow() {
  process.kill(process.pid, 'SIGKILL');
}

module.exports = { step, Connections, endAfter, endNow };
