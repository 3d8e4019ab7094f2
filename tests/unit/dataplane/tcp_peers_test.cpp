// SPDX-License-Identifier: Apache-2.0
// Two ends that speak Modbus through the gateway over links that lose, repeat and reorder: the
// device gets the allowed requests and nothing else, the client gets one answer to each.
#include <catch2/catch.hpp>
#include <deque>
#include <random>
#include <set>

#include "conversation.h"
#include "tcp_peer.h"

using namespace bulkhead;
using namespace bulkhead::test;

namespace {

// How bad the links are, in percent.
struct Weather {
  unsigned loses = 0, repeats = 0, reorders = 0;
};

// Frames on their way to a port of the gateway, or from it to a peer.
class Link {
 public:
  Link(std::mt19937& random, const Weather& weather) : random_(random), weather_(weather) {}
  void put(const Bytes& frame) {
    if (chance(weather_.loses)) return;
    frames_.push_back(frame);
    if (chance(weather_.repeats)) frames_.push_back(frame);
  }
  [[nodiscard]] bool empty() const { return frames_.empty(); }
  Bytes take() {
    const size_t at = chance(weather_.reorders) ? random_() % frames_.size() : 0;
    Bytes frame = frames_[at];
    frames_.erase(frames_.begin() + static_cast<std::ptrdiff_t>(at));
    return frame;
  }

