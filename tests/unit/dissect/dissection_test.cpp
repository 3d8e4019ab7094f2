// SPDX-License-Identifier: Apache-2.0
// A capture's operations: where they end, what answers what, and what captures lack.
#include "dissect/dissection.h"

#include <catch2/catch.hpp>

#include "dissect/pdu_text.h"
#include "packet_builder.h"
#include "policy/yaml.h"

namespace bulkhead::dataplane {
namespace {

using namespace test;
using Catch::Matchers::Contains;

// A capture being made: frames of one connection, and the lines that come of them.
struct Recorded {
  Dissection dissection{usual_protocols()};
  std::vector<std::string> lines;
  const Verdicts* verdicts = nullptr;
  uint64_t number = 0;

  void add(const Bytes& bytes, bool cut = false) {
    CapturedFrame frame;
    frame.number = ++number;
    frame.wall_ns = 1'700'000'000'000'000'000;
    frame.cut = cut;
    frame.bytes = bytes;
    dissection.frame(frame, [&](const Pdu& pdu) {
      Verdict verdict;
      if (verdicts != nullptr) verdict = verdicts->of(pdu);
      lines.push_back(json_line(pdu, verdicts != nullptr ? &verdict : nullptr));
    });
  }
  void asks(uint32_t seq, const Bytes& data) {
    add(ethernet("02:00:00:00:00:01", "02:00:00:00:00:02") | ipv4("10.0.0.1", "10.0.0.2") |
        tcp(4000, 502).psh().seq(seq).ack(1) | payload(data));
  }
  void answers(uint32_t seq, const Bytes& data) {
    add(ethernet("02:00:00:00:00:02", "02:00:00:00:00:01") | ipv4("10.0.0.2", "10.0.0.1") |
        tcp(502, 4000).psh().seq(seq).ack(1) | payload(data));
  }
};

Bytes adu(uint8_t id, const Bytes& pdu) {
  Bytes out = {0, id, 0, 0, 0, static_cast<uint8_t>(pdu.size() + 1), 1};
  out.insert(out.end(), pdu.begin(), pdu.end());
  return out;
}

const Bytes kReadTwo = {3, 0, 10, 0, 2};
const Bytes kTwo = {3, 4, 0, 5, 0, 9};

}  // namespace

TEST_CASE("dissect: an operation is told in the frame that completes it", "[dissect]") {
  Recorded capture;
  const Bytes whole = adu(7, kReadTwo);
  capture.asks(100, {whole.begin(), whole.begin() + 5});
  CHECK(capture.lines.empty());
  capture.asks(105, {whole.begin() + 5, whole.end()});
  REQUIRE(capture.lines.size() == 1);
  CHECK(capture.lines[0] ==
        R"({"frame":2,"time":1700000000.000000000,"src":"10.0.0.1","sport":4000,"dst":"10.0.0.2",)"
        R"("dport":502,"protocol":"modbus","direction":"request","op":"read_holding_registers",)"
        R"("code":3,"class":"read","unit":1,)"
        R"("points":[{"type":"holding","access":"read","from":10,"to":11}],"request_id":7})");
}

TEST_CASE("dissect: a response has the points of its request, and its own values", "[dissect]") {
  Recorded capture;
  capture.asks(100, adu(7, kReadTwo));
  capture.asks(112, adu(8, {3, 0, 50, 0, 2}));
  capture.answers(500, adu(8, kTwo));
  capture.answers(513, adu(7, kTwo));
  REQUIRE(capture.lines.size() == 4);
  CHECK_THAT(capture.lines[2], Contains(R"("from":50,"to":51)"));
  CHECK_THAT(capture.lines[3], Contains(R"("from":10,"to":11)"));
  CHECK_THAT(capture.lines[3], Contains(R"("values":[5,9])"));
  capture.answers(526, adu(7, kTwo));  // nobody asked again
  CHECK_THAT(capture.lines[4], Contains(R"("points":[])"));
}

TEST_CASE("dissect: two operations in a segment are two lines, a repeated segment none",
          "[dissect]") {
  Recorded capture;
  capture.asks(100, adu(1, kReadTwo) + adu(2, kReadTwo));
  CHECK(capture.lines.size() == 2);
  capture.asks(100, adu(1, kReadTwo) + adu(2, kReadTwo));
  CHECK(capture.lines.size() == 2);
}

TEST_CASE("dissect: what does not parse is a fault with its place, and the stream goes on",
          "[dissect]") {
  Recorded capture;
  Bytes lie = adu(1, kReadTwo);
  lie[5] = 7;  // one byte more than the function has
  lie.push_back(0);
  capture.asks(100, lie);
  REQUIRE(capture.lines.size() == 1);
  CHECK_THAT(capture.lines[0], Contains(R"("fault":{"kind":"bad_length","offset":)"));
  capture.asks(113, adu(2, kReadTwo));
  CHECK(capture.lines.size() == 2);
}

TEST_CASE("dissect: behind a hole in the capture a stream begins anew", "[dissect]") {
  Recorded capture;
  const Bytes whole = adu(7, kReadTwo);
  capture.asks(100, {whole.begin(), whole.begin() + 5});
  capture.asks(500, whole);
  CHECK(capture.lines.size() == 1);
}

TEST_CASE("dissect: a protocol is recognised on any port by the first bytes of who asks",
          "[dissect]") {
  Recorded capture;
  const auto from = [&](uint16_t sport, uint16_t dport, const Bytes& data) {
    capture.add(ethernet("02:00:00:00:00:01", "02:00:00:00:00:02") | ipv4("10.0.0.1", "10.0.0.2") |
                tcp(sport, dport).psh().seq(100).ack(1) | payload(data));
  };
  from(4000, 5020, adu(7, kReadTwo));
  REQUIRE(capture.lines.size() == 1);
  CHECK_THAT(capture.lines[0], Contains(R"("protocol":"modbus","direction":"request")"));
  from(4000, 5021, {'G', 'E', 'T', ' ', '/', ' ', 'H', 'T', 'T', 'P', '/', '1'});
  from(4000, 5022, adu(7, {99, 0, 10, 0, 2}));  // no function that there is
  CHECK(capture.lines.size() == 1);
}

TEST_CASE("dissect: of a frame that the capture cut, what is there is told", "[dissect]") {
  Recorded capture;
  Bytes two = adu(7, kReadTwo), second = adu(8, kReadTwo);
  two.insert(two.end(), second.begin(), second.end());
  Bytes frame = ethernet("02:00:00:00:00:01", "02:00:00:00:00:02") | ipv4("10.0.0.1", "10.0.0.2") |
                tcp(4000, 502).psh().seq(100).ack(1) | payload(two);
  frame.resize(14 + 20 + 20 + 12 + 3);
  capture.add(frame, true);
  CHECK(capture.lines.size() == 1);
  CHECK(capture.dissection.passed_over().cut == 1);
}

TEST_CASE("dissect: loopback addresses of both families are told as they are", "[dissect]") {
  Recorded capture;
  const auto link = ethernet("02:00:00:00:00:01", "02:00:00:00:00:02");
  const auto segment = tcp(4000, 502).psh().seq(100).ack(1);
  const auto data = payload(adu(7, kReadTwo));
  capture.add(link | ipv6("::1", "::1") | segment | data);
  capture.add(link | ipv4("127.0.0.1", "127.0.0.1") | segment | data);
  REQUIRE(capture.lines.size() == 2);
  CHECK_THAT(capture.lines[0], Contains(R"("src":"::1","sport":4000,"dst":"::1")"));
  CHECK_THAT(capture.lines[1], Contains(R"("src":"127.0.0.1","sport":4000,"dst":"127.0.0.1")"));
}

TEST_CASE("dissect: a PDU in IPv4 fragments is told with the last of them, in any order",
          "[dissect]") {
  const Bytes whole = ethernet("02:00:00:00:00:01", "02:00:00:00:00:02") |
                      ipv4("127.0.0.1", "127.0.0.1") | tcp(4000, 502).psh().seq(100).ack(1) |
                      payload(adu(7, kReadTwo));
  const Bytes transport(whole.begin() + 34, whole.end());
  const auto fragment = [&](size_t from, size_t to) {
    Ipv4 ip = ipv4("127.0.0.1", "127.0.0.1").id(9).with_protocol(6);
    ip.fragment_offset(static_cast<uint16_t>(from / 8));
    if (to != transport.size()) ip.more_fragments();
    return ethernet("02:00:00:00:00:01", "02:00:00:00:00:02") | ip |
           payload(Bytes(transport.begin() + static_cast<std::ptrdiff_t>(from),
                         transport.begin() + static_cast<std::ptrdiff_t>(to)));
  };
  Recorded capture;
  capture.add(fragment(16, transport.size()));
  capture.add(fragment(0, 8));
  CHECK(capture.dissection.passed_over().fragments == 2);
  CHECK(capture.lines.empty());
  capture.add(fragment(8, 16));
  REQUIRE(capture.lines.size() == 1);
  CHECK_THAT(capture.lines[0], Contains(R"("frame":3,)"));
  CHECK_THAT(capture.lines[0], Contains(R"("src":"127.0.0.1","sport":4000)"));
  CHECK(capture.dissection.passed_over().fragments == 0);
}

TEST_CASE("dissect: frames of which nothing can be told are counted", "[dissect]") {
  Recorded capture;
  capture.add(Bytes(12, 0));
  capture.add(Bytes(60, 0), true);
  capture.add(ethernet("02:00:00:00:00:01", "02:00:00:00:00:02") |
              ipv4("10.0.0.1", "10.0.0.2").more_fragments() | tcp(4000, 502));
  CHECK(capture.lines.empty());
  CHECK(capture.dissection.passed_over().malformed == 1);
  CHECK(capture.dissection.passed_over().cut == 1);
  CHECK(capture.dissection.passed_over().fragments == 1);
}

TEST_CASE("dissect: with a policy each request has its verdict, relationship and reason",
          "[dissect]") {
  const auto loaded = policy::load_yaml(R"(
identities:
  - { name: hmi, bind: { gateway: gw-a, port: zone0, mac: "02:00:00:00:00:01", ip: 10.0.0.1 } }
  - { name: plc, bind: { gateway: gw-b, port: zone0, mac: "02:00:00:00:00:02", ip: 10.0.0.2 } }
relationships:
  - { name: operates, from: hmi, to: plc, modbus: { allow: [ { read: { holding: ["0-19"] } } ] } }
)",
                                        "test");
  REQUIRE(loaded.ok());
  const auto verdicts = *Verdicts::of(loaded.policy, "gw-a");
  Recorded capture;
  capture.verdicts = verdicts.get();
  capture.asks(100, adu(1, kReadTwo));
  capture.asks(112, adu(2, {3, 0, 30, 0, 1}));
  capture.asks(124, adu(3, {6, 0, 1, 0, 1}));
  REQUIRE(capture.lines.size() == 3);
  CHECK_THAT(capture.lines[0],
             Contains(R"("verdict":"allow","relationship":"operates","reason":"")"));
  CHECK_THAT(capture.lines[1], Contains(R"("verdict":"deny")"));
  CHECK_THAT(capture.lines[1], Contains(R"("reason":"operation_denied")"));
  CHECK_THAT(capture.lines[1],
             Contains(R"("refused":{"type":"holding","access":"read","from":30,"to":30}})"));
  CHECK_THAT(capture.lines[2], Contains(R"("reason":"operation_denied")"));
  CHECK_THAT(
      capture.lines[2],
      Contains(R"("refused":{"type":"holding","access":"write","from":1,"to":1,"value":1}})"));
  capture.answers(500, adu(1, kTwo));
  CHECK_THAT(capture.lines[3], Contains(R"("verdict":"allow")"));
}

