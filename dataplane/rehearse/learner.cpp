// SPDX-License-Identifier: Apache-2.0
#include "rehearse/learner.h"

#include <algorithm>
#include <set>

#include "policy/limits.h"
#include "rehearse/mend.h"
#include "wire/apps/vocabulary.h"
#include "wire/frame.h"

namespace bulkhead::dataplane {
namespace {

using policy::NumberRange;
namespace ip_protocol = wire::ip_protocol;

constexpr uint32_t kLastPort = 65'535;

// Which protocol is looked for where: one per port, as a flow is inspected as one.
using Inspected = std::map<std::pair<uint8_t, uint32_t>, wire::App>;  // by ip_protocol and port

Inspected inspected_ports(const policy::Policy& policy) {
  Inspected out;
  for (const policy::Relationship& relationship : policy.relationships)
    for (const policy::Service& service : relationship.services)
      if (service.app != wire::App::kNone)
        for (const NumberRange& ports : service.ports)
          for (uint64_t port = ports.first; port <= ports.last; ++port)
            out.emplace(std::pair(service.protocol, static_cast<uint32_t>(port)), service.app);
  for (const wire::Vocabulary& row : wire::vocabularies())
    for (const wire::Transport& usual : row.transports)
      out.emplace(std::pair(usual.protocol, uint32_t{usual.port}), row.app);
  return out;
}

std::vector<NumberRange> all_but(const Inspected& inspected, uint8_t protocol) {
  std::vector<NumberRange> out;
  uint32_t next = 1;
  for (const auto& [at, app] : inspected) {
    const uint32_t port = at.second;
    if (at.first != protocol) continue;
    if (port > next) out.push_back({next, port - 1});
    next = port + 1;
  }
  if (next <= kLastPort) out.push_back({next, kLastPort});
  return out;
}

// True of everybody: nobody has that label.
policy::Selector everybody() {
  policy::Selector out;
  out.terms.push_back({policy::SelectorTerm::Kind::kNotIn, "bulkhead.learn", {"never"}});
  return out;
}

std::string name_for(const IpAddress& ip) {
  std::string name = "ip-" + to_string(ip);
  std::ranges::replace(name, '.', '-');
  std::ranges::replace(name, ':', '-');
  return name;
}

bool can_be_bound(const IpAddress& ip, const MacAddress& mac) {
  return ip != IpAddress{} && ip != IpAddress::v4(0) && !ip.is_multicast() && !mac.is_multicast();
}

}  // namespace

policy::Policy with_all_monitored(policy::Policy policy) {
  const Inspected inspected = inspected_ports(policy);
  policy::Relationship all;
  all.name = "bulkhead-learn";
  all.from = all.to = everybody();
  all.mode = policy::Mode::kMonitor;
  for (const auto& [at, app] : inspected)
    all.services.push_back({at.first, {{at.second, at.second}}, app, {}});
  for (const uint8_t protocol : {ip_protocol::kTcp, ip_protocol::kUdp})
    all.services.push_back({protocol, all_but(inspected, protocol), wire::App::kNone, {}});
  all.services.push_back({ip_protocol::kIcmp, {}, wire::App::kNone, {}});
  policy.relationships.push_back(std::move(all));
  return policy;
}

void Strangers::take(std::span<const uint8_t> bytes, const std::map<IpAddress, bool>& known) {
  wire::Frame frame;
  if (wire::parse_frame(bytes, frame).kind != wire::FaultKind::kNone || frame.ip.ip_version == 0)
    return;
  const IpAddress& ip = frame.ip.src;
  if (known.contains(ip) || bindings_.contains(ip) || bindings_.size() >= kMost ||
      !can_be_bound(ip, frame.src_mac))
    return;
  bindings_[ip] = {{}, {}, frame.vlan, frame.src_mac, ip};
}

Result<Strangers> Strangers::in(const std::string& path, const policy::Policy& policy) {
  auto capture = Capture::open(path);
  if (!capture) return std::move(capture).error();
  std::map<IpAddress, bool> known;
  for (const policy::Identity& identity : policy.identities)
    if (identity.bind) known[identity.bind->ip] = true;
  Strangers out;
  CapturedFrame frame;
  for (;;) {
    const Result<bool> more = capture->next(frame);
    if (!more || !*more) return out;  // damage is told by whoever plays it
    if (frame.cut || frame.no_link) continue;
    (void)mend_checksums(frame.bytes);
    out.take(frame.bytes, known);
  }
}

std::vector<policy::Identity> Strangers::identities(const std::string& gateway,
                                                    const std::string& port) const {
  std::vector<policy::Identity> out;
  for (const auto& [ip, seen] : bindings_) {
    policy::Identity identity;
    identity.name = name_for(ip);
    identity.bind = seen;
    identity.bind->gateway = gateway;
    identity.bind->port = port;
    out.push_back(std::move(identity));
  }
  return out;
}

std::string yaml_of(const std::vector<policy::Identity>& identities) {
  if (identities.empty()) return {};
  std::string out = "identities:\n";
  for (const policy::Identity& identity : identities) {
    const policy::Binding& bind = *identity.bind;
    out += "  - { name: " + identity.name + ", bind: { gateway: " + bind.gateway +
           ", port: " + bind.port +
           (bind.vlan == wire::kNoVlan ? "" : ", vlan: " + std::to_string(bind.vlan)) +
           ", mac: \"" + to_string(bind.mac) + "\", ip: \"" + to_string(bind.ip) + "\" } }\n";
  }
  return out;
}

Result<Lesson> Lesson::of(policy::Policy policy, const std::string& capture,
                          const std::string& place, int64_t created_wall_ns) {
  Lesson out;
  const Result<Strangers> strangers = Strangers::in(capture, policy);
  if (!strangers) return strangers.error();
  out.strangers = strangers->size();
  if (!place.empty()) {
    const size_t colon = place.find(':');
    const std::string gateway = place.substr(0, colon);
    const std::string port = colon == std::string::npos ? "" : place.substr(colon + 1);
    if (!policy::name_ok(gateway) || !policy::name_ok(port))
      return Error{ErrorCode::kInvalid, "'" + place + "' is no GATEWAY:PORT like gw-a:zone0"};
    out.added = strangers->identities(gateway, port);
    policy.identities.insert(policy.identities.end(), out.added.begin(), out.added.end());
  }
  auto made = Rehearsal::make(with_all_monitored(std::move(policy)), created_wall_ns);
  if (!made) return std::move(made).error();
  out.rehearsal = std::move(*made);
  return out;
}

void Learner::take(const Fate& fate, const image::ImageView& policy) {
  const auto name = [&](uint32_t index) {
    return index < policy.identities().size() ? std::string(policy.name_of(IdentityIndex(index)))
                                              : std::string{};
  };
  for (const telemetry::EventRecord& event : fate.events)
    evidence_.add(event, name(event.source), name(event.destination));
}

}  // namespace bulkhead::dataplane
