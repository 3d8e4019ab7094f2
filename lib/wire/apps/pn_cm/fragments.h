// SPDX-License-Identifier: Apache-2.0
// Puts calls in fragments together, as strictly as keeps this reading and the device's the same: in
// order from 0, one call of each side at a time, and one that is sent again has the same content.
#pragma once

#include <array>

#include "wire/apps/pn_cm/rpc.h"
#include "wire/apps/protocol.h"

namespace bulkhead::wire::pn_cm {

inline constexpr size_t kMaxCall = 16384;
inline constexpr size_t kMaxFragments = 64;

class Fragments {
 public:
  // Takes a fragment. `whole`: the body of the call that it completes, otherwise empty, with
  // `complete` false; it lasts until the next call of add(). Faults, at the offsets of header and
  // body: kBadSequence (not the next, or sent before with other content), kBadFunction (another
  // operation than the fragments before), kTooLong, kTooMany; state is then as before.
  Fault add(Side side, const RpcHeader& header, std::span<const uint8_t> body, bool& complete,
            std::span<const uint8_t>& whole) noexcept;

 private:
  // The bytes are not initialised: only those of fragments held are read.
  struct Call {
    Call() noexcept {}
    [[nodiscard]] bool same(const RpcHeader& header) const noexcept;
    void begin(const RpcHeader& header) noexcept;
    [[nodiscard]] Fault check(const RpcHeader& header,
                              std::span<const uint8_t> body) const noexcept;

    bool used = false;
    bool complete = false;
    bool little_endian = false;
    uint32_t interface = 0;
    PduType type = PduType::kRequest;
    uint8_t count = 0;
    uint16_t operation = 0;
    uint32_t sequence = 0;
    std::array<uint8_t, 16> activity{};
    std::array<uint16_t, kMaxFragments + 1> ends{};  // ends[i]: where fragment i begins
    std::array<uint8_t, kMaxCall> bytes;
  };

  std::array<Call, 2> calls_;
};

}  // namespace bulkhead::wire::pn_cm
