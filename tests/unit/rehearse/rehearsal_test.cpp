// SPDX-License-Identifier: Apache-2.0
// A policy tried on frames: verdicts, the capture's clock, and what captures lack.
#include <catch2/catch.hpp>

#include "packet_builder.h"
#include "policy/yaml.h"
#include "rehearse/mend.h"
#include "rehearse/report.h"

namespace bulkhead::dataplane {
namespace {

using namespace test;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNow = 1'700'000'000 * kSecond;  // 2023-11-14T22:13:20Z

constexpr const char* kPolicy = R"(
identities:
  - { name: hmi, bind: { gateway: gw-a, port: zone0, mac: "02:00:00:00:00:01", ip: 10.0.0.1 }, labels: { role: hmi } }
  - { name: plc, bind: { gateway: gw-b, port: zone7, mac: "02:00:00:00:00:02", ip: 10.0.0.2 }, labels: { role: plc } }
relationships:
  - name: operates
    from: { role: hmi }
    to: { role: plc }
    modbus: { allow: [ { read: { holding: ["0-9"] } } ] }
grants:
  - { name: visit, subject: x, on: hmi, to: plc, tcp: { ports: [22] }, from: 2023-11-14T22:00Z, until: 2023-11-14T23:00Z }
)";

std::unique_ptr<Rehearsal> rehearsal(const char* yaml = kPolicy) {
  policy::LoadedPolicy loaded = policy::load_yaml(yaml, "test");
  REQUIRE(loaded.ok());
  auto made = Rehearsal::make(std::move(loaded.policy), kNow);
  REQUIRE(made.ok());
  return std::move(*made);
}

Bytes adu(uint8_t first) {
  return {0, 1, 0, 0, 0, 6, 1, 3, 0, first, 0, 1};
}

Bytes to_plc(Layer transport, const Bytes& data = {}) {
  test::Packet packet = ethernet("02:00:00:00:00:01", "02:bb:00:00:00:01") |
                        ipv4("10.0.0.1", "10.0.0.2") | std::move(transport);
  if (!data.empty()) packet.add(payload(data));
  return packet;
}
Bytes to_hmi(Layer transport) {
  return ethernet("02:00:00:00:00:02", "02:bb:00:00:00:01") | ipv4("10.0.0.2", "10.0.0.1") |
         std::move(transport);
}

void connect(Rehearsal& on, uint16_t port, int64_t at = kNow) {
  REQUIRE(on.play(to_plc(tcp(4000, port).syn().seq(100)), at).passed);
  REQUIRE(on.play(to_hmi(tcp(port, 4000).syn().seq(500).ack(101)), at).passed);
  REQUIRE(on.play(to_plc(tcp(4000, port).seq(101).ack(501)), at).passed);
}

wire::Frame parsed(const Bytes& frame) {
  wire::Frame out;
  REQUIRE(wire::parse_frame(frame, out).kind == wire::FaultKind::kNone);
  return out;
}

}  // namespace

TEST_CASE("rehearsal: a read that a rule allows, passes, another is refused with operation_denied",
          "[rehearse]") {
  const auto on = rehearsal();
  connect(*on, 502);
  REQUIRE(on->play(to_plc(tcp(4000, 502).psh().seq(101).ack(501), adu(9)), kNow).passed);
  REQUIRE(on->operations_allowed() == 1);
  const Fate fate = on->play(to_plc(tcp(4000, 502).psh().seq(113).ack(501), adu(10)), kNow);
  REQUIRE(fate.reason == DropReason::kOperationDenied);
  REQUIRE(fate.events.size() == 1);
  REQUIRE(fate.events[0].point_first == 10);
}

TEST_CASE("rehearsal: a grant, is open by the capture's clock and not by today's", "[rehearse]") {
  const auto on = rehearsal();
  connect(*on, 22);
  const int64_t late = kNow + 3600 * kSecond;
  const auto again = rehearsal();
  REQUIRE(again->play(to_plc(tcp(4001, 22).syn().seq(1)), late).reason == DropReason::kExpired);
  // An open connection is decided again at the boundary.
  REQUIRE(on->play(to_plc(tcp(4000, 22).psh().seq(101).ack(501), {1}), late).reason ==
          DropReason::kExpired);
}

TEST_CASE("rehearsal: a frame with another MAC than the binding's, is refused unless rebound",
          "[rehearse]") {
  const auto on = rehearsal();
  Bytes frame = to_plc(tcp(4000, 502).syn().seq(100));
  frame[11] = 0x99;
  REQUIRE(on->play(frame, kNow).reason == DropReason::kSpoofedBinding);
  rebind(frame, on->policy());
  REQUIRE(on->play(frame, kNow).passed);
}

