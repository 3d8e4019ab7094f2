// SPDX-License-Identifier: Apache-2.0
#include "support/plant.h"

#include <algorithm>
#include <random>
#include <utility>

#include "wire/protocol_numbers.h"

namespace bulkhead::bench {
namespace {

constexpr uint32_t kFirstClient = 0x0a14'0001;  // 10.20.0.1
constexpr uint32_t kFirstServer = 0x0a28'0001;  // 10.40.0.1
constexpr uint16_t kFirstClientPort = 10000;
constexpr uint32_t kFewestDevices = 64;
constexpr size_t kEthernet = 14, kIpv4 = 20, kUdp = 8, kTcp = 20;

IpAddress address(bool server, uint32_t i) {
  return IpAddress::v4((server ? kFirstServer : kFirstClient) + i);
}

MacAddress mac(bool server, uint32_t i) {
  return MacAddress::unpacked((uint64_t{0x0200} << 32) | (server ? 0x100'0000u : 0u) | (i + 1));
}

policy::Selector select(const char* role, const std::string& cell) {
  using Term = policy::SelectorTerm;
  policy::Selector selector;
  selector.terms.push_back(Term{Term::Kind::kIn, "role", {role}});
  selector.terms.push_back(Term{Term::Kind::kIn, "cell", {cell}});
  return selector;
}

policy::Service modbus() {
  policy::Service service;
  service.protocol = wire::ip_protocol::kTcp;
  service.ports = {{kModbusPort, kModbusPort}};
  service.app = wire::App::kModbus;
  policy::OperationRule read;
  read.cls = wire::OperationClass::kRead;
  read.points[wire::PointType::kHolding] = {{0, 199}};
  policy::OperationRule write;
  write.cls = wire::OperationClass::kWrite;
  write.points[wire::PointType::kHolding] = {{100, 119}};
  write.value = {0, 1500};
  service.allow = {read, write};
  return service;
}

}  // namespace

Plant::Plant(PlantSize size, std::vector<policy::Service> services)
    : size_(size),
      devices_(std::max(kFewestDevices, size.relationships)),
      services_(std::move(services)) {
  if (services_.empty()) services_ = {opaque(Transport::kUdp), modbus()};
}

PlantFlow Plant::flow(uint32_t f) const {
  const uint32_t i = f % devices_;
  return {mac(false, i), mac(true, i), address(false, i), address(true, i),
          static_cast<uint16_t>(kFirstClientPort + f / devices_)};
}

policy::Identity Plant::device(bool server, uint32_t i) const {
  policy::Identity identity;
  identity.name = (server ? "server-" : "client-") + std::to_string(i);
  identity.bind = policy::Binding{server ? kPeerGateway : kOwnGateway, kZonePort, wire::kNoVlan,
                                  mac(server, i), address(server, i)};
  identity.labels = {{"role", server ? "server" : "client"},
                     {"cell", std::to_string(i % size_.relationships)}};
  return identity;
}

policy::Policy Plant::policy() const {
  policy::Policy policy;
  for (uint32_t i = 0; i < devices_; ++i) {
    policy.identities.push_back(device(false, i));
    policy.identities.push_back(device(true, i));
  }
  for (uint32_t c = 0; c < size_.relationships; ++c) {
    const std::string cell = std::to_string(c);
    policy::Relationship relationship;
    relationship.name = "cell-" + cell;
    relationship.from = select("client", cell);
    relationship.to = select("server", cell);
    relationship.services = services_;
    policy.relationships.push_back(std::move(relationship));
  }
  return policy;
}

std::vector<uint32_t> Plant::schedule(uint32_t packets) const {
  const uint32_t rounds = std::max(1u, (packets + size_.flows - 1) / size_.flows);
  std::vector<uint32_t> order(size_t{rounds} * size_.flows);
  for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<uint32_t>(i % size_.flows);
  std::shuffle(order.begin(), order.end(), std::mt19937_64(size_.seed));
  return order;
}

test::Bytes Plant::frame(uint32_t f, size_t bytes, Transport transport) const {
  const PlantFlow flow = this->flow(f);
  const auto below = test::ethernet(to_string(flow.client_mac), to_string(kZoneMac)) |
                     test::ipv4(to_string(flow.client), to_string(flow.server));
  if (transport == Transport::kUdp)
    return below | test::udp(flow.client_port, kOpaquePort) |
           test::filler(bytes - kEthernet - kIpv4 - kUdp);
  return below | test::tcp(flow.client_port, kModbusPort).ack(1).seq(1) |
         test::filler(bytes - kEthernet - kIpv4 - kTcp);
}

policy::Service opaque(Transport transport) {
  policy::Service service;
  const bool udp = transport == Transport::kUdp;
  service.protocol = udp ? wire::ip_protocol::kUdp : wire::ip_protocol::kTcp;
  service.ports = {{kOpaquePort, kOpaquePort}};
  if (!udp) service.protocols = match::kAnyProtocol;  // SYNs carry nothing to tell it by
  return service;
}

std::string name_of(const PlantSize& size) {
  return std::to_string(size.flows) + "_flows-" + std::to_string(size.relationships) + "_rel";
}

}  // namespace bulkhead::bench
