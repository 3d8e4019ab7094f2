// SPDX-License-Identifier: Apache-2.0
// Prints a libFuzzer dictionary made from the Modbus function table: for each function the end of
// an MBAP, unit and function code, and exceptions. Usage: modbus_dict > modbus.dict
#include <cstdio>
#include <string>

#include "wire/apps/modbus.h"

using namespace bulkhead::wire;

int main() {
  for (const modbus::FunctionRow& row : modbus::functions()) {
    const std::string name(row.name);
    const unsigned function = row.code & 0xffu;
    const unsigned sub = row.code >> 8;
    if (function == 8)
      std::printf("%s=\"\\x08\\x00\\x%02x\"\n", name.c_str(), sub);
    else if (function == 43)
      std::printf("%s=\"\\x2b\\x%02x\"\n", name.c_str(), sub);
    else
      std::printf("%s=\"\\x00\\x00\\x00\\x06\\x01\\x%02x\"\n", name.c_str(), function);
    std::printf("%s_exception=\"\\x00\\x00\\x00\\x03\\x01\\x%02x\"\n", name.c_str(),
                function | 0x80);
  }
  std::printf("coil_on=\"\\xff\\x00\"\nlast_address=\"\\xff\\xff\"\n");
  return 0;
}
