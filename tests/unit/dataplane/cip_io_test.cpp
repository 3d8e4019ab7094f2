// SPDX-License-Identifier: Apache-2.0
// Data of I/O connections through the pipeline: it passes when a ForwardOpen that passed opened its
// connection, and its rule names the assembly that it goes to.
#include <catch2/catch.hpp>

#include "../wire/apps/enip/enip_talk.h"
#include "conversation.h"

using namespace bulkhead;
using namespace bulkhead::test;
using enip::Io;
using enip::io_data;

namespace {

constexpr const char* kOpening =
    "    cip: { allow: [ control: { functions: [forward_open_io], objects: [\"4:100\"], "
    "assemblies: [\"150-161\"] } ] }\n";
constexpr const char* kData =
    "    cip: { transport: udp, port: 2222, allow: [ write: { functions: [io_data], assemblies: "
    "[150] } ] }\n";

std::string grant(const std::string& name, const std::string& from, const std::string& to,
                  const std::string& opens, const std::string& mode = "enforce") {
  return "  - name: " + name + "\n    subject: vendor/alice\n    on: " + from + "\n    to: " + to +
         "\n    until: 2027-01-15T09:00Z\n    refuse_with: drop\n    mode: " + mode + "\n" + opens;
}
std::string both(const std::string& from, const std::string& to,
                 const std::string& mode = "enforce") {
  return grant(from + "-opens", from, to, kOpening, mode) +
         grant(from + "-writes", from, to, kData, mode);
}

struct IoGateway : TestGateway {
  explicit IoGateway(const std::string& grants = both("hmi", "near-plc"), uint16_t worker_count = 1,
                     dataplane::FailurePolicy chosen = {})
      : TestGateway([&] {
          GatewayOptions given;
          given.workers = worker_count;
          given.failure_policy = chosen;
          return given;
        }()) {
    PlantPolicy policy;
    policy.extra = "grants:\n" + grants;
    apply(plant(policy));
  }
  // The ForwardOpen passes, and the answer to it.
  bool opens(const Io& opening) {
    return connect() && c.client(c.client_data(opening.open())) &&
           c.server(c.server_data(opening.opened()));
  }
  bool closes(const Io& opened) {
    forget_sent();
    return c.client(c.client_data(opened.close())) && c.server(c.server_data(opened.closed()));
  }
  void forget_sent() {
    for (const uint16_t port : {kZone0, kZone1}) (void)sent(port);
  }
  bool connect() {
    forget_sent();
    if (connected) return true;
    connected = true;
    return c.open() && c.client(c.client_data(enip::command(0x65, {1, 0, 0, 0})));
  }
  DropReason to_target(const Bytes& datagram) {
    return fate(kZone0, hmi.says(udp(2222, 2222), datagram));
  }
  DropReason to_originator(const Bytes& datagram) {
    return fate(kZone1, plc.says(udp(2222, 2222), datagram));
  }
  LocalConversation c{*this, 44818};
  Speaker hmi{*this, kZone0, kHmi, kNearPlc}, plc{*this, kZone1, kNearPlc, kHmi};
  bool connected = false;
};

}  // namespace

TEST_CASE("io: data of a connection that an allowed ForwardOpen opened passes both ways",
          "[dataplane][inspect][cip]") {
  IoGateway gw;
  REQUIRE(gw.opens({}));
  for (uint32_t n = 1; n < 20; ++n) {
    CHECK(gw.to_target(io_data(0xbbbb, n)) == DropReason::kNone);
    CHECK(gw.to_originator(io_data(0xaaaa, n + 700)) == DropReason::kNone);
  }
  CHECK(gw.sent(TestGateway::kZone1).size() == 19);
  CHECK(gw.sent(TestGateway::kZone0).size() == 19);
  CHECK(gw.events().empty());
}

