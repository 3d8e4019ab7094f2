// SPDX-License-Identifier: Apache-2.0
// The requests of one inspected flow that passed and are not answered yet, of either end: what a
// flow that drains waits for, what tells which registers an answer speaks of, and what shows that
// nobody asked for an answer. How the two find each other is the protocol's affair
// (wire/apps/answers.h, wire/apps/pairing.h).
//
// A few are enough (a PLC works on 16 at most, an OPC UA client has some dozens of Publish requests
// under way). More push the oldest out: then as many answers are believed as were pushed out, until
// the protocol's patience is over; never more answers than there were requests.
//
// The oldest lies here, in one cache line with the rest of what a packet needs; more of them in
// memory that somebody else owns, and that is not touched before.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/apps/answers.h"

namespace bulkhead::dataplane {

class Outstanding {
 public:
  static constexpr size_t kMost = 64;

  struct Registers {  // holding
    uint16_t first = 0;
    uint16_t count = 0;
  };
  struct Request {
    uint64_t asked_ns = 0;  // steady
    uint64_t id = 0;
    uint32_t code = 0;
    uint32_t unit = 0;
    wire::App app = wire::App::kNone;
    bool by_initiator = true;
    bool begun = false;  // its first answer has come
    bool idle = false;   // whatever comes yet may as well not come
    bool to_all = false;
    Registers read, written;
  };

  struct Rest {
    std::array<Request, kMost - 1> requests;
    uint64_t forgotten_until_ns = 0;  // while any is forgotten
  };

  explicit Outstanding(Rest& rest) noexcept : rest_(&rest) {}

  void passed(const wire::Operation& request, bool by_initiator, uint64_t now_ns) noexcept;
  // The message that held the last `n` of that end is refused after all.
  void forget_newest(size_t n, bool by_initiator) noexcept;
  // The oldest request that the answer belongs to; taken out when nothing follows. None when nobody
  // asked.
  std::optional<Request> answered(const wire::Operation& response, bool by_initiator) noexcept;
  // Nobody asked for what was not found by answered(), unless it answers one that was pushed out,
  // or one that went by unseen.
  [[nodiscard]] bool unasked(uint64_t now_ns) noexcept;
  // The flow was under way before its requests were noted: what was asked unseen is answered within
  // kUnseenNs, and until then any answer is believed.
  static constexpr uint64_t kUnseenNs = 60'000'000'000;
  void picked_up(uint64_t now_ns) noexcept { unseen_until_ns_ = now_ns + kUnseenNs; }

  // No answer is due.
  [[nodiscard]] bool empty() const noexcept;
  [[nodiscard]] size_t size() const noexcept { return size_; }

 private:
  void make_room(uint64_t now_ns) noexcept;
  void remove(size_t which) noexcept;
  void remove_ended(const Request& like) noexcept;
  void follow(Request& request, const wire::Pairing& answer) noexcept;

  // The first size_ count, oldest first.
  [[nodiscard]] Request& at(size_t i) noexcept { return i == 0 ? oldest_ : rest_->requests[i - 1]; }
  [[nodiscard]] const Request& at(size_t i) const noexcept {
    return i == 0 ? oldest_ : rest_->requests[i - 1];
  }

  Rest* rest_;
  uint32_t size_ = 0;
  uint32_t forgotten_ = 0;  // pushed out, and perhaps not answered yet
  uint64_t unseen_until_ns_ = 0;
  Request oldest_;
};

}  // namespace bulkhead::dataplane
