// SPDX-License-Identifier: Apache-2.0
// One operation refused in the middle of a connection that goes on.
#include <catch2/catch.hpp>

#include "conversation.h"
#include "wire/frame.h"

using namespace bulkhead;
using namespace bulkhead::test;

namespace {

// A segment as it left the gateway.
struct Seen {
  wire::PacketHeaders ip;
  Bytes data;
};

Seen seen(const Bytes& frame) {
  wire::Frame f;
  REQUIRE(wire::parse_frame(frame, f).kind == wire::FaultKind::kNone);
  CHECK(wire::transport_checksum_ok(frame, f.ip));
  const auto from = frame.begin() + f.ip.payload_offset;
  return {f.ip, Bytes(from, from + f.ip.payload_length)};
}

struct Spliced : TestGateway {
  explicit Spliced(const std::string& refuse_with = "exception") : TestGateway({}) {
    PlantPolicy p;
    p.refuse_with = refuse_with;
    apply(plant(p));
    REQUIRE(c.open());
  }
  // What reached each end since the last call.
  std::vector<Seen> at_server() { return all(kZone1); }
  std::vector<Seen> at_client() { return all(kZone0); }
  void client(const Bytes& data) { receive(kZone0, c.client_data(data)); }
  void server(const Bytes& data) { receive(kZone1, c.server_data(data)); }

  LocalConversation c{*this};

 private:
  std::vector<Seen> all(uint16_t port) {
    std::vector<Seen> out;
    for (const Bytes& frame : sent(port)) out.push_back(seen(frame));
    return out;
  }
};

Bytes exception(uint16_t id, uint8_t function, uint8_t code) {
  return modbus_adu(id, 1, {static_cast<uint8_t>(function | 0x80), code});
}
const Bytes kRefused = write_register(7, 1, 5);
const Bytes kWords = exception(5, 6, 2);

}  // namespace

TEST_CASE("splice: a refused request is answered in Modbus' words and does not reach the device",
          "[dataplane][splice]") {
  Spliced gw;
  const uint32_t client_next = gw.c.client_seq, server_next = gw.c.server_seq;
  CHECK(gw.fate(TestGateway::kZone0, gw.c.client_data(kRefused)) == DropReason::kOperationDenied);
  CHECK(gw.at_server().empty());
  const auto answers = gw.at_client();
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].data == kWords);
  CHECK(answers[0].ip.tcp_seq == server_next);
  CHECK(answers[0].ip.tcp_ack == client_next + kRefused.size());
}

TEST_CASE("splice: after a refusal both ends count on as if it had not been",
          "[dataplane][splice]") {
  Spliced gw;
  const uint32_t client_first = gw.c.client_seq, server_first = gw.c.server_seq;
  gw.client(kRefused);
  gw.at_client();
  gw.c.inserted = static_cast<uint32_t>(kWords.size());  // the client has got them

  gw.client(read_holding(6));
  auto at_server = gw.at_server();
  REQUIRE(at_server.size() == 1);
  CHECK(at_server[0].data == read_holding(6));
  CHECK(at_server[0].ip.tcp_seq == client_first);
  CHECK(at_server[0].ip.tcp_ack == server_first);

  const Bytes answer = gw.c.server_says(
      tcp(502, 40000).seq(server_first).ack(client_first + 12).psh(), holding_answer(6));
  gw.receive(TestGateway::kZone1, answer);
  const auto at_client = gw.at_client();
  REQUIRE(at_client.size() == 1);
  CHECK(at_client[0].data == holding_answer(6));
  CHECK(at_client[0].ip.tcp_seq == server_first + kWords.size());
  CHECK(at_client[0].ip.tcp_ack == gw.c.client_seq);
}

TEST_CASE("splice: of three requests in a segment only the refused one is taken out",
          "[dataplane][splice]") {
  Spliced gw;
  gw.client(read_holding(4) + kRefused + read_holding(6));
  const auto at_server = gw.at_server();
  REQUIRE(at_server.size() == 1);
  CHECK(at_server[0].data == read_holding(4) + read_holding(6));
  const auto at_client = gw.at_client();
  REQUIRE(at_client.size() == 1);
  CHECK(at_client[0].data == kWords);
  // The first request has not been acknowledged by the device: nothing behind it can be.
  CHECK(at_client[0].ip.tcp_ack ==
        gw.c.client_seq - (read_holding(4) + kRefused + read_holding(6)).size());
  CHECK(gw.counters[0].operations_allowed.load() == 2);
  CHECK(gw.counters[0].operations_refused.load() == 1);
}

TEST_CASE("splice: a refused request that is repeated gets the same answer, and is decided once",
          "[dataplane][splice]") {
  Spliced gw;
  const Bytes segment = gw.c.client_data(kRefused);
  for (int i = 0; i < 3; ++i) {
    gw.receive(TestGateway::kZone0, segment);
    const auto at_client = gw.at_client();
    REQUIRE(at_client.size() == 1);
    CHECK(at_client[0].data == kWords);
    CHECK(at_client[0].ip.tcp_seq == gw.c.server_seq);
  }
  for (const Seen& segment_on : gw.at_server()) CHECK(segment_on.data.empty());
  CHECK(gw.counters[0].operations_refused.load() == 1);
  CHECK(gw.events().size() == 1);
}