TEST_CASE("evasion: data of an I/O connection that nobody opened is out_of_turn, and T0856",
          "[dataplane][inspect][cip]") {
  IoGateway gw;
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kOutOfTurn);
  REQUIRE(gw.opens({}));
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kNone);
  (void)gw.events();
  CHECK(gw.to_target(io_data(0xbbbc, 2)) == DropReason::kOutOfTurn);
  CHECK(gw.to_originator(io_data(0xaaab, 2)) == DropReason::kOutOfTurn);
  const auto events = gw.events();
  REQUIRE(events.size() == 2);
  for (const auto& event : events) CHECK(event.technique == 856);
}

TEST_CASE("evasion: an identifier of one way opens nothing of the other",
          "[dataplane][inspect][cip]") {
  IoGateway gw;
  REQUIRE(gw.opens({}));
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kNone);
  CHECK(gw.to_target(io_data(0xaaaa, 2)) == DropReason::kOutOfTurn);
  CHECK(gw.to_originator(io_data(0xbbbb, 2)) == DropReason::kOutOfTurn);
}

TEST_CASE("evasion: a refused ForwardOpen opens nothing, though the device answers it",
          "[dataplane][inspect][cip]") {
  IoGateway gw;
  REQUIRE(gw.connect());
  Io io;
  io.path = {0x20, 4, 0x24, 99, 0x2c, 150, 0x2c, 151};
  CHECK(gw.c.client_fate(gw.c.client_refused(io.open())) == DropReason::kOperationDenied);
  (void)gw.c.server(gw.c.server_data(io.opened()));
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kOutOfTurn);
}

TEST_CASE("evasion: a ForwardOpen inside a packet that is refused opens nothing",
          "[dataplane][inspect][cip]") {
  IoGateway gw;
  REQUIRE(gw.connect());
  const Bytes both_asked = enip::multiple({Io{}.asked(), enip::write_tag("Other", 1)});
  CHECK(gw.c.client_fate(gw.c.client_refused(enip::rr_data(both_asked))) ==
        DropReason::kOperationDenied);
  const Bytes both_answered = enip::with_offsets({Io{}.answer(), enip::reply(0x4d)});
  CHECK(gw.c.server_fate(gw.c.server_data(enip::rr_data(enip::reply(0x0a, both_answered)))) ==
        DropReason::kUnaskedAnswer);
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kOutOfTurn);
}

TEST_CASE("evasion: an answer to no ForwardOpen opens nothing", "[dataplane][inspect][cip]") {
  IoGateway gw;
  REQUIRE(gw.connect());
  (void)gw.c.server(gw.c.server_data(Io{}.opened()));
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kOutOfTurn);
}

TEST_CASE("evasion: a ForwardOpen that the device refuses opens nothing",
          "[dataplane][inspect][cip]") {
  IoGateway gw;
  REQUIRE(gw.connect());
  REQUIRE(gw.c.client(gw.c.client_data(Io{}.open())));
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kOutOfTurn);
  REQUIRE(gw.c.server(gw.c.server_data(Io{}.opened(1))));
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kOutOfTurn);
}

TEST_CASE("evasion: I/O data after its ForwardClose is out_of_turn", "[dataplane][inspect][cip]") {
  IoGateway gw;
  REQUIRE(gw.opens({}));
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kNone);
  REQUIRE(gw.closes({}));
  CHECK(gw.to_target(io_data(0xbbbb, 2)) == DropReason::kOutOfTurn);
  CHECK(gw.to_originator(io_data(0xaaaa, 2)) == DropReason::kOutOfTurn);
}

