// SPDX-License-Identifier: Apache-2.0
// An OPC UA client (npm node-opcua-client): reads, and tries in between what the policy does not let it. In mode
// SignAndEncrypt it says only whether it could connect and read.
// usage: opcua_client.js HOST FOLDER None|SignAndEncrypt [PORT]     FOLDER: for its own certificate
'use strict';
globalThis.crypto ??= require('crypto').webcrypto; // what Node.js 18 does not do by itself
const { OPCUACertificateManager } = require('node-opcua-certificate-manager');
const {
  OPCUAClient, MessageSecurityMode, SecurityPolicy, AttributeIds, DataType, TimestampsToReturn,
} = require('node-opcua-client');
const { step, Connections, endAfter, endNow } = require('./steps.js');

const [host, rootFolder, mode, portText] = process.argv.slice(2);
const port = Number(portText || 4840);
endAfter(30);

const client = OPCUAClient.create({
  endpointMustExist: false,
  securityMode: MessageSecurityMode[mode],
  securityPolicy: mode === 'None' ? SecurityPolicy.None : SecurityPolicy.Basic256Sha256,
  clientCertificateManager: new OPCUACertificateManager({ rootFolder, automaticallyAcceptUnknownCertificate: true }),
  connectionStrategy: { maxRetry: 0, initialDelay: 100 },
  transportTimeout: 5000, defaultTransactionTimeout: 3000,
});

const node = (name) => `ns=1;s=${name}`;
const value = (dataValue) => (dataValue.statusCode.isGood() ? dataValue.value.value : dataValue.statusCode.name);
const attribute = (nodeId) => ({ nodeId: node(nodeId), attributeId: AttributeIds.Value });
const setTo = (nodeId, number) =>
  ({ ...attribute(nodeId), value: { value: { dataType: DataType.Double, value: number } } });
const names = (codes) => codes.map((code) => code.name).join(' ');

// One array in one request: each node may be allowed or not.
const read = async (session, ...nodes) => (await session.read(nodes.map(attribute))).map(value).join(' ');
const write = async (session, ...pairs) => names(await session.write(pairs.map(([name, number]) => setTo(name, number))));
const call = async (session, method) =>
  (await session.call({ objectId: node('PLC7'), methodId: node(method), inputArguments: [] })).statusCode.name;

// What the server tells by itself of a node, from now on.
async function subscribe(session, name) {
  const heard = [];
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 100, requestedLifetimeCount: 1000, requestedMaxKeepAliveCount: 5,
    maxNotificationsPerPublish: 10, publishingEnabled: true, priority: 1,
  });
  const item = await subscription.monitor(attribute(name), { samplingInterval: 50, queueSize: 10, discardOldest: true },
    TimestampsToReturn.Neither);
  item.on('changed', (dataValue) => heard.push(value(dataValue)));
  return heard;
}
// A refused write and a read in turn: what each end counts drifts ever further apart.
async function turns(session, count) {
  let refused = 0;
  let done = 0;
  for (let i = 0; i < count; i += 1) {
    await write(session, ['Temperature', 99]).catch(() => { refused += 1; });
    done += (await read(session, 'Temperature')) === '21.5' ? 1 : 0;
  }
  return `${refused} refused, ${done} done`;
}
const pause = (seconds) => new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });

async function operate(session) {
  const c = new Connections(port);
  let heard = [];
  await c.step('read Speed', () => read(session, 'Speed'));
  await c.step('subscribe Speed', async () => { heard = await subscribe(session, 'Speed'); await pause(0.5); });
  await c.step('write Speed', () => write(session, ['Speed', 1300]));
  await c.step('write Temperature', () => write(session, ['Temperature', 99]));
  await c.step('read Speed again', () => read(session, 'Speed'));
  await c.step('write Speed and Temperature', () => write(session, ['Speed', 1400], ['Temperature', 99]));
  await c.step('call Start', () => call(session, 'Start'));
  await c.step('browse', async () => (await session.browse('ObjectsFolder')).references.length);
  await c.step('50 turns', async () => turns(session, 50));
  await c.step('write Speed at the end', () => write(session, ['Speed', 1350]));
  await c.step('read at the end', () => read(session, 'Speed', 'Temperature'));
  await pause(1);
  console.log(`heard of Speed: ${heard.join(' ')}`);
  c.tell();
}

async function main() {
  let session;
  await step('connect', () => client.connect(`opc.tcp://${host}:${port}/plc`), 8);
  await step('session', async () => { session = await client.createSession(); }, 8);
  if (session && mode === 'None') await operate(session);
  else if (session) await step('read Speed', () => read(session, 'Speed'));
  endNow();
}
main();
