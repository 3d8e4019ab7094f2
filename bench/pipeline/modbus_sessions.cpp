// SPDX-License-Identifier: Apache-2.0
#include "pipeline/modbus_sessions.h"

#include "base/byte_order.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::bench {
namespace {

constexpr size_t kTcpAt = 14 + 20, kDataAt = kTcpAt + 20;
constexpr uint8_t kSyn = 0x02, kPsh = 0x08, kAck = 0x10;

// Read holding registers 0-9 and what ten registers answer; MODBUS Application Protocol 1.1b3, 6.3.
test::Bytes request_pdu() {
  return {3, 0, 0, 0, 10};
}
test::Bytes response_pdu() {
  test::Bytes pdu{3, 20};
  pdu.resize(2 + 20, 0x11);
  return pdu;
}

}  // namespace

ModbusSessions::ModbusSessions(const Plant& plant, const MacAddress& client_gateway,
                               const MacAddress& server_gateway) {
  for (uint32_t f = 0; f < plant.size().flows; ++f) {
    const PlantFlow flow = plant.flow(f);
    const auto there = test::ethernet(to_string(flow.client_mac), to_string(client_gateway)) |
                       test::ipv4(to_string(flow.client), to_string(flow.server)) |
                       test::tcp(flow.client_port, kModbusPort);
    const auto back = test::ethernet(to_string(flow.server_mac), to_string(server_gateway)) |
                      test::ipv4(to_string(flow.server), to_string(flow.client)) |
                      test::tcp(kModbusPort, flow.client_port);
    Session session;
    session.client = {there.bytes(), there | test::payload(test::modbus_adu(0, 1, request_pdu())),
                      f * 7919u};
    session.server = {back.bytes(), back | test::payload(test::modbus_adu(0, 1, response_pdu())),
                      f * 104729u};
    ends_.push_back(std::move(session));
  }
}

std::span<const uint8_t> ModbusSessions::finish(test::Bytes& frame, const End& from, const End& to,
                                                uint8_t flags) {
  store_be(&frame[kTcpAt + 4], from.next);
  store_be(&frame[kTcpAt + 8], (flags & kAck) != 0 ? to.next : 0u);
  frame[kTcpAt + 13] = flags;
  wire::PacketHeaders headers;
  headers.src = IpAddress::from_v4_wire(&frame[14 + 12]);
  headers.dst = IpAddress::from_v4_wire(&frame[14 + 16]);
  headers.protocol = wire::ip_protocol::kTcp;
  headers.ip_version = 4;
  headers.l3_offset = 14;
  headers.l3_length = static_cast<uint16_t>(frame.size() - 14);
  headers.l4_offset = kTcpAt;
  wire::write_checksums(frame, headers);
  return frame;
}

std::span<const uint8_t> ModbusSessions::syn(uint32_t f) {
  Session& s = ends_[f];
  const auto frame = finish(s.client.bare, s.client, s.server, kSyn);
  ++s.client.next;
  return frame;
}

std::span<const uint8_t> ModbusSessions::syn_ack(uint32_t f) {
  Session& s = ends_[f];
  const auto frame = finish(s.server.bare, s.server, s.client, kSyn | kAck);
  ++s.server.next;
  return frame;
}

std::span<const uint8_t> ModbusSessions::ack(uint32_t f) {
  Session& s = ends_[f];
  return finish(s.client.bare, s.client, s.server, kAck);
}

std::span<const uint8_t> ModbusSessions::request(uint32_t f) {
  Session& s = ends_[f];
  store_be(&s.client.data[kDataAt], ++s.transaction);
  const auto frame = finish(s.client.data, s.client, s.server, kAck | kPsh);
  s.client.next += static_cast<uint32_t>(frame.size() - kDataAt);
  return frame;
}

std::span<const uint8_t> ModbusSessions::response(uint32_t f) {
  Session& s = ends_[f];
  store_be(&s.server.data[kDataAt], s.transaction);
  const auto frame = finish(s.server.data, s.server, s.client, kAck | kPsh);
  s.server.next += static_cast<uint32_t>(frame.size() - kDataAt);
  return frame;
}

}  // namespace bulkhead::bench
