// SPDX-License-Identifier: Apache-2.0
// What a mixed OT plant speaks: the protocols that the flows take by turns, with the exchange that
// each says over and over (micro/talks.h) and how its numbers count on.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "micro/talks.h"
#include "policy/model.h"

namespace bulkhead::bench {

// Writes into a PDU of exchange `round` (from 0, for ever) what no two exchanges that are near each
// other have in common: transaction and sequence numbers, and what depends on them.
using CountOn = void (*)(std::span<uint8_t> pdu, uint32_t round);

struct OtTalk {
  std::string_view name;  // of a Talk
  uint16_t port = 0;      // of the server
  CountOn count_on = nullptr;
};

// Flow f speaks the one at f modulo their number.
std::span<const OtTalk> ot_mix();

// The row of micro/talks.h; ends the program when there is none.
const Talk& talk_of(const OtTalk& talk);

// Opens all of them, for reading and discovering.
std::vector<policy::Service> ot_services();

}  // namespace bulkhead::bench
