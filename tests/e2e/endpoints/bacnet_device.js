// SPDX-License-Identifier: Apache-2.0
// A BACnet device, instance 4321, with analog values 1 to 3 (npm node-bacnet answering as one). Prints each service
// that it was asked for, so that a test can tell that something never reached it.
// usage: bacnet_device.js ADDRESS BROADCAST [PORT]
'use strict';
const Bacnet = require('node-bacnet');

const [address, broadcastAddress, port] = process.argv.slice(2);
const { ObjectType, PropertyIdentifier, ApplicationTag, ConfirmedServiceChoice, ErrorClass, ErrorCode } = Bacnet.enum;
const INSTANCE = 4321;
const values = new Map([[1, 20.5], [2, 0], [3, 7.25]]);

const device = new Bacnet({ port: Number(port || 47808), interface: address, broadcastAddress });
const name = ({ type, instance }) => `${type}:${instance}`;

// What a property holds, as an application-tagged value; undefined: there is no such property.
function valueOf(objectId, property) {
  if (objectId.type === ObjectType.DEVICE && property === PropertyIdentifier.OBJECT_NAME)
    return { type: ApplicationTag.CHARACTER_STRING, value: 'PLC-7' };
  if (objectId.type === ObjectType.ANALOG_VALUE && property === PropertyIdentifier.PRESENT_VALUE)
    return { type: ApplicationTag.REAL, value: values.get(objectId.instance) };
  return undefined;
}
function on(service, what, answer) {
  device.on(service, (message) => {
    console.log(`asked: ${service} ${what(message.payload || {})}`.trim());
    answer(message.header.sender, message.invokeId, message.payload);
  });
}
const nothing = () => '';
const acknowledge = (choice) => (sender, id) => device.simpleAckResponse(sender, choice, id);

on('whoIs', nothing, (sender) => device.iAmResponse(sender, INSTANCE, Bacnet.enum.Segmentation.NO_SEGMENTATION, 999));
on('readProperty', (p) => name(p.objectId), (sender, id, { objectId, property }) => {
  const value = valueOf(objectId, property.id);
  if (value) device.readPropertyResponse(sender, id, objectId, property, [value]);
  else device.errorResponse(sender, ConfirmedServiceChoice.READ_PROPERTY, id, ErrorClass.OBJECT, ErrorCode.UNKNOWN_OBJECT);
});
on('readPropertyMultiple', (p) => p.properties.map((i) => name(i.objectId)).join(' '), (sender, id, { properties }) =>
  device.readPropertyMultipleResponse(sender, id, properties.map(({ objectId, properties: wanted }) => ({
    objectId, values: wanted.map((property) => ({ property, value: [valueOf(objectId, property.id)] })),
  }))));
on('writeProperty', (p) => name(p.objectId), (sender, id, { objectId, value }) => {
  values.set(objectId.instance, value.value[0].value);
  device.simpleAckResponse(sender, ConfirmedServiceChoice.WRITE_PROPERTY, id);
});
on('reinitializeDevice', nothing, acknowledge(ConfirmedServiceChoice.REINITIALIZE_DEVICE));
on('deviceCommunicationControl', nothing, acknowledge(ConfirmedServiceChoice.DEVICE_COMMUNICATION_CONTROL));

device.on('error', (error) => console.log(`error: ${error.message}`));
device.on('listening', () => console.log(`device ${INSTANCE} at ${address}`));
setTimeout(() => process.exit(0), 120000);
