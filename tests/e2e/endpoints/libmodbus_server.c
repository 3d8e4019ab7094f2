// SPDX-License-Identifier: Apache-2.0
// Starts libmodbus's Modbus/TCP server (Debian's libmodbus-dev) with 200 points of each kind.
// usage: libmodbus_server [ADDRESS [PORT]]     default 0.0.0.0 502; register i holds 1000 + i
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void serve(modbus_t *context, modbus_mapping_t *points) {
  uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
  for (;;) {
    const int length = modbus_receive(context, request);
    if (length < 0) break;
    if (length > 0) modbus_reply(context, request, length, points);
  }
  modbus_close(context);
}

int main(int argc, char **argv) {
  modbus_t *context = modbus_new_tcp(argc > 1 ? argv[1] : "0.0.0.0", argc > 2 ? atoi(argv[2]) : 502);
  modbus_mapping_t *points = modbus_mapping_new(200, 200, 200, 200);
  int listener = context ? modbus_tcp_listen(context, 5) : -1;
  if (listener < 0 || points == NULL) {
    fprintf(stderr, "libmodbus_server: %s\n", modbus_strerror(errno));
    return 1;
  }
  for (int i = 0; i < 200; ++i) points->tab_registers[i] = (uint16_t)(1000 + i);
  for (;;) {  // one client at a time is what the tests need
    if (modbus_tcp_accept(context, &listener) < 0) return 1;
    serve(context, points);
  }
}
