// SPDX-License-Identifier: Apache-2.0
// Who began which conversation of a capture. A conversation that was under way when the capture
// began has no SYN for the gateway to see: its opening is made up from the first packet seen.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "image/view.h"
#include "wire/frame.h"

namespace bulkhead::dataplane {

// Initiator, responder, and the service between them.
struct Conversation {
  IpAddress initiator;
  IpAddress responder;
  uint8_t protocol = 0;
  uint16_t port = 0;  // the responder's; 0: none

  auto operator<=>(const Conversation&) const noexcept = default;
};

// SYN, SYN-ACK and ACK as Ethernet frames, such that the packet of `frame` is the next one.
std::vector<std::vector<uint8_t>> opening_of(std::span<const uint8_t> frame,
                                             const wire::Frame& parsed, bool from_initiator);

class ConversationTable {
 public:
  static constexpr size_t kMost = 1u << 20;

  struct Found {
    Conversation conversation;
    bool from_initiator = true;
    bool begun_before = false;  // TCP without a SYN, first packet seen
  };
  // Bounded: beyond kMost conversations each packet counts as one of its own.
  Found look(const wire::PacketHeaders& ip, const image::ImageView& policy, int64_t wall_ns);

 private:
  using Key = std::tuple<IpAddress, uint16_t, IpAddress, uint16_t, uint8_t>;
  std::map<Key, bool> from_initiator_;  // of packets that go the way of the key
};

}  // namespace bulkhead::dataplane
