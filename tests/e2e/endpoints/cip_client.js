// SPDX-License-Identifier: Apache-2.0
// An EtherNet/IP client (npm st-ethernet-ip): reads and writes tags, some of it beyond what the policy lets it, either
// in requests of their own or on a connection that it opens first.
// usage: cip_client.js HOST unconnected|connected
'use strict';
const { Controller, Tag, EthernetIP } = require('st-ethernet-ip');
const { Connections, endAfter, endNow } = require('./steps.js');

const [host, mode] = process.argv.slice(2);
endAfter(30);

const { DINT } = EthernetIP.CIP.DataTypes.Types;
const plc = new Controller(mode === 'connected');
plc.timeout_sp = 3000;
plc.on('error', (error) => console.log(`error: ${error.message}`));

// The library's errors are statuses, and after one it goes on to listen for the answer that it has had.
async function told(operation) {
  try {
    return await operation();
  } catch (error) {
    ['Read Tag', 'Write Tag', 'Read Modify Write Tag', 'Set Attribute Single'].forEach((event) => plc.removeAllListeners(event));
    throw error.generalStatusCode ? new Error(`status 0x${error.generalStatusCode.toString(16)}`) : error;
  }
}
const read = (name) => told(async () => {
  const tag = new Tag(name, null, DINT);
  await plc.readTag(tag);
  return tag.value;
});
const write = (name, value) => told(async () => {
  const tag = new Tag(name, null, DINT);
  tag.value = value;
  await plc.writeTag(tag);
});
async function turns(count) {
  let refused = 0;
  let done = 0;
  for (let i = 0; i < count; i += 1) {
    await write('Mode', 0).catch(() => { refused += 1; });
    done += (await read('Mode')) === 1 ? 1 : 0;
  }
  return `${refused} refused, ${done} done`;
}

async function main() {
  const c = new Connections(44818);
  await c.step('connect', () => told(() => plc.connect(host, 0, false)));
  await c.step('read Speed', () => read('Speed'));
  await c.step('write Speed', () => write('Speed', 1300));
  await c.step('write Mode', () => write('Mode', 0));
  await c.step('read Speed again', () => read('Speed'));
  await c.step('write Speed above its range', () => write('Speed', 1501));
  await c.step('set an attribute', () => told(() => plc.setAttributeSingle(0xf5, 1, 5, Buffer.alloc(4))));
  await c.step('50 turns', () => turns(50));
  await c.step('read Speed at the end', () => read('Speed'));
  c.tell();
  endNow();
}
main();
