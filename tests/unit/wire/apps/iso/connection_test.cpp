// SPDX-License-Identifier: Apache-2.0
// Connections of ISO transport: management, TSDUs, and which protocol is inside.
#include "wire/apps/iso/connection.h"

#include <catch2/catch.hpp>

#include "../s7comm/pdus.h"
#include "told.h"

using namespace bulkhead::wire;
using namespace bulkhead::test;
using iso::Connection;

namespace {

const Octets kRead = s7::job(Octets{4, 1} + s7::any(2, 1, 1, 0x84, 0));
const Octets kSetup = s7::job({0xf0, 0, 0, 1, 0, 1, 1, 0xe0});
const Octets kExplore = {0x72, 2, 0, 19, 0x31, 0, 0, 4, 0xbb, 0,    0, 0, 3, 0,
                         0,    3, 1, 52, 0,    0, 0, 3, 0,    0x72, 2, 0, 0};

Octets connect(uint8_t type, const Octets& called = {3, 2}) {
  const Octets parameters = Octets{0xc0, 1, 10, 0xc1, 2, 1, 0, 0xc2} +
                            Octets{static_cast<uint8_t>(called.size())} + called;
  const uint8_t mine = type == 0xe0 ? 0 : 6;
  const Octets header = Octets{type, 0, mine, 0, 6, 0} + parameters;
  return Octets{3, 0} + be16(header.size() + 5) + Octets{static_cast<uint8_t>(header.size())} +
         header;
}

}  // namespace

TEST_CASE("iso: connection request and confirm are told, with both TSAPs and one reference",
          "[iso]") {
  Talk talk;
  REQUIRE(talk.frame(Side::kRequest, connect(0xe0)) == Fault{});
  CHECK(talk.last().app == App::kCotp);
  CHECK(talk.last().code == 0xe0);
  CHECK(talk.last().name == "connection_request");
  CHECK(talk.last().cls == OperationClass::kSession);
  CHECK(talk.last().request_id == 6);
  CHECK(talk.last().unit == 2);
  CHECK(talk.last().bytes == std::vector<Octets>{{1, 0}, {3, 2}});
  REQUIRE(talk.frame(Side::kResponse, connect(0xd0)) == Fault{});
  CHECK(talk.last().name == "connection_confirm");
  CHECK(talk.last().direction == Direction::kResponse);
  CHECK(talk.last().request_id == 6);
}

TEST_CASE("iso: rack and slot of the TSAP called are the unit of what S7comm asks", "[iso]") {
  Talk talk;
  REQUIRE(talk.frame(Side::kRequest, connect(0xe0, {1, 0x22})) == Fault{});
  REQUIRE(talk.ask(kRead) == Fault{});
  CHECK(talk.last().unit == 0x22);
  REQUIRE(talk.frame(Side::kRequest, connect(0xe0, text("SIMATIC-ROOT-HMI"))) == Fault{});
  CHECK(talk.last().unit == 0);
}

TEST_CASE("iso: disconnection and error are told", "[iso]") {
  Talk talk;
  REQUIRE(talk.frame(Side::kRequest, {3, 0, 0, 11, 6, 0x80, 0, 9, 0, 6, 0}) == Fault{});
  CHECK(talk.last().name == "disconnect_request");
  CHECK(talk.last().request_id == 6);
  REQUIRE(talk.frame(Side::kResponse, {3, 0, 0, 10, 5, 0xc0, 0, 6, 0, 9}) == Fault{});
  CHECK(talk.last().name == "disconnect_confirm");
  CHECK(talk.last().request_id == 6);
  REQUIRE(talk.frame(Side::kResponse, {3, 0, 0, 9, 4, 0x70, 0, 6, 0}) == Fault{});
  CHECK(talk.last().name == "tpdu_error");
  CHECK(talk.last().direction == Direction::kUnsolicited);
}

