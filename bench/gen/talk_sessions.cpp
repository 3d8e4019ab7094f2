// SPDX-License-Identifier: Apache-2.0
#include "gen/talk_sessions.h"

#include <algorithm>
#include <charconv>

#include "base/byte_order.h"
#include "gen/frame_mix.h"
#include "wire/frame.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::bench {
namespace {

constexpr size_t kIpAt = 14, kTransportAt = kIpAt + 20;
constexpr size_t kTcpHeader = 20, kUdpHeader = 8;
constexpr uint8_t kSyn = 0x02, kPsh = 0x08, kAck = 0x10;
constexpr uint16_t kIpv4 = 0x0800, kDontFragment = 0x4000, kWindow = 0xffff;
constexpr uint8_t kTtl = 64;

// As in micro/talks.h.
template <typename Add>
void each_pdu(std::string_view text, Add&& add) {
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.empty()) continue;
    std::vector<uint8_t> pdu(word.size() / 2);
    for (size_t i = 0; i < pdu.size(); ++i)
      std::from_chars(&word[1 + 2 * i], &word[1 + 2 * i] + 2, pdu[i], 16);
    add(word.front() == '>', std::move(pdu));
  }
}

}  // namespace

TalkSessions::TalkSessions(const Plant& plant, const MacAddress& client_gateway,
                           const MacAddress& server_gateway)
    : plant_(plant), gateways_{client_gateway, server_gateway}, sessions_(plant.size().flows) {
  for (const OtTalk& spoken : ot_mix()) scripts_.push_back(script_of(spoken));
  for (uint32_t f = 0; f < sessions_.size(); ++f) sessions_[f].sequence = {f * 7919u, f * 104'729u};
}

TalkSessions::Script TalkSessions::script_of(const OtTalk& spoken) {
  const Talk& talk = talk_of(spoken);
  Script script;
  script.spoken = spoken;
  script.tcp = talk.protocol == wire::ip_protocol::kTcp;
  if (script.tcp) script.opening = {{true, kSyn, {}}, {false, kSyn | kAck, {}}, {true, kAck, {}}};
  each_pdu(talk.opening, [&](bool client, std::vector<uint8_t> pdu) {
    script.opening.push_back({client, kPsh | kAck, std::move(pdu)});
  });
  each_pdu(talk.exchange, [&](bool client, std::vector<uint8_t> pdu) {
    script.exchange.push_back({client, kPsh | kAck, std::move(pdu)});
  });
  return script;
}

std::span<const uint8_t> TalkSessions::next(uint32_t f, bool client) {
  const Script& script = scripts_[f % scripts_.size()];
  Session& session = sessions_[f];
  const size_t opening = script.opening.size();
  const Line& line =
      session.at < opening ? script.opening[session.at] : script.exchange[session.at - opening];
  if (line.client != client) return {};
  const auto made = frame(script, line, f);
  if (++session.at == opening + script.exchange.size()) {
    session.at = static_cast<uint16_t>(opening);
    ++session.round;
  }
  return made;
}

std::span<const uint8_t> TalkSessions::frame(const Script& script, const Line& line, uint32_t f) {
  Session& session = sessions_[f];
  const PlantFlow flow = plant_.flow(f);
  const size_t header = script.tcp ? kTcpHeader : kUdpHeader;
  const size_t end = kTransportAt + header + line.pdu.size();
  frame_.assign(std::max<size_t>(end, kShortestFrame), 0);  // padded by Ethernet
  write_ip(script, line.client, flow, header + line.pdu.size());
  const std::array ports{flow.client_port, script.spoken.port};
  store_be(&frame_[kTransportAt], ports[line.client ? 0 : 1]);
  store_be(&frame_[kTransportAt + 2], ports[line.client ? 1 : 0]);
  if (script.tcp)
    write_tcp(line, session);
  else
    store_be(&frame_[kTransportAt + 4], static_cast<uint16_t>(header + line.pdu.size()));
  const auto pdu = std::span(frame_).subspan(kTransportAt + header, line.pdu.size());
  std::ranges::copy(line.pdu, pdu.begin());
  if (session.at >= script.opening.size()) script.spoken.count_on(pdu, session.round);
  session.sequence[line.client ? 0 : 1] +=
      static_cast<uint32_t>(line.pdu.size()) + ((line.flags & kSyn) != 0 ? 1 : 0);
  write_sums(script, line.client, flow, end);
  return frame_;
}

void TalkSessions::write_sums(const Script& script, bool client, const PlantFlow& flow,
                              size_t end) {
  wire::PacketHeaders headers;
  headers.src = client ? flow.client : flow.server;
  headers.dst = client ? flow.server : flow.client;
  headers.protocol = script.tcp ? wire::ip_protocol::kTcp : wire::ip_protocol::kUdp;
  headers.ip_version = 4;
  headers.l3_offset = kIpAt;
  headers.l3_length = static_cast<uint16_t>(end - kIpAt);
  headers.l4_offset = kTransportAt;
  wire::write_checksums(frame_, headers);
}

void TalkSessions::write_ip(const Script& script, bool client, const PlantFlow& flow,
                            size_t above) {
  const auto& from = client ? flow.client_mac : flow.server_mac;
  std::ranges::copy(gateways_[client ? 0 : 1].bytes, frame_.begin());
  std::ranges::copy(from.bytes, frame_.begin() + 6);
  store_be(&frame_[12], kIpv4);
  uint8_t* const ip = &frame_[kIpAt];
  ip[0] = 0x45;
  store_be(ip + 2, static_cast<uint16_t>(kTransportAt - kIpAt + above));
  store_be(ip + 6, kDontFragment);
  ip[8] = kTtl;
  ip[9] = script.tcp ? wire::ip_protocol::kTcp : wire::ip_protocol::kUdp;
  std::copy_n((client ? flow.client : flow.server).bytes.end() - 4, 4, ip + 12);
  std::copy_n((client ? flow.server : flow.client).bytes.end() - 4, 4, ip + 16);
}

void TalkSessions::write_tcp(const Line& line, const Session& session) {
  uint8_t* const tcp = &frame_[kTransportAt];
  store_be(tcp + 4, session.sequence[line.client ? 0 : 1]);
  if ((line.flags & kAck) != 0) store_be(tcp + 8, session.sequence[line.client ? 1 : 0]);
  tcp[12] = kTcpHeader / 4 << 4;
  tcp[13] = line.flags;
  store_be(tcp + 14, kWindow);
}

}  // namespace bulkhead::bench
