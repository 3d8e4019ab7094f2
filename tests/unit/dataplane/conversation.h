// SPDX-License-Identifier: Apache-2.0
// A TCP connection between two assets, one segment at a time, with right numbers.
#pragma once

#include "plant.h"

namespace bulkhead::test {

class Conversation {
 public:
  Conversation(Speaker client, Speaker server, uint16_t server_port, uint16_t client_port = 40000)
      : client_(std::move(client)),
        server_(std::move(server)),
        server_port_(server_port),
        client_port_(client_port) {}

  uint32_t client_seq = 1000;  // next to send
  uint32_t server_seq = 9000;
  uint32_t removed = 0;   // bytes of the client's that the server never got
  uint32_t inserted = 0;  // bytes that the client got and the server never sent

  [[nodiscard]] Tcp from_client() const {
    return tcp(client_port_, server_port_).seq(client_seq).ack(server_seq + inserted);
  }
  [[nodiscard]] Tcp from_server() const {
    return tcp(server_port_, client_port_).seq(server_seq).ack(client_seq - removed);
  }
  Bytes syn() {
    const Bytes frame =
        client_.says(tcp(client_port_, server_port_).syn().seq(client_seq).mss(1460));
    ++client_seq;
    return frame;
  }
  Bytes syn_ack() {
    const Bytes frame = server_.says(
        tcp(server_port_, client_port_).syn().seq(server_seq).ack(client_seq).mss(1460));
    ++server_seq;
    return frame;
  }
  [[nodiscard]] Bytes client_ack() const { return client_.says(from_client()); }
  [[nodiscard]] Bytes server_ack() const { return server_.says(from_server()); }
  // Data at the next sequence number; `advance` false: peek without counting it as sent.
  Bytes client_data(const Bytes& data, bool advance = true) {
    const Bytes frame = client_.says(from_client().psh(), data);
    if (advance) client_seq += static_cast<uint32_t>(data.size());
    return frame;
  }
  // Data that the gateway takes out.
  Bytes client_refused(const Bytes& data) {
    const Bytes frame = client_data(data);
    removed += static_cast<uint32_t>(data.size());
    return frame;
  }
  Bytes server_data(const Bytes& data) {
    const Bytes frame = server_.says(from_server().psh(), data);
    server_seq += static_cast<uint32_t>(data.size());
    return frame;
  }
  [[nodiscard]] Bytes client_says(const Tcp& segment, const Bytes& data = {}) const {
    return data.empty() ? client_.says(segment) : client_.says(segment, data);
  }
  [[nodiscard]] Bytes server_says(const Tcp& segment, const Bytes& data = {}) const {
    return data.empty() ? server_.says(segment) : server_.says(segment, data);
  }

 private:
  Speaker client_, server_;
  uint16_t server_port_, client_port_;
};

// hmi on zone0 talks to near-plc on zone1 of the same gateway.
class LocalConversation : public Conversation {
 public:
  explicit LocalConversation(TestGateway& gateway, uint16_t server_port = 502,
                             uint16_t client_port = 40000)
      : Conversation(Speaker(gateway, TestGateway::kZone0, kHmi, kNearPlc),
                     Speaker(gateway, TestGateway::kZone1, kNearPlc, kHmi), server_port,
                     client_port),
        gateway_(gateway) {}

  // The three segments of the handshake; false when one did not arrive.
  bool open() {
    const bool all = client(syn()) && server(syn_ack()) && client(client_ack());
    return all;
  }
  // Sends, and whether it came out at the other side.
  bool client(const Bytes& frame) {
    gateway_.receive(TestGateway::kZone0, frame);
    return gateway_.sent(TestGateway::kZone1).size() == 1;
  }
  bool server(const Bytes& frame) {
    gateway_.receive(TestGateway::kZone1, frame);
    return gateway_.sent(TestGateway::kZone0).size() == 1;
  }
  DropReason client_fate(const Bytes& frame) { return gateway_.fate(TestGateway::kZone0, frame); }
  DropReason server_fate(const Bytes& frame) { return gateway_.fate(TestGateway::kZone1, frame); }

 private:
  TestGateway& gateway_;
};

}  // namespace bulkhead::test