TEST_CASE("splice: the first part of a request is held, and acknowledged so that the rest comes",
          "[dataplane][splice]") {
  Spliced gw;
  const Bytes request = read_holding(6);
  const Bytes first(request.begin(), request.begin() + 5), rest(request.begin() + 5, request.end());
  gw.client(first);
  for (const Seen& segment : gw.at_server()) CHECK(segment.data.empty());
  const auto at_client = gw.at_client();
  REQUIRE(at_client.size() == 1);
  CHECK(at_client[0].data.empty());
  CHECK(at_client[0].ip.tcp_ack == gw.c.client_seq);
  gw.client(rest);
  const auto at_server = gw.at_server();
  REQUIRE(at_server.size() == 1);
  CHECK(at_server[0].data == request);
}

TEST_CASE("splice: an early acknowledgement opens no more window than the device granted",
          "[dataplane][splice]") {
  Spliced gw;
  gw.receive(TestGateway::kZone1, gw.c.server_says(gw.c.from_server().window(100)));
  gw.at_client();
  gw.client({0, 1, 0, 0, 0, 6});
  const auto at_client = gw.at_client();
  REQUIRE(at_client.size() == 1);
  CHECK(at_client[0].ip.tcp_ack == gw.c.client_seq);
  // The SYN+ACK granted 65535 from the first byte on, and that stays the edge.
  CHECK(at_client[0].ip.tcp_window == 65535 - 6);
}

TEST_CASE(
    "splice: when a released request is lost, the sender's repeat of its end brings all of it",
    "[dataplane][splice]") {
  Spliced gw;
  const Bytes request = read_holding(6);
  gw.client(Bytes(request.begin(), request.begin() + 5));
  const Bytes end = gw.c.client_data(Bytes(request.begin() + 5, request.end()));
  gw.receive(TestGateway::kZone0, end);
  gw.at_server();  // and there it was lost
  gw.receive(TestGateway::kZone0, end);
  const auto at_server = gw.at_server();
  REQUIRE(at_server.size() == 1);
  CHECK(at_server[0].data == request);
  CHECK(gw.counters[0].operations_allowed.load() == 1);
}

TEST_CASE("splice: refused by drop there is an acknowledgement and no answer",
          "[dataplane][splice]") {
  Spliced gw{"drop"};
  gw.client(kRefused);
  CHECK(gw.at_server().empty());
  const auto at_client = gw.at_client();
  REQUIRE(at_client.size() == 1);
  CHECK(at_client[0].data.empty());
  CHECK(at_client[0].ip.tcp_ack == gw.c.client_seq);
  gw.client(read_holding(6));
  CHECK(gw.at_server().size() == 1);
}

TEST_CASE("splice: an answer that got lost is sent again when the client asks for it",
          "[dataplane][splice]") {
  Spliced gw;
  gw.client(kRefused);
  gw.at_client();  // lost
  gw.receive(TestGateway::kZone0, gw.c.client_ack());
  const auto at_client = gw.at_client();
  REQUIRE(at_client.size() == 1);
  CHECK(at_client[0].data == kWords);
}

TEST_CASE("splice: a FIN behind an unfinished request closes without it", "[dataplane][splice]") {
  Spliced gw;
  const uint32_t first = gw.c.client_seq;
  gw.client({0, 1, 0, 0, 0});
  gw.at_server();
  gw.receive(TestGateway::kZone0, gw.c.client_says(gw.c.from_client().fin().ack()));
  const auto at_server = gw.at_server();
  REQUIRE(at_server.size() == 1);
  CHECK(at_server[0].data.empty());
  CHECK((at_server[0].ip.tcp_flags & wire::tcp_flag::kFin) != 0);
  CHECK(at_server[0].ip.tcp_seq == first);
}

TEST_CASE("splice: selective acknowledgements are in the numbers of the one who reads them",
          "[dataplane][splice]") {
  Spliced gw;
  gw.client(kRefused);
  gw.at_client();
  gw.at_server();
  const uint32_t first = 1001;  // as the device counts
  gw.client(read_holding(6));
  gw.client(read_holding(7));
  gw.at_server();
  Bytes sack = {1, 1, 5, 10};
  for (const uint32_t edge : {first + 12, first + 24})
    for (int shift = 24; shift >= 0; shift -= 8)
      sack.push_back(static_cast<uint8_t>(edge >> shift));
  gw.sent(TestGateway::kZone0);
  gw.receive(TestGateway::kZone1,
             gw.c.server_says(tcp(502, 40000).seq(9001).ack(first).options(sack)));
  const auto frames = gw.sent(TestGateway::kZone0);
  REQUIRE(!frames.empty());
  const Seen at_client = seen(frames.back());
  CHECK(at_client.ip.tcp_ack == first + kRefused.size());
  const uint8_t* edges = frames.back().data() + at_client.ip.l4_offset + 20 + 4;
  const auto be32 = [](const uint8_t* p) {
    return uint32_t{p[0]} << 24 | uint32_t{p[1]} << 16 | uint32_t{p[2]} << 8 | p[3];
  };
  CHECK(be32(edges) == first + kRefused.size() + 12);
  CHECK(be32(edges + 4) == first + kRefused.size() + 24);
}