 private:
  bool chance(unsigned percent) { return random_() % 100 < percent; }
  std::mt19937& random_;
  const Weather& weather_;
  std::deque<Bytes> frames_;
};

// Whole ADUs at the front of `bytes`, from `at` on.
std::vector<Bytes> adus(const Bytes& bytes, size_t& at) {
  std::vector<Bytes> out;
  while (bytes.size() >= at + 6) {
    const size_t size = 6 + (size_t{bytes[at + 4]} << 8 | bytes[at + 5]);
    if (bytes.size() < at + size) break;
    out.emplace_back(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                     bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
    at += size;
  }
  return out;
}

uint16_t id_of(const Bytes& adu) {
  return static_cast<uint16_t>(adu[0] << 8 | adu[1]);
}

struct Plan {
  Weather weather;
  std::string refuse_with = "exception";
  size_t requests = 40;
  size_t window = 6;    // requests without an answer
  size_t largest = 40;  // bytes in a segment
  uint32_t client_first = 1000, server_first = 9000;
};

class Session {
 public:
  Session(uint32_t seed, const Plan& plan)
      : plan_(plan),
        random_(seed),
        gateway_(GatewayOptions{}),
        opening_(gateway_),
        client_(Speaker(gateway_, TestGateway::kZone0, kHmi, kNearPlc), 40000, 502,
                plan.client_first + 1, plan.server_first + 1),
        server_(Speaker(gateway_, TestGateway::kZone1, kNearPlc, kHmi), 502, 40000,
                plan.server_first + 1, plan.client_first + 1) {
    PlantPolicy policy;
    policy.refuse_with = plan.refuse_with;
    gateway_.apply(test::plant(policy));
    opening_.client_seq = plan.client_first;
    opening_.server_seq = plan.server_first;
    REQUIRE(opening_.open());
  }

  void run() {
    for (size_t step = 0; step < 60'000 && !done(); ++step) {
      ask();
      switch (random_() % 6) {
        case 0:
          if (client_.has_more()) to_gateway_[0].put(client_.next(1 + random_() % plan_.largest));
          break;
        case 1:
          if (server_.has_more()) to_gateway_[1].put(server_.next(1 + random_() % plan_.largest));
          break;
        case 2:
          if (idle() && client_.waits()) to_gateway_[0].put(client_.again(plan_.largest));
          break;
        case 3:
          if (idle() && server_.waits()) to_gateway_[1].put(server_.again(plan_.largest));
          break;
        case 4:
          if (idle()) to_gateway_[random_() % 2].put(random_() % 2 ? client_.ack() : server_.ack());
          break;
        default:
          carry();
      }
    }
    REQUIRE(done());
  }

  std::set<uint16_t> refused, allowed, answered, excepted, executed;
  uint64_t decided() const {
    return gateway_.counters[0].operations_allowed.load() +
           gateway_.counters[0].operations_refused.load();
  }
  TestGateway& gateway() { return gateway_; }

 private:
  bool idle() const {
    return to_gateway_[0].empty() && to_gateway_[1].empty() && to_peer_[0].empty() &&
           to_peer_[1].empty();
  }
  bool done() const {
    const size_t heard = plan_.refuse_with == "exception" ? excepted.size() : refused.size();
    return asked_ == plan_.requests && answered.size() + heard == asked_ && client_.finished &&
           server_.finished;
  }
  void ask() {
    const size_t heard =
        answered.size() + (plan_.refuse_with == "exception" ? excepted.size() : refused.size());
    if (asked_ == plan_.requests) {
      if (heard == asked_) client_.close();
      return;
    }
    if (asked_ - heard >= plan_.window || random_() % 4 != 0) return;
    const auto id = static_cast<uint16_t>(++asked_);
    const bool bad = random_() % 3 == 0;
    (bad ? refused : allowed).insert(id);
    client_.write(bad ? write_register(7, id, id) : read_holding(id));
  }
  void serve() {
    for (const Bytes& adu : adus(server_.in, server_at_)) {
      REQUIRE(adu == read_holding(id_of(adu)));
      CHECK(executed.insert(id_of(adu)).second);
      server_.write(holding_answer(id_of(adu)));
    }
    if (server_.finished) server_.close();
  }
  void hear() {
    for (const Bytes& adu : adus(client_.in, client_at_)) {
      const bool exception = (adu[7] & 0x80) != 0;
      CHECK((exception ? excepted : answered).insert(id_of(adu)).second);
      if (!exception) CHECK(adu == holding_answer(id_of(adu)));
    }
  }
  // One frame one hop further.
  void carry() {
    const size_t side = random_() % 2;
    if (random_() % 2 == 0) {
      if (to_gateway_[side].empty()) return;
      gateway_.receive(side == 0 ? TestGateway::kZone0 : TestGateway::kZone1,
                       to_gateway_[side].take());
      for (const Bytes& frame : gateway_.sent(TestGateway::kZone0)) to_peer_[0].put(frame);
      for (const Bytes& frame : gateway_.sent(TestGateway::kZone1)) to_peer_[1].put(frame);
      return;
    }
    if (to_peer_[side].empty()) return;
    TcpPeer& peer = side == 0 ? client_ : server_;
    const bool acknowledges = peer.take(to_peer_[side].take());
    side == 0 ? hear() : serve();
    if (acknowledges) to_gateway_[side].put(peer.ack());
  }

  Plan plan_;
  std::mt19937 random_;
  TestGateway gateway_;
  LocalConversation opening_;
  TcpPeer client_, server_;
  std::array<Link, 2> to_gateway_{Link{random_, plan_.weather}, Link{random_, plan_.weather}};
  std::array<Link, 2> to_peer_{Link{random_, plan_.weather}, Link{random_, plan_.weather}};
  size_t asked_ = 0, server_at_ = 0, client_at_ = 0;
};

void check(uint32_t seed, const Plan& plan) {
  INFO("seed " << seed);
  Session session(seed, plan);
  session.run();
  CHECK(session.executed == session.allowed);
  CHECK(session.answered == session.allowed);
  if (plan.refuse_with == "exception") CHECK(session.excepted == session.refused);
  // Each request is decided once, however often it was repeated.
  CHECK(session.decided() == plan.requests);
}

}  // namespace

TEST_CASE("tcp peers: over good links each request has its answer", "[dataplane][splice][peers]") {
  for (uint32_t seed = 0; seed < 60; ++seed) check(seed, Plan{});
}

TEST_CASE("tcp peers: over links that lose, repeat and reorder each request has its answer, once",
          "[dataplane][splice][peers]") {
  for (uint32_t seed = 0; seed < 120; ++seed) {
    Plan plan;
    plan.weather = {10, 10, 20};
    check(seed, plan);
  }
}

TEST_CASE("tcp peers: byte by byte", "[dataplane][splice][peers]") {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    Plan plan;
    plan.weather = {5, 5, 10};
    plan.largest = 2;
    plan.requests = 15;
    check(seed, plan);
  }
}

TEST_CASE("tcp peers: across the wrap of sequence numbers", "[dataplane][splice][peers]") {
  for (uint32_t seed = 0; seed < 40; ++seed) {
    Plan plan;
    plan.weather = {5, 5, 10};
    plan.client_first = UINT32_MAX - 100;
    plan.server_first = UINT32_MAX - 60;
    check(seed, plan);
  }
}

TEST_CASE("tcp peers: many requests under way", "[dataplane][splice][peers]") {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    Plan plan;
    plan.weather = {5, 5, 10};
    plan.window = 40;
    plan.largest = 400;
    plan.requests = 200;
    check(seed, plan);
  }
}

TEST_CASE("tcp peers: refused by drop the allowed requests still have their answers",
          "[dataplane][splice][peers]") {
  for (uint32_t seed = 0; seed < 40; ++seed) {
    Plan plan;
    plan.weather = {10, 10, 20};
    plan.refuse_with = "drop";
    check(seed, plan);
  }
}
