// SPDX-License-Identifier: Apache-2.0
// An S7 PLC: Snap7's server (npm node-snap7) with DB 1, whose byte i holds i, and DB 2, all zero. Prints what it was
// asked for, so that a test can tell that something never reached it.
// usage: s7_server.js [PORT]
'use strict';
const snap7 = require('node-snap7');

const port = Number(process.argv[2] || 102);
const server = new snap7.S7Server();
server.SetParam(server.LocalPort, port);
server.RegisterArea(server.srvAreaDB, 1, Buffer.from(Array.from({ length: 256 }, (_, i) => i)));
server.RegisterArea(server.srvAreaDB, 2, Buffer.alloc(64));
server.on('event', (event) => console.log(server.EventText(event)));
server.StartTo('0.0.0.0', (error) => {
  if (!error) return;
  console.log(`cannot listen: ${server.ErrorText(error)}`);
  process.exit(1);
});
setTimeout(() => process.exit(0), 120000);
