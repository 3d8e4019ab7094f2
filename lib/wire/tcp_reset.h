// SPDX-License-Identifier: Apache-2.0
// A TCP reset made from the packet that was refused, towards either of its ends.
#pragma once

#include <cstdint>
#include <span>

#include "wire/frame.h"

namespace bulkhead::wire {

enum class ResetTowards : uint8_t {
  kSender,    // back to where the packet came from
  kReceiver,  // on to where it was going
};

inline constexpr size_t kMaxResetSize = 60;  // IPv6 + TCP

// Writes an IP packet, without link header, and returns its size. Its sequence number is the one
// the addressee expects next (RFC 5961 3.2 accepts no other): towards the sender what it last
// acknowledged, or 0 with an acknowledgement of the whole segment when it acknowledged nothing
// (RFC 9293 3.10.7.1); towards the receiver the sequence number of the refused packet.
// A reset is not answered (RFC 9293 3.10.7.1), but goes on: whom it was for would wait for ever.
// 0 when `out` is too small, or `refused` is a reset and `towards` its sender, no TCP, or a
// fragment.
size_t build_tcp_reset(std::span<uint8_t> out, const PacketHeaders& refused,
                       ResetTowards towards) noexcept;

}  // namespace bulkhead::wire
