// SPDX-License-Identifier: Apache-2.0
// Memory area codes (W342 5-2-2; W227 for those of the CV series): what an address counts, and how
// many bytes an element has.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace bulkhead::wire::fins {

struct Area {
  enum class Counts : uint8_t {
    kBits,    // word and bit 0-15
    kFlags,   // numbers, of one byte: completion flags, tasks
    kWords,   // of two bytes
    kDoubles  // of four: index registers, words with their forced status
  };
  uint8_t first = 0, last = 0;  // codes
  Counts counts = Counts::kWords;
};

// clang-format off
inline constexpr std::array kAreas = {
    Area{0x00, 0x00, Area::Counts::kBits},     // CV: CIO
    Area{0x01, 0x01, Area::Counts::kFlags},    // CV: completion of timers, counters
    Area{0x02, 0x02, Area::Counts::kBits},     // DM
    Area{0x03, 0x04, Area::Counts::kFlags},    // CV: transitions, steps
    Area{0x05, 0x05, Area::Counts::kBits},     // CV: forced status
    Area{0x06, 0x06, Area::Counts::kFlags},    // task flags
    Area{0x07, 0x07, Area::Counts::kBits},     // clock pulses, conditions
    Area{0x09, 0x09, Area::Counts::kFlags},    // completion of timers, counters
    Area{0x0a, 0x0a, Area::Counts::kBits},     // EM, current bank
    Area{0x1b, 0x1b, Area::Counts::kFlags},    // CV: actions
    Area{0x20, 0x2f, Area::Counts::kBits},     // EM, banks 0-f
    Area{0x30, 0x33, Area::Counts::kBits},     // CIO, W, H, A
    Area{0x40, 0x40, Area::Counts::kBits},     // CV: CIO with forced status
    Area{0x41, 0x41, Area::Counts::kFlags},
    Area{0x43, 0x44, Area::Counts::kFlags},
    Area{0x46, 0x46, Area::Counts::kFlags},    // task status
    Area{0x49, 0x49, Area::Counts::kFlags},    // completion with forced status
    Area{0x60, 0x68, Area::Counts::kWords},    // EM, banks 10-18
    Area{0x70, 0x72, Area::Counts::kBits},     // CIO, W, H with forced status
    Area{0x80, 0x82, Area::Counts::kWords},    // CV: CIO; present values; DM
    Area{0x84, 0x85, Area::Counts::kWords},    // CV: step timers, forced status
    Area{0x89, 0x89, Area::Counts::kWords},    // present values of timers, counters
    Area{0x90, 0x98, Area::Counts::kWords},    // EM, banks and the current one
    Area{0x9c, 0x9c, Area::Counts::kWords},    // CV: registers
    Area{0xa0, 0xaf, Area::Counts::kWords},    // EM, banks 0-f
    Area{0xb0, 0xb3, Area::Counts::kWords},    // CIO, W, H, A
    Area{0xbc, 0xbc, Area::Counts::kWords},    // data registers
    Area{0xc0, 0xc0, Area::Counts::kDoubles},  // CV: CIO with forced status
    Area{0xdc, 0xdc, Area::Counts::kDoubles},  // index registers
    Area{0xdd, 0xdd, Area::Counts::kWords},    // CV: interrupts
    Area{0xe0, 0xe8, Area::Counts::kBits},     // EM, banks 10-18
    Area{0xf0, 0xf2, Area::Counts::kDoubles},  // CIO, W, H with forced status
};
// clang-format on

// nullptr: no controller has it.
constexpr const Area* area_of(uint8_t code) noexcept {
  for (const Area& area : kAreas)
    if (area.first <= code && code <= area.last) return &area;
  return nullptr;
}

constexpr size_t bytes_of(Area::Counts counts) noexcept {
  if (counts == Area::Counts::kWords) return 2;
  return counts == Area::Counts::kDoubles ? 4 : 1;
}

}  // namespace bulkhead::wire::fins
