// SPDX-License-Identifier: Apache-2.0
// OPC UA through the pipeline: messages in chunks, and numbers that go on after a refusal.
#include "../wire/apps/opcua/messages.h"
#include "conversation.h"

using namespace bulkhead;
using namespace bulkhead::test;

namespace {

namespace ua = wire::opcua;

struct Opcua : TestGateway {
  Opcua() : TestGateway({}) {
    PlantPolicy policy;
    policy.extra =
        "grants:\n  - name: chg-2\n    subject: vendor/alice\n    on: hmi\n    to: near-plc\n"
        "    until: 2027-01-15T09:00Z\n    refuse_with: exception\n    opcua: { allow: [read] }\n";
    apply(plant(policy));
    REQUIRE(c.open());
    says(ua::hello());
    answers(ua::acknowledge());
    says(ua::open_request());
    answers(ua::open_response());
    heard.clear();
    served.clear();
  }
  void collect() {
    for (const Bytes& frame : sent(kZone0)) append(heard, frame);
    for (const Bytes& frame : sent(kZone1)) append(served, frame);
  }
  void says(const ua::Bytes& message) {
    receive(kZone0, c.client_data(message.data));
    collect();
  }
  // In segments, each acknowledged by the client as far as it has come.
  void answers(const ua::Bytes& message) {
    for (size_t at = 0; at < message.data.size(); at += 1400) {
      const size_t size = std::min<size_t>(1400, message.data.size() - at);
      const auto from = message.data.begin() + static_cast<std::ptrdiff_t>(at);
      receive(kZone1, c.server_data(Bytes(from, from + static_cast<std::ptrdiff_t>(size))));
      collect();
      acknowledge();
    }
  }
  void acknowledge() {
    receive(kZone0, c.client_says(tcp(40000, 4840).seq(c.client_seq).ack(got)));
    collect();
  }

  LocalConversation c{*this, 4840};
  Bytes heard, served;
  uint32_t got = 9001;  // what the client expects next
  bool reset = false;

 private:
  void append(Bytes& to, const Bytes& frame) {
    wire::Frame f;
    REQUIRE(wire::parse_frame(frame, f).kind == wire::FaultKind::kNone);
    reset |= (f.ip.tcp_flags & wire::tcp_flag::kRst) != 0;
    const auto from = frame.begin() + f.ip.payload_offset;
    const bool to_client = &to == &heard;
    if (to_client && f.ip.tcp_seq != got) return;  // seen before
    to.insert(to.end(), from, from + f.ip.payload_length);
    if (to_client) got += f.ip.payload_length;
  }
};

ua::Bytes chunk(const std::string& type, const ua::Bytes& body, uint32_t number, uint32_t id) {
  ua::Bytes rest;
  rest.u32(5).u32(1).u32(number).u32(id);
  return ua::frame_of(type, rest.add(body));
}
const ua::Bytes kRead = ua::read_request({ua::numbered(2, 10)});
const ua::Bytes kWrite = ua::write_request({{ua::numbered(2, 10), ua::Bytes().u8(1).u8(1).u8(1)}});

}  // namespace

TEST_CASE("inspect: OPC UA requests behind a refused one reach the server with its numbers",
          "[dataplane][splice][opcua]") {
  Opcua gw;
  gw.says(chunk("MSGF", kWrite, 10, 2));
  CHECK(gw.served.empty());
  const ua::Bytes fault = chunk("MSGF", ua::response(397, 0x801f0000), 10, 2);
  CHECK(gw.heard == fault.data);
  gw.acknowledge();
  gw.says(chunk("MSGF", kRead, 11, 3));
  CHECK(gw.served == chunk("MSGF", kRead, 10, 3).data);
  CHECK_FALSE(gw.reset);
}

TEST_CASE("splice: an answer longer than the client's window passes in part, and whole in the end",
          "[dataplane][splice][opcua]") {
  Opcua gw;
  gw.says(chunk("MSGF", kRead, 10, 2));
  Bytes all;
  ua::Bytes body = ua::response(634);
  body.data.resize(30'000);
  for (uint32_t i = 0; i < 8; ++i) {
    const ua::Bytes part = chunk(i == 7 ? "MSGF" : "MSGC", body, 10 + i, 2);
    all = all + part.data;
    gw.answers(part);
    body.data.assign(30'000, static_cast<uint8_t>(i));
  }
  for (int i = 0; i < 40; ++i) gw.acknowledge();
  CHECK(gw.heard.size() == all.size());
  CHECK(gw.heard == all);
  CHECK_FALSE(gw.reset);
}

TEST_CASE("splice: a request refused in the middle of such an answer resets the flow",
          "[dataplane][splice][opcua]") {
  Opcua gw;
  gw.says(chunk("MSGF", kRead, 10, 2));
  ua::Bytes body = ua::response(634);
  body.data.resize(60'000);
  gw.answers(chunk("MSGC", body, 10, 2));
  gw.answers(chunk("MSGC", body, 11, 2));
  CHECK(!gw.heard.empty());
  CHECK(gw.c.client_fate(gw.c.client_says(tcp(40000, 4840).seq(gw.c.client_seq).ack(gw.got).psh(),
                                          chunk("MSGF", kWrite, 11, 3).data)) ==
        DropReason::kOperationDenied);
  gw.collect();
  CHECK(gw.reset);
}
