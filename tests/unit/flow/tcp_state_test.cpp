// SPDX-License-Identifier: Apache-2.0
#include "flow/tcp_state.h"

#include <catch2/catch.hpp>

using namespace bulkhead::flow;

namespace {

constexpr uint8_t kFin = 1, kSyn = 2, kRst = 4, kAck = 16;

struct Peers {
  TcpConnection connection;
  uint32_t client = 100, server = 900;  // next to send

  TcpVerdict client_says(uint8_t flags, uint16_t length = 0, uint16_t window = 1000) {
    const TcpSegment s{client, (flags & kAck) ? server : 0, window, length, flags, kNoWindowScale};
    const auto verdict = advance(connection, true, s);
    if (verdict == TcpVerdict::kAccept)
      client += length + ((flags & kSyn) ? 1u : 0u) + ((flags & kFin) ? 1u : 0u);
    return verdict;
  }
  TcpVerdict server_says(uint8_t flags, uint16_t length = 0, uint16_t window = 1000) {
    const TcpSegment s{server, (flags & kAck) ? client : 0, window, length, flags, kNoWindowScale};
    const auto verdict = advance(connection, false, s);
    if (verdict == TcpVerdict::kAccept)
      server += length + ((flags & kSyn) ? 1u : 0u) + ((flags & kFin) ? 1u : 0u);
    return verdict;
  }
  void open() {
    REQUIRE(client_says(kSyn) == TcpVerdict::kAccept);
    REQUIRE(server_says(kSyn | kAck) == TcpVerdict::kAccept);
    REQUIRE(client_says(kAck) == TcpVerdict::kAccept);
    REQUIRE(connection.state == TcpState::kEstablished);
  }
};

}  // namespace

TEST_CASE("tcp state: handshake, data both ways and an orderly end", "[flow][tcp]") {
  Peers p;
  p.open();
  CHECK(p.client_says(kAck, 12) == TcpVerdict::kAccept);
  CHECK(p.server_says(kAck, 20) == TcpVerdict::kAccept);
  CHECK(p.client_says(kFin | kAck) == TcpVerdict::kAccept);
  CHECK(p.connection.state == TcpState::kHalfClosed);
  CHECK(p.server_says(kAck, 5) == TcpVerdict::kAccept);
  CHECK(p.server_says(kFin | kAck) == TcpVerdict::kAccept);
  CHECK(p.connection.state == TcpState::kClosing);
  CHECK(p.client_says(kAck) == TcpVerdict::kAccept);
  CHECK(p.client_says(kSyn) == TcpVerdict::kReopen);
}

TEST_CASE("tcp state: nothing but a SYN of the initiator begins a connection", "[flow][tcp]") {
  for (const uint8_t flags : {kAck, uint8_t(kSyn | kAck), uint8_t(kFin | kAck), kRst, uint8_t(0)}) {
    Peers p;
    CHECK(p.client_says(flags) == TcpVerdict::kRefuse);
    CHECK(p.server_says(flags) == TcpVerdict::kRefuse);
  }
  Peers p;
  CHECK(p.server_says(kSyn) == TcpVerdict::kRefuse);
  CHECK(p.client_says(kSyn, 1) == TcpVerdict::kRefuse);
}

TEST_CASE("tcp state: a SYN+ACK must acknowledge the SYN", "[flow][tcp]") {
  Peers p;
  REQUIRE(p.client_says(kSyn) == TcpVerdict::kAccept);
  CHECK(advance(p.connection, false, {900, 55, 1000, 0, kSyn | kAck, kNoWindowScale}) ==
        TcpVerdict::kRefuse);
  CHECK(p.client_says(kAck) == TcpVerdict::kRefuse);
  CHECK(p.server_says(kSyn | kAck) == TcpVerdict::kAccept);
}

TEST_CASE("tcp state: repeated SYN and SYN+ACK are accepted", "[flow][tcp]") {
  Peers p;
  REQUIRE(p.client_says(kSyn) == TcpVerdict::kAccept);
  p.client = 100;
  REQUIRE(p.client_says(kSyn) == TcpVerdict::kAccept);
  REQUIRE(p.server_says(kSyn | kAck) == TcpVerdict::kAccept);
  p.client = 100;
  REQUIRE(p.client_says(kSyn) == TcpVerdict::kAccept);
  CHECK(p.connection.state == TcpState::kSynReceived);
  p.server = 900;
  REQUIRE(p.server_says(kSyn | kAck) == TcpVerdict::kAccept);
  CHECK(p.client_says(kAck) == TcpVerdict::kAccept);
  CHECK(p.connection.state == TcpState::kEstablished);
}