TEST_CASE("mend: checksums that a network card was to fill in, are filled in", "[rehearse]") {
  const Bytes right = to_plc(tcp(4000, 502).syn().seq(100));
  Bytes wrong = right;
  wrong[14 + 10] ^= 0x5a;       // IPv4 header
  wrong[14 + 20 + 16] ^= 0x5a;  // TCP
  REQUIRE(mend_checksums(wrong));
  REQUIRE(wrong == right);
  REQUIRE_FALSE(mend_checksums(wrong));
  Bytes runt(10, 0);
  REQUIRE_FALSE(mend_checksums(runt));
}

TEST_CASE("conversations: one that was under way, is opened so that its next segment is judged",
          "[rehearse]") {
  const bool from_hmi = GENERATE(true, false);
  const auto on = rehearsal();
  const Bytes request = to_plc(tcp(4000, 502).psh().seq(101).ack(501), adu(3));
  const Bytes first = from_hmi ? request : to_hmi(tcp(502, 4000).seq(501).ack(101));
  ConversationTable table;
  const auto found = table.look(parsed(first).ip, on->policy(), kNow);
  REQUIRE(found.begun_before);
  REQUIRE(found.from_initiator == from_hmi);
  REQUIRE(found.conversation.port == 502);
  for (Bytes& made : opening_of(first, parsed(first), found.from_initiator)) {
    rebind(made, on->policy());
    aim(made, Rehearsal::kMac);
    REQUIRE(on->play(made, kNow).passed);
  }
  REQUIRE(on->play(first, kNow).passed);
  if (!from_hmi) REQUIRE(on->play(request, kNow).passed);
  REQUIRE(on->operations_allowed() == 1);
  REQUIRE_FALSE(table.look(parsed(request).ip, on->policy(), kNow).begun_before);
}

TEST_CASE(
    "conversations: an answer to a request from before the capture passes, a minute later not",
    "[rehearse]") {
  const Bytes answer = to_hmi(tcp(502, 4000).psh().seq(501).ack(101));
  const auto begun = [&](Rehearsal& on, bool picked_up) {
    for (const Bytes& made : opening_of(answer, parsed(answer), false)) {
      Bytes frame = made;
      rebind(frame, on.policy());
      aim(frame, Rehearsal::kMac);
      REQUIRE(on.play(frame, kNow).passed);
    }
    if (picked_up) on.picked_up(parsed(answer).ip);
  };
  const auto answered = [&](Rehearsal& on, int64_t at) {
    const Bytes data = {0, 9, 0, 0, 0, 5, 1, 3, 2, 0, 1};
    test::Packet packet = ethernet("02:00:00:00:00:02", "02:bb:00:00:00:01") |
                          ipv4("10.0.0.2", "10.0.0.1") | tcp(502, 4000).psh().seq(501).ack(101);
    packet.add(payload(data));
    return on.play(Bytes(packet), at).reason;
  };
  const auto before = rehearsal(), late = rehearsal(), strict = rehearsal();
  begun(*before, true), begun(*late, true), begun(*strict, false);
  CHECK(answered(*before, kNow + kSecond) == DropReason::kNone);
  CHECK(answered(*late, kNow + 61 * kSecond) == DropReason::kUnaskedAnswer);
  CHECK(answered(*strict, kNow + kSecond) == DropReason::kUnaskedAnswer);
}

TEST_CASE("report: what fares otherwise under another policy, is a change; silence is named",
          "[rehearse]") {
  const auto draft = rehearsal();
  Report report(draft->policy(), "draft.yaml", "old.yaml");
  const Conversation c{*parse_ip("10.0.0.1"), *parse_ip("10.9.9.9"), 6, 502};
  CapturedFrame frame;
  frame.wall_ns = kNow;
  report.frame_read(frame);
  const Fate refused{false, DropReason::kNoRelationship, {}};
  const Fate passed{true, DropReason::kNone, {}};
  report.judged(&c, kNow, refused, &passed);
  report.judged(&c, kNow, refused, &refused);
  REQUIRE(report.changed() == 1);
  REQUIRE(report.refused() == 2);
  const std::string text = report.text();
  REQUIRE(text.find("hmi -> 10.9.9.9  tcp/502: 0 pass, 2 no_relationship") != std::string::npos);
  REQUIRE(text.find("1 x passed, now no_relationship") != std::string::npos);
  REQUIRE(text.find("1 of 2 identities spoke; silent: plc") != std::string::npos);
  const std::string json = report.json();
  REQUIRE(json.find(R"("changes":[{"from":"hmi","to":"10.9.9.9","service":"tcp/502","was":)"
                    R"("passed","is":"no_relationship","frames":1}])") != std::string::npos);
}

}  // namespace bulkhead::dataplane
