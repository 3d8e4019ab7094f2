// SPDX-License-Identifier: Apache-2.0
#include "gen/ot_mix.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/byte_order.h"
#include "wire/apps/dnp3/link.h"

namespace bulkhead::bench {
namespace {

void put_le(std::span<uint8_t> to, uint32_t value) {
  for (uint8_t& byte : to) {
    byte = static_cast<uint8_t>(value);
    value >>= 8;
  }
}

// The transaction identifier; MODBUS Messaging on TCP/IP 1.0b, 3.1.3.
void modbus(std::span<uint8_t> adu, uint32_t round) {
  store_be(adu.data(), static_cast<uint16_t>(round));
}

// The PDU reference of S7comm, behind TPKT, COTP data and four bytes of its header.
void s7comm(std::span<uint8_t> tpkt, uint32_t round) {
  store_be(&tpkt[11], static_cast<uint16_t>(round + 1));
}

// OPC UA Part 6 6.7.2.4: sequence number and request id. The opening of the channel has used 9; a
// sequence number may begin anew below 1024 after 4294966271.
void opcua(std::span<uint8_t> chunk, uint32_t round) {
  put_le(chunk.subspan(16, 4), 10 + round);
  put_le(chunk.subspan(20, 4), 10 + round);
}

// IEC 60870-5-104 5.1: an I-frame has N(S) and N(R), an S-frame N(R) alone, of 15 bits each. Only
// the server sends I-frames, and each is acknowledged by itself.
void iec104(std::span<uint8_t> apdu, uint32_t round) {
  const bool information = (apdu[2] & 1) == 0;
  if (information) put_le(apdu.subspan(2, 2), round << 1);
  put_le(apdu.subspan(4, 2), information ? 0 : (round + 1) << 1);
}

// IEEE 1815 8.2.2 and 4.2.2.4: six bits of the transport function, four of the application layer;
// both are in the first block, with its checksum behind its last byte.
void dnp3(std::span<uint8_t> frame, uint32_t round) {
  constexpr size_t kHeader = 10, kBlock = 16, kCrc = 2;
  const auto block = frame.subspan(kHeader, std::min(kBlock, frame.size() - kHeader - kCrc));
  block[0] = static_cast<uint8_t>((block[0] & 0xc0) | (round & 0x3f));
  block[1] = static_cast<uint8_t>((block[1] & 0xf0) | (round & 0x0f));
  put_le(frame.subspan(kHeader + block.size(), kCrc), wire::dnp3::crc_of(block));
}

// The sender's context, which comes back as it was; CIP Volume 2, 2-3.5.
void enip(std::span<uint8_t> message, uint32_t round) {
  put_le(message.subspan(12, 8), round);
}

// The invoke id; ASHRAE 135 20.1.2.6 and 20.1.5.4. A request has the sizes it takes before it.
void bacnet(std::span<uint8_t> message, uint32_t round) {
  constexpr size_t kApdu = 6;
  const bool request = message[kApdu] >> 4 == 0;
  message[kApdu + (request ? 2 : 1)] = static_cast<uint8_t>(round);
}

constexpr OtTalk kMix[] = {
    {"modbus-read", 502, modbus},
    {"s7comm-read", 102, s7comm},
    {"opcua-read", 4840, opcua},
    {"iec104-measurements", 2404, iec104},
    {"dnp3-class_poll", 20000, dnp3},
    {"cip-read_tag", 44818, enip},
    {"bacnet-read_property", 47808, bacnet},
};

}  // namespace

std::span<const OtTalk> ot_mix() {
  return kMix;
}

const Talk& talk_of(const OtTalk& wanted) {
  const auto found = std::ranges::find(talks(), wanted.name, &Talk::name);
  if (found != talks().end()) return *found;
  std::fprintf(stderr, "ot_mix: there is no talk %s\n", std::string(wanted.name).c_str());
  std::exit(2);
}

std::vector<policy::Service> ot_services() {
  std::vector<policy::Service> services;
  for (const OtTalk& spoken : kMix) {
    const Talk& talk = talk_of(spoken);
    policy::Service service;
    service.protocol = talk.protocol;
    service.ports = {{spoken.port, spoken.port}};
    service.app = talk.app;
    policy::OperationRule read, discover;
    read.cls = wire::OperationClass::kRead;
    discover.cls = wire::OperationClass::kDiscover;  // DNP3: reading the classes of points
    service.allow = {read, discover};
    services.push_back(std::move(service));
  }
  return services;
}

}  // namespace bulkhead::bench
