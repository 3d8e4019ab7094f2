// SPDX-License-Identifier: Apache-2.0
// What each protocol says most: a connection's opening, then one exchange that is said over and
// over. Made by hand from the specifications (docs/protocols/), like the seeds of the fuzz targets.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "wire/apps/operation.h"

namespace bulkhead::bench {

// Writes into an exchange's PDU what counts up along the connection; `round` from 0.
using Numbering = void (*)(std::span<uint8_t> pdu, uint32_t round);

struct Talk {
  std::string_view name;   // of the row
  wire::App stack;         // inspect/stack.h
  uint8_t protocol;        // ip_protocol
  wire::App app;           // of the operation that is asked
  std::string_view asked;  // its name: what the row claims to measure
  // PDUs in hexadecimal digits, one a word; in front of each '>' (the opener of the connection says
  // it) or '<' (its other end).
  std::string_view opening;
  std::string_view exchange;
  bool has_words;  // the first PDU can be refused in the protocol's own words: a row of its own
  Numbering number = nullptr;
};

std::span<const Talk> talks();

}  // namespace bulkhead::bench
