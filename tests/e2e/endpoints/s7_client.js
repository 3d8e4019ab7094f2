// SPDX-License-Identifier: Apache-2.0
// An engineer's S7 client (npm node-snap7): reads, and tries in between what the policy does not let it.
// usage: s7_client.js HOST [PORT]
'use strict';
const snap7 = require('node-snap7');
const { Connections, endAfter } = require('./steps.js');

const host = process.argv[2];
const port = Number(process.argv[3] || 102);
endAfter(30);

const client = new snap7.S7Client();
client.SetParam(client.RemotePort, port);
client.SetParam(client.RecvTimeout, 2000);

// A method of the client as a promise.
const ask = (method, ...args) => new Promise((resolve, reject) => {
  client[method](...args, (error, result) => (error ? reject(new Error(client.ErrorText(error))) : resolve(result)));
});
const hex = (bytes) => bytes.toString('hex');
const block = (db, start, amount, data) => ({
  Area: client.S7AreaDB, WordLen: client.S7WLByte, DBNumber: db, Start: start, Amount: amount, Data: data,
});
// Each item with its own end: "2:ok 1:ITEM ERROR".
const each = (items) => items.map((i) => (i.Result === 0 ? 'ok' : client.ErrorText(i.Result))).join(', ');

async function main() {
  const c = new Connections(port);
  await c.step('connect', () => ask('ConnectTo', host, 0, 1));
  await c.step('read DB1.10', async () => hex(await ask('DBRead', 1, 10, 2)));
  await c.step('write DB2.0', () => ask('DBWrite', 2, 0, 2, Buffer.from('cafe', 'hex')));
  await c.step('write DB1.10', () => ask('DBWrite', 1, 10, 2, Buffer.from('beef', 'hex')));
  await c.step('read DB1.10 again', async () => hex(await ask('DBRead', 1, 10, 2)));
  await c.step('write DB2.2 and DB1.12', async () => each(await ask('WriteMultiVars', [
    block(2, 2, 2, Buffer.from('beef', 'hex')), block(1, 12, 2, Buffer.from('beef', 'hex'))])));
  await c.step('stop the PLC', () => ask('PlcStop'));
  await c.step('upload DB 1', async () => hex(await ask('Upload', client.Block_DB, 1, 512)));
  await c.step('delete DB 2', () => ask('Delete', client.Block_DB, 2));
  await c.step('read DB1.12 at the end', async () => hex(await ask('DBRead', 1, 12, 2)));
  await c.step('read DB2.0 at the end', async () => hex(await ask('DBRead', 2, 0, 4)));
  c.tell();
  client.Disconnect();
  process.exit(0);
}
main();
