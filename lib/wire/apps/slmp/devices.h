// SPDX-License-Identifier: Apache-2.0
// Devices (SH-080956 5.2): code, name in ASCII, how numbers are written there, and whether one is a
// bit or a word.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace bulkhead::wire::slmp {

struct Device {
  uint16_t code = 0;
  std::string_view name;  // without the asterisks or spaces that fill it up
  uint8_t base = 10;      // of numbers in ASCII
  bool bit = false;
};

// clang-format off
inline constexpr std::array kDevices = {
    Device{0x91, "SM",   10, true},  Device{0xa9, "SD",   10, false}, Device{0x9c, "X",    16, true},
    Device{0x9d, "Y",    16, true},  Device{0x90, "M",    10, true},  Device{0x92, "L",    10, true},
    Device{0x93, "F",    10, true},  Device{0x94, "V",    10, true},  Device{0xa0, "B",    16, true},
    Device{0xa8, "D",    10, false}, Device{0xb4, "W",    16, false}, Device{0xc1, "TS",   10, true},
    Device{0xc0, "TC",   10, true},  Device{0xc2, "TN",   10, false}, Device{0x51, "LTS",  10, true},
    Device{0x50, "LTC",  10, true},  Device{0x52, "LTN",  10, false}, Device{0xc7, "SS",   10, true},
    Device{0xc6, "SC",   10, true},  Device{0xc8, "SN",   10, false}, Device{0xc7, "STS",  10, true},
    Device{0xc6, "STC",  10, true},  Device{0xc8, "STN",  10, false}, Device{0x59, "LSTS", 10, true},
    Device{0x58, "LSTC", 10, true},  Device{0x5a, "LSTN", 10, false}, Device{0xc4, "CS",   10, true},
    Device{0xc3, "CC",   10, true},  Device{0xc5, "CN",   10, false}, Device{0x55, "LCS",  10, true},
    Device{0x54, "LCC",  10, true},  Device{0x56, "LCN",  10, false}, Device{0xa1, "SB",   16, true},
    Device{0xb5, "SW",   16, false}, Device{0x98, "S",    10, true},  Device{0xa2, "DX",   16, true},
    Device{0xa3, "DY",   16, true},  Device{0xcc, "Z",    10, false}, Device{0x62, "LZ",   10, false},
    Device{0xaf, "R",    10, false}, Device{0xb0, "ZR",   16, false}, Device{0x2c, "RD",   10, false},
};
// clang-format on

constexpr const Device* device_of(uint32_t code) noexcept {
  for (const Device& device : kDevices)
    if (device.code == code) return &device;
  return nullptr;
}

constexpr const Device* device_named(std::string_view name) noexcept {
  while (!name.empty() && (name.back() == '*' || name.back() == ' ')) name.remove_suffix(1);
  for (const Device& device : kDevices)
    if (device.name == name) return &device;
  return nullptr;
}

}  // namespace bulkhead::wire::slmp
