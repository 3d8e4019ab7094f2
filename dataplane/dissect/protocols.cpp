// SPDX-License-Identifier: Apache-2.0
#include "dissect/protocols.h"

#include "wire/apps/bacnet/bacnet.h"
#include "wire/apps/modbus.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::dataplane {
namespace {

using wire::ip_protocol::kTcp;

template <wire::StreamProtocol P>
std::unique_ptr<Conversation> stream() {
  return std::make_unique<StreamConversation<P>>();
}

template <wire::DatagramProtocol P>
std::unique_ptr<Conversation> datagrams() {
  return std::make_unique<DatagramConversation<P>>();
}

}  // namespace

std::vector<ProtocolRow> usual_protocols() {
  // clang-format off
  return {
      {"modbus", kTcp, {502}, stream<wire::modbus::Connection>, wire::modbus::Connection::recognises},
      {"bacnet", wire::ip_protocol::kUdp, {47808}, datagrams<wire::bacnet::Connection>},
  };
  // clang-format on
}

}  // namespace bulkhead::dataplane
