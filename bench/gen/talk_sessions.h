// SPDX-License-Identifier: Apache-2.0
// Sessions of the mixed OT plant as their two ends see them, one for each flow: the connection is
// opened, the protocol's own opening follows, then its exchange again and again. TCP sequence and
// acknowledgement numbers, the protocols' own numbers and all checksums are right however long it
// goes on.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "gen/ot_mix.h"
#include "support/plant.h"

namespace bulkhead::bench {

class TalkSessions {
 public:
  // `plant` has ot_services(). Frames of clients go to `client_gateway`, of servers to the other.
  TalkSessions(const Plant& plant, const MacAddress& client_gateway,
               const MacAddress& server_gateway);

  // The next frame of flow f, if that end is the one to speak; else empty. Valid until the next
  // call for the same flow.
  std::span<const uint8_t> next(uint32_t f, bool client);
  // The opening is over: what comes next is of an exchange.
  [[nodiscard]] bool open(uint32_t f) const { return sessions_[f].at >= opening_of(f); }
  // Exchanges of flow f that are complete.
  [[nodiscard]] uint32_t exchanges(uint32_t f) const { return sessions_[f].round; }

 private:
  // One frame of a script, which is the same for all flows that speak it.
  struct Line {
    bool client = false;
    uint8_t flags = 0;  // TCP
    std::vector<uint8_t> pdu;
  };
  struct Script {
    OtTalk spoken;
    bool tcp = true;
    std::vector<Line> opening, exchange;
  };
  struct Session {
    std::array<uint32_t, 2> sequence{};  // of the client, of the server
    uint32_t round = 0;
    uint16_t at = 0;  // in the opening, then in the exchange
  };
  static Script script_of(const OtTalk& spoken);
  [[nodiscard]] uint16_t opening_of(uint32_t f) const {
    return static_cast<uint16_t>(scripts_[f % scripts_.size()].opening.size());
  }
  std::span<const uint8_t> frame(const Script& script, const Line& line, uint32_t f);
  void write_ip(const Script& script, bool client, const PlantFlow& flow, size_t above);
  void write_tcp(const Line& line, const Session& session);
  void write_sums(const Script& script, bool client, const PlantFlow& flow, size_t end);

  const Plant& plant_;
  std::array<MacAddress, 2> gateways_;
  std::vector<Script> scripts_;
  std::vector<Session> sessions_;
  std::vector<uint8_t> frame_;
};

}  // namespace bulkhead::bench