TEST_CASE("evasion: I/O data after a silence of its lifetime is out_of_turn",
          "[dataplane][inspect][cip]") {
  IoGateway gw;
  REQUIRE(gw.opens({}));
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kNone);
  for (uint32_t n = 2; n < 5; ++n) {
    gw.clock.advance_ms(10'000);
    CHECK(gw.to_target(io_data(0xbbbb, n)) == DropReason::kNone);
  }
  CHECK(gw.to_originator(io_data(0xaaaa, 1)) == DropReason::kOutOfTurn);
  gw.clock.advance_ms(10'001);
  CHECK(gw.to_target(io_data(0xbbbb, 5)) == DropReason::kOutOfTurn);
}

TEST_CASE("evasion: I/O data from another host than the originator is out_of_turn",
          "[dataplane][inspect][cip]") {
  IoGateway gw(both("hmi", "near-plc") + both("stranger", "near-plc"));
  REQUIRE(gw.opens({}));
  const Speaker stranger(gw, TestGateway::kZone0, kStranger, kNearPlc);
  CHECK(gw.fate(TestGateway::kZone0, stranger.says(udp(2222, 2222), io_data(0xbbbb, 1))) ==
        DropReason::kOutOfTurn);
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kNone);
}

TEST_CASE("evasion: an identifier that a second ForwardOpen uses again is of its path",
          "[dataplane][inspect][cip]") {
  IoGateway gw;
  REQUIRE(gw.opens({}));
  CHECK(gw.to_target(io_data(0xbbbb, 100)) == DropReason::kNone);
  Io second;
  second.serial = 0x12;
  second.path = {0x20, 4, 0x24, 100, 0x2c, 160, 0x2c, 161};
  REQUIRE(gw.opens(second));
  CHECK(gw.to_target(io_data(0xbbbb, 101)) == DropReason::kOperationDenied);
  // And so is one of the same triad.
  REQUIRE(gw.opens({}));
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kNone);
  Io again;
  again.to_target = 0xcccc;
  REQUIRE(gw.opens(again));
  CHECK(gw.to_target(io_data(0xbbbb, 2)) == DropReason::kOutOfTurn);
  CHECK(gw.to_target(io_data(0xcccc, 2)) == DropReason::kNone);
}

TEST_CASE("io: data for an assembly that no rule names is operation_denied",
          "[dataplane][inspect][cip]") {
  IoGateway gw;
  Io io;
  io.path = {0x20, 4, 0x24, 100, 0x2c, 152, 0x2c, 150};
  REQUIRE(gw.opens(io));
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kOperationDenied);
}