TEST_CASE("splice: of a device's answer in parts the client gets all at once",
          "[dataplane][splice]") {
  Spliced gw;
  gw.client(read_holding(6));
  gw.at_server();
  const Bytes answer = holding_answer(6);
  gw.server(Bytes(answer.begin(), answer.begin() + 4));
  for (const Seen& segment : gw.at_client()) CHECK(segment.data.empty());
  gw.server(Bytes(answer.begin() + 4, answer.end()));
  const auto at_client = gw.at_client();
  REQUIRE(at_client.size() == 1);
  CHECK(at_client[0].data == answer);
}

TEST_CASE("splice: an answer of the gateway's does not come between the parts of a device's",
          "[dataplane][splice]") {
  Spliced gw;
  gw.client(read_holding(6));
  const Bytes answer = holding_answer(6);
  gw.server(Bytes(answer.begin(), answer.begin() + 4));
  gw.at_client();
  // The client has got nothing of it.
  gw.receive(TestGateway::kZone0,
             gw.c.client_says(tcp(40000, 502).seq(gw.c.client_seq).ack(gw.c.server_seq - 4).psh(),
                              kRefused));
  Bytes heard;
  for (const Seen& segment : gw.at_client()) heard = heard + segment.data;
  gw.server(Bytes(answer.begin() + 4, answer.end()));
  for (const Seen& segment : gw.at_client()) heard = heard + segment.data;
  CHECK(heard == kWords + answer);
}

TEST_CASE("splice: timestamps of what the gateway says are those the asker knows",
          "[dataplane][splice]") {
  Spliced gw;
  const Bytes stamps{1, 1, 8, 10, 0, 0, 0, 77, 0, 0, 0, 33};
  gw.receive(TestGateway::kZone0,
             gw.c.client_says(gw.c.from_client().options(stamps).psh(), kRefused));
  const auto frames = gw.sent(TestGateway::kZone0);
  REQUIRE(frames.size() == 1);
  const Seen answer = seen(frames[0]);
  const auto from = frames[0].begin() + answer.ip.l4_offset + 20;
  CHECK(Bytes(from, from + 12) == Bytes{1, 1, 8, 10, 0, 0, 0, 33, 0, 0, 0, 77});
}

TEST_CASE("splice: behind a device's FIN there is no answer, and a refusal resets",
          "[dataplane][splice]") {
  Spliced gw;
  gw.receive(TestGateway::kZone1, gw.c.server_says(gw.c.from_server().fin().ack()));
  REQUIRE(gw.at_client().size() == 1);
  gw.client(kRefused);
  const auto at_client = gw.at_client(), at_server = gw.at_server();
  REQUIRE(at_client.size() == 1);
  CHECK((at_client[0].ip.tcp_flags & wire::tcp_flag::kRst) != 0);
  CHECK(at_client[0].data.empty());
  REQUIRE(at_server.size() == 1);
  CHECK((at_server[0].ip.tcp_flags & wire::tcp_flag::kRst) != 0);
}

TEST_CASE("splice: before a device's FIN that came too early and was dropped there is an answer",
          "[dataplane][splice]") {
  Spliced gw;
  gw.client(read_holding(6));
  gw.at_server();
  const uint32_t first = gw.c.server_seq;
  const Bytes answer = holding_answer(6);
  const auto lost = gw.c.server_data(answer);
  CHECK(gw.fate(TestGateway::kZone1, gw.c.server_says(gw.c.from_server().fin().ack())) ==
        DropReason::kStreamGap);
  gw.receive(TestGateway::kZone0,
             gw.c.client_says(tcp(40000, 502).seq(gw.c.client_seq).ack(first).psh(), kRefused));
  CHECK(gw.at_server().empty());
  const auto words = gw.at_client();
  REQUIRE(words.size() == 1);
  CHECK(words[0].data == kWords);
  gw.receive(TestGateway::kZone1, lost);
  gw.receive(TestGateway::kZone1, gw.c.server_says(gw.c.from_server().fin().ack()));
  const auto rest = gw.at_client();
  REQUIRE(rest.size() == 2);
  CHECK(rest[0].data == answer);
  CHECK(rest[0].ip.tcp_seq == first + kWords.size());
  CHECK((rest[1].ip.tcp_flags & wire::tcp_flag::kFin) != 0);
  CHECK(rest[1].ip.tcp_seq == first + kWords.size() + answer.size());
}
