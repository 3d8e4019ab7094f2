// SPDX-License-Identifier: Apache-2.0
#include "dissect/protocols.h"

#include "wire/apps/bacnet/bacnet.h"
#include "wire/apps/dnp3/dnp3.h"
#include "wire/apps/enip/connection.h"
#include "wire/apps/ethercat/ethercat.h"
#include "wire/apps/fins/fins.h"
#include "wire/apps/fox/fox.h"
#include "wire/apps/goose/goose.h"
#include "wire/apps/hart_ip/hart_ip.h"
#include "wire/apps/iec104/iec104.h"
#include "wire/apps/iso/connection.h"
#include "wire/apps/modbus.h"
#include "wire/apps/mqtt/mqtt.h"
#include "wire/apps/opcua/opcua.h"
#include "wire/apps/pn_cm/pn_cm.h"
#include "wire/apps/pn_rt/pn_rt.h"
#include "wire/apps/slmp/slmp.h"
#include "wire/apps/sv/sv.h"
#include "wire/apps/tls/either.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::dataplane {
namespace {

using wire::ip_protocol::kTcp;
using wire::ip_protocol::kUdp;

template <wire::StreamProtocol P>
std::unique_ptr<Conversation> stream() {
  return std::make_unique<StreamConversation<P>>();
}

template <wire::StreamProtocol P>
std::unique_ptr<Conversation> either() {
  return stream<wire::tls::Either<P>>();
}

template <wire::DatagramProtocol P>
std::unique_ptr<Conversation> datagrams() {
  return std::make_unique<DatagramConversation<P>>();
}

}  // namespace

std::vector<ProtocolRow> usual_protocols() {
  // clang-format off
  return {
      {"modbus", kTcp, {502}, either<wire::modbus::Connection>, wire::modbus::Connection::recognises},
      {"mqtt", kTcp, {1883}, either<wire::mqtt::Connection>, wire::mqtt::Connection::recognises},
      {"iso", kTcp, {102}, stream<wire::iso::Connection>, wire::iso::Connection::recognises},
      {"dnp3", kTcp, {20000}, either<wire::dnp3::Connection>, wire::dnp3::Connection::recognises},
      {"dnp3", kUdp, {20000}, datagrams<wire::dnp3::Connection>},
      {"opcua", kTcp, {4840}, either<wire::opcua::Connection>, wire::opcua::Connection::recognises},
      {"iec104", kTcp, {2404}, either<wire::iec104::Connection>, wire::iec104::Connection::recognises},
      {"bacnet", kUdp, {47808}, datagrams<wire::bacnet::Connection>},
      {"hart_ip", kTcp, {5094}, either<wire::hart_ip::Connection>, wire::hart_ip::Connection::recognises},
      {"hart_ip", kUdp, {5094}, datagrams<wire::hart_ip::Connection>},
      {"pn_cm", kUdp, {wire::pn_cm::kPort}, datagrams<wire::pn_cm::Connection>},
      {"ethercat", kUdp, {wire::ethercat::kPort}, datagrams<wire::ethercat::Connection>},
      {"fins", kTcp, {9600}, either<wire::fins::Connection>, wire::fins::Connection::recognises},
      {"fins", kUdp, {9600}, datagrams<wire::fins::Connection>},
      {"slmp", kTcp, {5007}, either<wire::slmp::Connection>, wire::slmp::Connection::recognises},
      {"slmp", kUdp, {5006}, datagrams<wire::slmp::Connection>},
      {"fox", kTcp, {1911}, either<wire::fox::Connection>, wire::fox::Connection::recognises},
      {"enip", kTcp, {wire::enip::kPort}, either<wire::enip::Connection>, wire::enip::Connection::recognises},
      {"enip", kUdp, {wire::enip::kPort, wire::enip::kIoPort}, datagrams<wire::enip::Connection>},
      {"tls", kTcp, {}, stream<wire::tls::Connection>, wire::tls::Connection::recognises},
      {"ethercat", 0, {wire::ethercat::kEthertype}, datagrams<wire::ethercat::LinkConnection>, nullptr, true},
      {"goose", 0, {wire::goose::kEthertype}, datagrams<wire::goose::Connection>},
      {"profinet", 0, {wire::pn_rt::kEthertype}, datagrams<wire::pn_rt::Connection>},
      {"sv", 0, {wire::sv::kEthertype}, datagrams<wire::sv::Connection>},
  };
  // clang-format on
}

}  // namespace bulkhead::dataplane
