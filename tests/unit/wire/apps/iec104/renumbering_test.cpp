// SPDX-License-Identifier: Apache-2.0
// Property: whatever is refused between two stations, and in whatever order their frames cross,
// each sees the other count without a gap and acknowledge nothing that was not sent.
#include <deque>
#include <random>

#include "../refusals.h"
#include "talk.h"

using namespace bulkhead;
using namespace bulkhead::test::iec104;
using bulkhead::test::far_end;
using bulkhead::test::iec104::Bytes;

namespace {

constexpr unsigned kNumbers = 1u << 15;
constexpr unsigned kWindow = 12;  // k

// A station that keeps the standard, and checks that its peer does.
struct Station {
  unsigned sent = 0;          // V(S)
  unsigned acknowledged = 0;  // of what it sent
  unsigned got = 0;           // V(R)

  [[nodiscard]] bool may_send() const {
    return (sent + kNumbers - acknowledged) % kNumbers < kWindow;
  }
  Bytes control(bool numbered) {
    const unsigned own = numbered ? sent << 1 : 1;
    if (numbered) sent = (sent + 1) % kNumbers;
    const unsigned back = got << 1;
    return {static_cast<uint8_t>(own), static_cast<uint8_t>(own >> 8), static_cast<uint8_t>(back),
            static_cast<uint8_t>(back >> 8)};
  }
  void receive(const Bytes& frame) {
    const unsigned own = (frame[2] | unsigned{frame[3]} << 8) >> 1;
    const unsigned back = (frame[4] | unsigned{frame[5]} << 8) >> 1;
    if ((frame[2] & 1) == 0) {
      REQUIRE(own == got);
      got = (got + 1) % kNumbers;
    }
    const unsigned under_way = (sent + kNumbers - acknowledged) % kNumbers;
    REQUIRE((back + kNumbers - acknowledged) % kNumbers <= under_way);
    acknowledged = back;
  }
};

class Plant final : public wire::OperationSink {
 public:
  Plant(unsigned seed, bool silent) : silent_(silent), random_(seed) {
    // Numbers that go around soon.
    stations_[0].sent = stations_[0].acknowledged = stations_[1].got = kNumbers - 1 - pick(40);
    stations_[1].sent = stations_[1].acknowledged = stations_[0].got = kNumbers - 1 - pick(40);
    send(Side::kRequest, true);  // the connection is seen from its beginning
    send(Side::kResponse, true);
    while (!to_gateway_[0].empty()) carry(Side::kRequest, false);
    while (!to_gateway_[1].empty()) carry(Side::kResponse, false);
  }
  void told() noexcept override {}

  void step() {
    const Side side = pick(2) == 0 ? Side::kRequest : Side::kResponse;
    switch (pick(4)) {
      case 0:
        if (of(side).may_send()) send(side, true);
        return;
      case 1:
        return pick(4) == 0 ? send(side, false) : void();
      case 2:
        return carry(side, true);
      default:
        return deliver(side);
    }
  }
  // Nothing new: all arrives, both acknowledge, and nothing is left to acknowledge.
  void settle() {
    for (int round = 0; round < 3; ++round) {
      for (const Side side : {Side::kRequest, Side::kResponse}) send(side, false);
      for (const Side side : {Side::kRequest, Side::kResponse}) {
        while (!to_gateway_[at(side)].empty()) carry(side, false);
        while (!to_station_[at(side)].empty()) deliver(side);
      }
    }
    for (const Station& station : stations_) CHECK(station.acknowledged == station.sent);
  }
  unsigned refusals = 0;

 private:
  static size_t at(Side side) { return side == Side::kRequest ? 0 : 1; }
  Station& of(Side side) { return stations_[at(side)]; }
  unsigned pick(unsigned below) {
    return std::uniform_int_distribution<unsigned>(0, below - 1)(random_);
  }

  void send(Side side, bool numbered) {
    const bool asks = side == Side::kRequest;
    const Bytes content = asks ? asdu(45, 1, 6, object(100, {1})) : asdu(1, 1, 3, object(7, {1}));
    to_gateway_[at(side)].push_back(apdu(of(side).control(numbered), numbered ? content : Bytes{}));
  }
  // The gateway takes the next frame of a station, and lets it pass or refuses it.
  void carry(Side side, bool may_refuse) {
    if (to_gateway_[at(side)].empty()) return;
    Bytes frame = to_gateway_[at(side)].front();
    to_gateway_[at(side)].pop_front();
    REQUIRE(connection_.frame(side, frame, *this).kind == wire::FaultKind::kNone);
    const bool numbered = (frame[2] & 1) == 0;
    if (may_refuse && numbered && pick(2) == 0) return refuse(side, frame);
    REQUIRE(connection_.adapt(side, frame));
    to_station_[at(far_end(side))].push_back(frame);
  }
  void refuse(Side side, const Bytes& frame) {
    ++refusals;
    Bytes out(silent_ && pick(2) == 0 ? 0 : wire::kLongestRefusal);
    out.resize(connection_.refuse(side, frame, operation, out));
    if (!out.empty()) to_station_[at(side)].push_back(out);
  }
  void deliver(Side side) {
    if (to_station_[at(side)].empty()) return;
    of(side).receive(to_station_[at(side)].front());
    to_station_[at(side)].pop_front();
  }

  bool silent_;
  std::mt19937 random_;
  Station stations_[2];
  std::deque<Bytes> to_gateway_[2], to_station_[2];
  wire::iec104::Connection connection_;
};

}  // namespace

TEST_CASE("iec104: no order of sending, acknowledging and refusing breaks the count of either end",
          "[wire][iec104][refusal][property]") {
  unsigned refusals = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    INFO("seed " << seed);
    Plant plant(seed, seed % 3 == 0);
    for (int i = 0; i < 400; ++i) plant.step();
    plant.settle();
    refusals += plant.refusals;
  }
  CHECK(refusals > 5000);
}