TEST_CASE("iso: expedited data, which class 0 has not, is of no class", "[iso]") {
  Talk talk;
  REQUIRE(talk.frame(Side::kRequest, {3, 0, 0, 10, 4, 0x10, 0, 6, 0x80, 1}) == Fault{});
  CHECK(talk.last().cls == OperationClass::kUnspecified);
}

TEST_CASE("iso: an empty TSDU, as a keep-alive of some clients is, tells nothing", "[iso]") {
  Talk talk;
  CHECK(talk.ask({}) == Fault{});
  CHECK(talk.frame(Side::kRequest, {3, 0, 0, 7, 2, 0xf0, 0}) == Fault{});
  CHECK(talk.tells.all.empty());
  CHECK_FALSE(talk.connection.pending(Side::kRequest));
}

TEST_CASE("evasion: a TSDU of a protocol that is not known is told, and of no class",
          "[iso][evasion]") {
  Talk talk;
  CHECK(talk.ask({0x44, 0x02, 0x05, 0x00}) == Fault{});
  REQUIRE(talk.tells.all.size() == 1);
  CHECK(talk.tells.all[0].app == App::kCotp);
  CHECK(talk.tells.all[0].name == "unknown");
  CHECK(talk.tells.all[0].cls == OperationClass::kUnspecified);
  CHECK(talk.tells.all[0].code == (iso::kUnknownTsdu | 0x44));
}

TEST_CASE("evasion: a write in COTP fragments without EOT is told once, when the last is there",
          "[iso][evasion]") {
  const Octets write = s7::job(Octets{5, 1} + s7::any(2, 1, 5, 0x84, 16), {0, 4, 0, 8, 0xff});
  for (size_t cut = 1; cut + 1 < write.size(); ++cut) {
    Talk talk;
    const Octets first(write.begin(), write.begin() + static_cast<ptrdiff_t>(cut));
    const Octets rest(write.begin() + static_cast<ptrdiff_t>(cut), write.end());
    REQUIRE(talk.frame(Side::kRequest, data_tpdu(first, false)) == Fault{});
    CHECK(talk.tells.all.empty());
    CHECK(talk.connection.pending(Side::kRequest));
    CHECK_FALSE(talk.connection.pending(Side::kResponse));
    REQUIRE(talk.frame(Side::kRequest, data_tpdu(rest)) == Fault{});
    REQUIRE(talk.tells.all.size() == 1);
    CHECK(talk.last().cls == OperationClass::kWrite);
    CHECK(talk.last().points[0].first == (uint64_t{5} << 32 | 16));
  }
}

TEST_CASE("evasion: a connection request amid a TSDU is a fault, and the TSDU is forgotten",
          "[iso][evasion]") {
  Talk talk;
  REQUIRE(talk.frame(Side::kRequest, data_tpdu(kRead, false)) == Fault{});
  CHECK(talk.frame(Side::kRequest, connect(0xe0)) == Fault{FaultKind::kBadState, 5});
  CHECK_FALSE(talk.connection.pending(Side::kRequest));
  CHECK(talk.ask(kSetup) == Fault{});
  CHECK(talk.last().name == "setup_communication");
}

TEST_CASE("evasion: S7comm and S7comm-plus on one connection are each told as what they are",
          "[iso][evasion]") {
  Talk talk;
  REQUIRE(talk.ask(kExplore) == Fault{});
  REQUIRE(talk.ask(kRead) == Fault{});
  REQUIRE(talk.ask(kExplore) == Fault{});
  REQUIRE(talk.tells.all.size() == 3);
  CHECK(talk.tells.all[0].app == App::kS7commPlus);
  CHECK(talk.tells.all[1].app == App::kS7comm);
  CHECK(talk.tells.all[2].app == App::kS7commPlus);
}