TEST_CASE("dissect: the verdict on a write says which value of which point is beyond which limit",
          "[dissect]") {
  const auto loaded = policy::load_yaml(R"(
identities:
  - { name: hmi, bind: { gateway: gw-a, port: zone0, mac: "02:00:00:00:00:01", ip: 10.0.0.1 } }
  - { name: plc, bind: { gateway: gw-b, port: zone0, mac: "02:00:00:00:00:02", ip: 10.0.0.2 } }
relationships:
  - { name: sets, from: hmi, to: plc, modbus: { allow: [ { write: { holding: ["0-19"], value: "0..1200" } } ] } }
)",
                                        "test");
  REQUIRE(loaded.ok());
  const auto verdicts = *Verdicts::of(loaded.policy, "gw-a");
  Recorded capture;
  capture.verdicts = verdicts.get();
  capture.asks(100, adu(1, {16, 0, 10, 0, 3, 6, 0, 1, 0, 2, 5, 170}));
  REQUIRE(capture.lines.size() == 1);
  CHECK_THAT(capture.lines[0], Contains(R"("reason":"value_out_of_range","refused":)"
                                        R"({"type":"holding","access":"write","from":12,"to":12,)"
                                        R"("value":1450,"limit":"value 0..1200"}})"));
}

TEST_CASE("dissect: an EtherCAT frame whose source has the local bit is an answer, in UDP the side",
          "[dissect][ethercat]") {
  const Bytes read = {0x0e, 0x10, 4, 7, 1, 0x10, 0x30, 1, 2, 0, 0, 0, 8, 0, 1, 0};
  const auto link = [&](uint8_t source) {
    return Bytes{1, 1, 5, 1, 0, 0, source, 2, 3, 4, 5, 6, 0x88, 0xa4} + read;
  };
  Recorded capture;
  capture.add(link(0));
  capture.add(link(2));
  const auto ends = ethernet();
  capture.add(ends | ipv4("10.0.0.1", "10.0.0.2") | udp(4000, 34980) | payload(read));
  capture.add(ends | ipv4("10.0.0.2", "10.0.0.1") | udp(34980, 4000) | payload(read));
  REQUIRE(capture.lines.size() == 4);
  for (size_t i = 0; i < capture.lines.size(); ++i) {
    CHECK_THAT(capture.lines[i], Contains(R"("protocol":"ethercat")"));
    CHECK_THAT(capture.lines[i],
               Contains(i % 2 == 0 ? R"("direction":"request")" : R"("direction":"response")"));
  }
  CHECK_THAT(capture.lines[1],
             Contains(R"("op":"fprd","code":4,"class":"read","unit":4097,"points":[{"type":)"
                      R"("ethercat_address","access":"read","space":0,"from":304,"to":305,)"
                      R"("command":4}],"values":["0800"],"request_id":7})"));
}

}  // namespace bulkhead::dataplane