TEST_CASE("tcp state: data beyond the window, or far behind it, is refused", "[flow][tcp]") {
  Peers p;
  p.open();
  CHECK(p.client_says(kAck, 1001) == TcpVerdict::kRefuse);
  CHECK(p.client_says(kAck, 1000) == TcpVerdict::kAccept);
  CHECK(p.client_says(kAck, 1) == TcpVerdict::kRefuse);  // the window is used up
  CHECK(p.server_says(kAck) == TcpVerdict::kAccept);
  CHECK(p.client_says(kAck, 1) == TcpVerdict::kAccept);
  p.client -= 5000;
  CHECK(p.client_says(kAck, 1) == TcpVerdict::kRefuse);
}

TEST_CASE("tcp state: an acknowledgement of bytes never sent is refused", "[flow][tcp]") {
  Peers p;
  p.open();
  p.server += 1;
  CHECK(p.client_says(kAck, 1) == TcpVerdict::kRefuse);
}

TEST_CASE("tcp state: evasion: nothing is said behind a FIN", "[flow][tcp][evasion]") {
  Peers p;
  p.open();
  CHECK(p.server_says(kAck, 20) == TcpVerdict::kAccept);
  CHECK(p.server_says(kFin | kAck) == TcpVerdict::kAccept);
  CHECK(p.server_says(kAck, 1) == TcpVerdict::kRefuse);
  CHECK(p.server_says(kFin | kAck) == TcpVerdict::kRefuse);  // another one, a number later
  p.server -= 1;
  CHECK(p.server_says(kFin | kAck) == TcpVerdict::kAccept);  // the same again
  CHECK(p.client_says(kAck, 12) == TcpVerdict::kAccept);     // the other end may go on
}

TEST_CASE("tcp state: evasion: a FIN before bytes that were sent already is refused",
          "[flow][tcp][evasion]") {
  Peers p;
  p.open();
  CHECK(p.client_says(kAck, 12) == TcpVerdict::kAccept);
  p.client -= 12;
  CHECK(p.client_says(kFin | kAck, 4) == TcpVerdict::kRefuse);
  CHECK(p.connection.state == TcpState::kEstablished);
  CHECK(p.client_says(kFin | kAck, 12) == TcpVerdict::kAccept);  // with the last bytes again
}

TEST_CASE("tcp state: a reset counts only inside the window", "[flow][tcp]") {
  Peers p;
  p.open();
  p.client += 50'000;
  CHECK(p.client_says(kRst) == TcpVerdict::kRefuse);
  CHECK(p.connection.state == TcpState::kEstablished);
  p.client -= 50'000;
  CHECK(p.client_says(kRst) == TcpVerdict::kAccept);
  CHECK(p.connection.state == TcpState::kReset);
  CHECK(p.client_says(kAck, 1) == TcpVerdict::kRefuse);
  CHECK(p.client_says(kSyn) == TcpVerdict::kReopen);
}

TEST_CASE("tcp state: a refused SYN is answered by a reset that acknowledges it", "[flow][tcp]") {
  Peers p;
  REQUIRE(p.client_says(kSyn) == TcpVerdict::kAccept);
  CHECK(advance(p.connection, false, {0, 7, 0, 0, kRst | kAck, kNoWindowScale}) ==
        TcpVerdict::kRefuse);
  CHECK(advance(p.connection, false, {0, p.client, 0, 0, kRst | kAck, kNoWindowScale}) ==
        TcpVerdict::kAccept);
  CHECK(p.connection.state == TcpState::kReset);
}

TEST_CASE("tcp state: window scaling counts only when both ends offered it", "[flow][tcp]") {
  for (const uint8_t offered : {uint8_t{4}, kNoWindowScale}) {
    Peers p;
    REQUIRE(advance(p.connection, true, {100, 0, 1000, 0, kSyn, 4}) == TcpVerdict::kAccept);
    REQUIRE(advance(p.connection, false, {900, 101, 1000, 0, kSyn | kAck, offered}) ==
            TcpVerdict::kAccept);
    p.client = 101;
    p.server = 901;
    REQUIRE(p.client_says(kAck) == TcpVerdict::kAccept);
    REQUIRE(p.server_says(kAck) == TcpVerdict::kAccept);
    const auto expected = offered == 4 ? TcpVerdict::kAccept : TcpVerdict::kRefuse;
    CHECK(p.client_says(kAck, 9000) == expected);
  }
}

TEST_CASE("tcp state: sequence numbers wrap", "[flow][tcp]") {
  Peers p;
  p.client = 0xffff'fffe;
  p.server = 0xffff'ffff;
  p.open();
  CHECK(p.client_says(kAck, 500) == TcpVerdict::kAccept);
  CHECK(p.server_says(kAck, 500) == TcpVerdict::kAccept);
}

TEST_CASE("tcp state: a SYN on a live connection passes and changes nothing", "[flow][tcp]") {
  Peers p;
  p.open();
  const uint32_t before = p.client;
  p.client = 7'000'000;
  CHECK(p.client_says(kSyn) == TcpVerdict::kAccept);
  p.client = before;
  CHECK(p.client_says(kAck, 3) == TcpVerdict::kAccept);
}