TEST_CASE("iso: sides do not mix: each joins TSDUs of its own", "[iso]") {
  Talk talk;
  const Octets half(kRead.begin(), kRead.begin() + 10), rest(kRead.begin() + 10, kRead.end());
  REQUIRE(talk.frame(Side::kRequest, data_tpdu(half, false)) == Fault{});
  REQUIRE(talk.answer(s7::ack({0xf0, 0, 0, 1, 0, 1, 1, 0xe0})) == Fault{});
  REQUIRE(talk.frame(Side::kRequest, data_tpdu(rest)) == Fault{});
  CHECK(talk.tells.all.size() == 2);
  CHECK(talk.last().name == "read_var");
}

TEST_CASE("iso: a fault inside a TSDU is placed in the frame that completes it", "[iso]") {
  Octets bad = kRead;
  bad[1] = 9;  // no such ROSCTR
  Talk talk;
  CHECK(talk.ask(bad) == Fault{FaultKind::kBadType, kInTsdu + 1});
  // In an earlier frame: at the user data of the last.
  const Octets half(bad.begin(), bad.begin() + 10), rest(bad.begin() + 10, bad.end());
  REQUIRE(talk.frame(Side::kRequest, data_tpdu(half, false)) == Fault{});
  CHECK(talk.frame(Side::kRequest, data_tpdu(rest)) == Fault{FaultKind::kBadType, kInTsdu});
  Octets syntax = kRead;
  syntax[14] = 0x77;
  const Octets head(syntax.begin(), syntax.begin() + 10), tail(syntax.begin() + 10, syntax.end());
  REQUIRE(talk.frame(Side::kRequest, data_tpdu(head, false)) == Fault{});
  CHECK(talk.frame(Side::kRequest, data_tpdu(tail)) == Fault{FaultKind::kBadType, kInTsdu + 4});
  CHECK(talk.tells.all.empty());
}

TEST_CASE("evasion: TLS records over the borders of TSDUs are followed, and told as opaque",
          "[iso][evasion]") {
  Talk talk;
  const Octets record = {0x17, 3, 3, 0, 6};
  REQUIRE(talk.ask(record + Octets{1, 2, 3}) == Fault{});
  CHECK(talk.last().opaque);
  CHECK(talk.last().name == "tls");
  CHECK(talk.last().cls == OperationClass::kUnspecified);
  // Ciphertext that begins like a job is none; what follows the record is looked at again.
  REQUIRE(talk.ask({0x32, 1, 0}) == Fault{});
  CHECK(talk.last().opaque);
  REQUIRE(talk.ask(kRead) == Fault{});
  CHECK(talk.last().name == "read_var");
  CHECK_FALSE(talk.last().opaque);
}

TEST_CASE("iso: bytes behind a TLS record that begin no other are a fault", "[iso]") {
  Talk talk;
  CHECK(talk.ask({0x17, 3, 3, 0, 1, 9, 1, 2, 3, 4, 5}) == Fault{FaultKind::kBadType, kInTsdu + 10});
}

TEST_CASE("iso: only a connection request that calls a TSAP is recognised", "[iso]") {
  CHECK(Connection::recognises(connect(0xe0)));
  CHECK_FALSE(Connection::recognises(connect(0xd0)));
  CHECK_FALSE(Connection::recognises(data_tpdu(kRead)));
  // RDP, on the same framing: no TSAPs.
  CHECK_FALSE(
      Connection::recognises(Octets{3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0}));
  const Octets whole = connect(0xe0);
  for (size_t n = 0; n < whole.size(); ++n)
    CHECK_FALSE(Connection::recognises(std::span(whole).first(n)));
}

TEST_CASE("iso: the framing is that of TPKTs", "[iso]") {
  const Connection connection{};
  CHECK(*connection.frame_size(Side::kRequest, Octets{3, 0, 0, 25, 2}) == 25);
  CHECK(connection.frame_size(Side::kRequest, Octets{3, 0}).need_more());
  CHECK(connection.frame_size(Side::kResponse, Octets{0x32, 1}).fault() ==
        Fault{FaultKind::kBadMarker, 0});
}