TEST_CASE("evasion: I/O data whose number does not rise is out_of_turn",
          "[dataplane][inspect][cip]") {
  IoGateway gw;
  REQUIRE(gw.opens({}));
  CHECK(gw.to_target(io_data(0xbbbb, 0xffff'fffe)) == DropReason::kNone);
  CHECK(gw.to_target(io_data(0xbbbb, 0xffff'fffe)) == DropReason::kOutOfTurn);
  CHECK(gw.to_target(io_data(0xbbbb, 0xffff'fffd)) == DropReason::kOutOfTurn);
  CHECK(gw.to_target(io_data(0xbbbb, 3)) == DropReason::kNone);  // numbers go round
  CHECK(gw.to_target(io_data(0xbbbb, 0xffff'ffff)) == DropReason::kOutOfTurn);
  CHECK(gw.to_originator(io_data(0xaaaa, 1)) == DropReason::kNone);
  CHECK(gw.to_originator(io_data(0xaaaa, 1)) == DropReason::kOutOfTurn);
}

TEST_CASE("evasion: refused I/O data neither moves the number nor keeps a connection alive",
          "[dataplane][inspect][cip]") {
  IoGateway gw;
  REQUIRE(gw.opens({}));
  const Bytes too_long(501);
  CHECK(gw.to_target(io_data(0xbbbb, 1000, too_long)) == DropReason::kOutOfTurn);
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kNone);
  gw.clock.advance_ms(9000);
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kOutOfTurn);
  gw.clock.advance_ms(1001);
  CHECK(gw.to_target(io_data(0xbbbb, 2)) == DropReason::kOutOfTurn);
}

TEST_CASE("io: in monitor mode data that nobody opened passes, and is told",
          "[dataplane][inspect][cip]") {
  IoGateway gw(both("hmi", "near-plc", "monitor"));
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kNone);
  CHECK(gw.sent(TestGateway::kZone1).size() == 1);
  bool told = false;
  for (const auto& event : gw.events())
    told |= event.reason == static_cast<uint8_t>(DropReason::kOutOfTurn);
  CHECK(told);
}

TEST_CASE("pass_and_mark: I/O data that nobody opened passes only as far as a rule covers it",
          "[dataplane][pass_and_mark][cip]") {
  dataplane::FailurePolicy chosen;
  chosen.pass_and_mark(dataplane::FailureCause::kOutOfTurn);
  IoGateway gw(both("hmi", "near-plc"), 1, chosen);
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kOperationDenied);
  CHECK(gw.to_originator(io_data(0xaaaa, 1)) == DropReason::kNone);
  REQUIRE(gw.opens({}));
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kNone);
  CHECK(gw.to_target(io_data(0xbbbb, 1)) == DropReason::kNone);  // its number passed before
}

TEST_CASE("io: an opening is known to the worker that has the data, whichever it is",
          "[dataplane][inspect][cip]") {
  IoGateway gw(both("hmi", "near-plc"), 4);
  for (uint16_t port = 40000; port < 40016; ++port) {
    LocalConversation c(gw, 44818, port);
    gw.forget_sent();
    REQUIRE(c.open());
    REQUIRE(c.client(c.client_data(enip::command(0x65, {1, 0, 0, 0}))));
    Io io;
    io.serial = static_cast<uint8_t>(port);
    io.to_target = 0xb000u + port;
    io.to_originator = 0xa000u + port;
    REQUIRE(c.client(c.client_data(io.open())));
    REQUIRE(c.server(c.server_data(io.opened())));
    CHECK(gw.to_target(io_data(io.to_target, 1)) == DropReason::kNone);
    CHECK(gw.to_originator(io_data(io.to_originator, 1)) == DropReason::kNone);
  }
  unsigned openers = 0;
  for (const auto& counters : gw.counters) openers += counters.flows_created.load() != 0 ? 1 : 0;
  CHECK(openers > 1);
}

namespace {

// The PLC opens a connection to the HMI, which has opened one to it; all data is one flow.
struct Mutual : IoGateway {
  explicit Mutual(const std::string& grants) : IoGateway(both("hmi", "near-plc") + grants) {
    REQUIRE(opens({}));
    REQUIRE(to_target(io_data(0xbbbb, 1)) == DropReason::kNone);
    Conversation back(Speaker(*this, kZone1, kNearPlc, kHmi),
                      Speaker(*this, kZone0, kHmi, kNearPlc), 44818, 41000);
    Io reverse;
    reverse.serial = 0x33;
    reverse.to_target = 0xdddd;
    reverse.to_originator = 0xeeee;
    receive(kZone1, back.syn());
    receive(kZone0, back.syn_ack());
    receive(kZone1, back.client_ack());
    receive(kZone1, back.client_data(enip::command(0x65, {1, 0, 0, 0})));
    receive(kZone1, back.client_data(reverse.open()));
    receive(kZone0, back.server_data(reverse.opened()));
  }
};

}  // namespace

TEST_CASE("io: the responder of a flow writes by a relationship of its own",
          "[dataplane][inspect][cip]") {
  Mutual gw(both("near-plc", "hmi"));
  CHECK(gw.to_originator(io_data(0xdddd, 1)) == DropReason::kNone);
  CHECK(gw.to_target(io_data(0xeeee, 1)) == DropReason::kNone);  // what it is sent, unasked by rule
}

TEST_CASE("evasion: the responder of a flow does not write by the initiator's relationship",
          "[dataplane][inspect][cip]") {
  Mutual gw(grant("near-plc-opens", "near-plc", "hmi", kOpening));
  CHECK(gw.to_originator(io_data(0xdddd, 1)) == DropReason::kNoRelationship);
  CHECK(gw.to_originator(io_data(0xaaaa, 1)) == DropReason::kNone);
}
