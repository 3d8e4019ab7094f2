// SPDX-License-Identifier: Apache-2.0
// An OPC UA server (npm node-opcua-server), with and without encryption: variables Speed and Temperature, which can be
// written, and a method Start. Prints each session, write and call that reached it.
// usage: opcua_server.js ADDRESS FOLDER [PORT]     FOLDER: for its own certificate
'use strict';
globalThis.crypto ??= require('crypto').webcrypto; // what Node.js 18 does not do by itself
const { OPCUACertificateManager } = require('node-opcua-certificate-manager');
const { MessageSecurityMode, SecurityPolicy, Variant, DataType, StatusCodes } = require('node-opcua-client');
const { OPCUAServer } = require('node-opcua-server');

const [host, rootFolder, port] = process.argv.slice(2);

// A variable that anybody may write.
function addVariable(namespace, parent, browseName, start) {
  let value = start;
  namespace.addVariable({
    componentOf: parent, nodeId: `s=${browseName}`, browseName, dataType: 'Double', minimumSamplingInterval: 50,
    value: {
      get: () => new Variant({ dataType: DataType.Double, value }),
      set: (variant) => {
        value = variant.value;
        console.log(`asked: write ${browseName}`);
        return StatusCodes.Good;
      },
    },
  });
}
function addMethod(namespace, parent, browseName) {
  namespace.addMethod(parent, { nodeId: `s=${browseName}`, browseName }).bindMethod((inputs, context, done) => {
    console.log(`asked: call ${browseName}`);
    done(null, { statusCode: StatusCodes.Good, outputArguments: [] });
  });
}

async function main() {
  const server = new OPCUAServer({
    port: Number(port || 4840), host, hostname: host, alternateHostname: host, resourcePath: '/plc',
    serverCertificateManager: new OPCUACertificateManager({ rootFolder, automaticallyAcceptUnknownCertificate: true }),
    securityModes: [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt],
    securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
  });
  await server.initialize();
  const { addressSpace } = server.engine;
  const namespace = addressSpace.getOwnNamespace();
  const plc = namespace.addObject({ organizedBy: addressSpace.rootFolder.objects, nodeId: 's=PLC7', browseName: 'PLC7' });
  addVariable(namespace, plc, 'Speed', 1200);
  addVariable(namespace, plc, 'Temperature', 21.5);
  addMethod(namespace, plc, 'Start');
  server.on('create_session', () => console.log('asked: session'));
  await server.start();
  console.log(`ready at ${server.getEndpointUrl()}`);
}
main().catch((error) => { console.log(error.message); process.exit(1); });
setTimeout(() => process.exit(0), 120000);
