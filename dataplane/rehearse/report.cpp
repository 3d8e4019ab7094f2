// SPDX-License-Identifier: Apache-2.0
#include "rehearse/report.h"

#include "policy/event_text.h"

namespace bulkhead::dataplane {
namespace {

constexpr int64_t kDayNs = 86'400'000'000'000;

std::string reason_of(const Fate& fate) {
  return fate.passed ? "passed" : std::string(to_string(fate.reason));
}

std::string service_of(const Conversation& c) {
  switch (c.protocol) {
    case wire::ip_protocol::kTcp:
      return "tcp/" + std::to_string(c.port);
    case wire::ip_protocol::kUdp:
      return "udp/" + std::to_string(c.port);
    case wire::ip_protocol::kIcmp:
    case wire::ip_protocol::kIcmpv6:
      return "icmp";
    default:
      return "ip/" + std::to_string(c.protocol);
  }
}

}  // namespace

Report::Report(const image::ImageView& policy, std::string policy_name, std::string against_name)
    : policy_(policy),
      policy_name_(std::move(policy_name)),
      against_name_(std::move(against_name)) {}

std::string Report::name_of(const IpAddress& ip) const {
  const IdentityIndex identity = policy_.identity_by_ip(ip);
  return identity.valid() ? std::string(policy_.name_of(identity)) : to_string(ip);
}

Report::Who Report::who(const Conversation* conversation) const {
  if (conversation == nullptr) return {"-", "-", "no ip"};
  return {name_of(conversation->initiator), name_of(conversation->responder),
          service_of(*conversation)};
}

void Report::frame_read(const CapturedFrame& frame) {
  if (frames_++ == 0) first_ns_ = last_ns_ = frame.wall_ns;
  first_ns_ = std::min(first_ns_, frame.wall_ns);
  last_ns_ = std::max(last_ns_, frame.wall_ns);
  days_.insert(frame.wall_ns / kDayNs);
}

void Report::note_seen(const Conversation& c, int64_t wall_ns, bool passed) {
  for (const IpAddress& ip : {c.initiator, c.responder}) {
    const IdentityIndex identity = policy_.identity_by_ip(ip);
    if (identity.valid())
      spoke_.insert(identity.value);
    else if (strangers_.size() < kMostRows || strangers_.contains(to_string(ip)))
      ++strangers_[to_string(ip)];
  }
  if (!passed) return;
  const IdentityIndex source = policy_.identity_by_ip(c.initiator);
  const IdentityIndex destination = policy_.identity_by_ip(c.responder);
  if (!source.valid() || !destination.valid()) return;
  const auto decision = policy_.decide_flow(source, destination, c.protocol, c.port, wall_ns);
  if (decision.allowed) relationships_.insert(decision.relationship.value);
}

void Report::judged(const Conversation* conversation, int64_t wall_ns, const Fate& fate,
                    const Fate* before) {
  const std::string reason = reason_of(fate);
  ++(fate.passed ? passed_ : refused_);
  if (!fate.passed) ++reasons_[reason];
  if (conversation != nullptr) note_seen(*conversation, wall_ns, fate.passed);
  const Who key = who(conversation);
  if (rows_.size() >= kMostRows && !rows_.contains(key)) {
    ++rows_left_out_;
    return;
  }
  Row& row = rows_[key];
  if (fate.passed)
    ++row.passed;
  else
    ++row.refused[reason];
  for (const telemetry::EventRecord& event : fate.events)
    if (const std::string text = policy::event_operation(event);
        !text.empty() && (row.operations.size() < 100 || row.operations.contains(text)))
      ++row.operations[text];
  if (before == nullptr || reason_of(*before) == reason) return;
  ++changed_;
  if (changes_.size() < kMostRows) ++changes_[{key, reason_of(*before), reason}];
}

size_t Report::bound_identities() const {
  size_t n = 0;
  for (const image::IdentityRecord& identity : policy_.identities())
    n += identity.ip == IpAddress{} ? 0 : 1;
  return n;
}

std::set<std::string> Report::silent() const {
  std::set<std::string> names;
  const auto identities = policy_.identities();
  for (uint32_t i = 0; i < identities.size(); ++i)
    if (identities[i].ip != IpAddress{} && !spoke_.contains(i))
      names.emplace(policy_.name_of(IdentityIndex(i)));
  return names;
}

std::set<std::string> Report::unused() const {
  std::set<std::string> names;
  for (uint32_t i = 0; i < policy_.relationships().size(); ++i)
    if (!relationships_.contains(i)) names.emplace(policy_.name_of(RelationshipIndex(i)));
  return names;
}

}  // namespace bulkhead::dataplane
