// SPDX-License-Identifier: Apache-2.0
// A peer with good credentials that plays the exchange by hand and loses or repeats one message. It
// makes no keys: what is asserted are the lanes of the real gateway at the other end.
#pragma once

#include "mesh_fixture.h"

namespace bulkhead::control {

enum class Fault : uint8_t { kNone, kLost, kTwice };
struct FaultyPeer {
  std::string name;         // as whom
  std::string credentials;  // stem
  std::string anchors;
  std::string store;  // of its own trust
  size_t at = 0;      // 0 hello, 1 offer, 2 ready, 3 switched
  Fault fault = Fault::kNone;

  // Connects as initiator, plays, hangs up. True when it had come to the end.
  [[nodiscard]] bool call(uint32_t from, const Endpoint& to) const;
  // Awaits one connection at 127.0.0.n, plays the responder, hangs up.
  [[nodiscard]] bool answer(UniqueFd listener) const;

 private:
  [[nodiscard]] bool play(UniqueFd fd, bool initiator) const;
};

}  // namespace bulkhead::control
