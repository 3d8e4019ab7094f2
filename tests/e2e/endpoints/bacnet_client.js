// SPDX-License-Identifier: Apache-2.0
// A BACnet workstation (npm node-bacnet): reads, and tries in between what the policy does not let it. All from one
// UDP socket.
// usage: bacnet_client.js HOST OWN-ADDRESS BROADCAST [PORT]
'use strict';
const Bacnet = require('node-bacnet');
const { step, endAfter } = require('./steps.js');

const [host, address, broadcastAddress, port] = process.argv.slice(2);
const { ObjectType, PropertyIdentifier, ApplicationTag, ReinitializedState, EnableDisable } = Bacnet.enum;
endAfter(30);

const client = new Bacnet({
  port: Number(port || 47808), interface: address, broadcastAddress, apduTimeout: 2000,
});
const peer = { address: host };
const PRESENT = PropertyIdentifier.PRESENT_VALUE;
const analog = (instance) => ({ type: ObjectType.ANALOG_VALUE, instance });

// A method of the client as a promise.
const ask = (method, ...args) => new Promise((resolve, reject) => {
  client[method](...args, (error, result) => (error ? reject(error) : resolve(result)));
});
const read = async (object, property = PRESENT) => {
  const { values } = await ask('readProperty', peer, object, property);
  return values.map((v) => v.value).join(' ');
};
const readAll = async (...instances) => {
  const wanted = instances.map((i) => ({ objectId: analog(i), properties: [{ id: PRESENT }] }));
  const { values } = await ask('readPropertyMultiple', peer, wanted);
  return values.map((object) => object.values.map((v) => v.value.map((x) => x.value))).join(' ');
};
const write = (object, value) => ask('writeProperty', peer, object, PRESENT, [{ type: ApplicationTag.REAL, value }], { priority: 8 });

// Who-Is has answers or none: those that came within a second.
function whoIs(receiver) {
  const found = new Set();
  const heard = (message) => found.add(message.payload.deviceId);
  client.on('iAm', heard);
  client.whoIs(receiver);
  return new Promise((resolve) => {
    setTimeout(() => { client.removeListener('iAm', heard); resolve([...found].join(' ') || 'nobody'); }, 1000);
  });
}

client.on('error', (error) => console.log(`error: ${error.message}`));
client.on('listening', async () => {
  await step('read 2:1', () => read(analog(1)));
  await step('read name of 8:4321', () => read({ type: ObjectType.DEVICE, instance: 4321 }, PropertyIdentifier.OBJECT_NAME));
  await step('write 2:2', () => write(analog(2), 55.5));
  await step('write 2:1', () => write(analog(1), 99));
  await step('read 2:1 again', () => read(analog(1)));
  await step('read 2:1 and 2:2', () => readAll(1, 2));
  await step('read 2:3', () => read(analog(3)));
  await step('read 2:1 and 2:3', () => readAll(1, 3));
  await step('restart', () => ask('reinitializeDevice', peer, ReinitializedState.COLDSTART, { password: 'x' }));
  await step('silence', () => ask('deviceCommunicationControl', peer, 1, EnableDisable.DISABLE, {}));
  await step('who is there', () => whoIs());
  await step('who are you', () => whoIs(peer));
  await step('read 2:1 at the end', () => read(analog(1)));
  process.exit(0);
});
