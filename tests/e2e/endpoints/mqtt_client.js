// SPDX-License-Identifier: Apache-2.0
// An MQTT client (npm mqtt): publishes and subscribes, some of it beyond what the policy lets it.
// usage: mqtt_client.js HOST 4|5 [PORT]     MQTT 3.1.1 or 5
'use strict';
const mqtt = require('mqtt');
const { Connections, endAfter } = require('./steps.js');

const host = process.argv[2];
const protocolVersion = Number(process.argv[3]);
const port = Number(process.argv[4] || 1883);
endAfter(40);

async function main() {
  const c = new Connections(port);
  let client;
  await c.step('connect', async () => {
    client = await mqtt.connectAsync(`mqtt://${host}:${port}`, {
      protocolVersion, clientId: `hmi-${protocolVersion}`, connectTimeout: 3000, reconnectPeriod: 0,
    }, false);
  });
  if (!client) process.exit(0);
  client.on('error', (error) => console.log(`error: ${error.message}`));
  client.on('message', (topic, payload) => console.log(`got ${topic} ${payload}`));

  const subscribe = (filter) => async () => {
    const granted = await client.subscribeAsync(filter, { qos: 1 });
    return granted.map((g) => `qos ${g.qos}`).join(' ');
  };
  const publish = (topic, text, qos) => async () => { await client.publishAsync(topic, text, { qos }); };

  await c.step('subscribe cell3/speed', subscribe('cell3/speed'));
  await c.step('publish cell3/speed', publish('cell3/speed', '1200', 1));
  await c.step('subscribe #', subscribe('#'));
  await c.step('subscribe cell4/speed', subscribe('cell4/speed'));
  if (protocolVersion === 5) await c.step('publish cell4/speed at QoS 1', publish('cell4/speed', '2', 1));
  await c.step('publish cell3/speed again', publish('cell3/speed', '1300', 1));
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  c.tell();
  // What has no acknowledgement has no answer either: whether the connection outlives it is the question.
  await c.step('publish cell4/speed at QoS 0', () => new Promise((resolve) => {
    client.once('close', () => resolve('closed'));
    client.publish('cell4/speed', '1', { qos: 0 });
    setTimeout(resolve, 2000, 'goes on');
  }));
  process.exit(0);
}
main();
