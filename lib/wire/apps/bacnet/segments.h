// SPDX-License-Identifier: Apache-2.0
// Puts the segments of APDUs together (ASHRAE 135 5.2, 5.4), as strictly as keeps this reading and
// the device's the same: in order from 0, a repeated one must have the same content.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/apps/bacnet/apdu.h"
#include "wire/apps/bacnet/npdu.h"
#include "wire/apps/protocol.h"

namespace bulkhead::wire::bacnet {

inline constexpr size_t kMaxMessages = 4;
inline constexpr size_t kMaxMessage = 16384;
inline constexpr size_t kMaxSegments = 64;

// Of one connection. A message is kept until the transaction is over, so that segments sent twice
// are known. A further message takes the place of one that is complete, or of one that the
// last kStaleAfter datagrams did not touch; else it is refused.
class Segments {
 public:
  static constexpr uint32_t kStaleAfter = 4096;

  // Takes a segment. `whole`: of the one that completes its message, the service's parameters;
  // otherwise empty, with `complete` false. `again`: it was taken before. Views last until the next
  // call. Faults: kBadSequence (no message has it as its next, or it was sent before with other
  // content), kBadFunction (another service), kTooLong, kTooMany (messages); state is then as
  // before.
  Fault add(Side side, const Peers& peers, const Apdu& apdu, bool& complete,
            std::span<const uint8_t>& whole, bool& again) noexcept;

  // The transaction is over: the messages that `side` sends to such peers under this invoke id.
  void forget(Side side, const Peers& peers, uint8_t invoke) noexcept;

  void tick() noexcept { ++now_; }

 private:
  struct Message {
    bool used = false;
    bool complete = false;
    Side side = Side::kRequest;
    ApduType type = ApduType::kConfirmed;
    uint8_t invoke = 0;
    uint8_t service = 0;
    uint8_t count = 0;  // segments held
    uint32_t touched = 0;
    Peers peers;
    std::array<uint16_t, kMaxSegments + 1> ends{};  // ends[i]: where segment i begins
  };

  Message* find(Side side, const Peers& peers, const Apdu& apdu) noexcept;
  Message* room() noexcept;
  Fault begin(Side side, const Peers& peers, const Apdu& apdu, Message*& message) noexcept;
  bool repeats(const Message& message, const Apdu& apdu) noexcept;
  Fault append(Message& message, const Apdu& apdu) noexcept;
  std::span<uint8_t> bytes_of(const Message& message) noexcept;

  uint32_t now_ = 0;
  std::array<Message, kMaxMessages> messages_{};
  std::array<std::array<uint8_t, kMaxMessage>, kMaxMessages> bytes_;
};

}  // namespace bulkhead::wire::bacnet
