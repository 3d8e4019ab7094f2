// SPDX-License-Identifier: Apache-2.0
// ImageView's decisions: vetoes first, then the services that the pair's relationships open.
// Must agree with policy::evaluate() on every input (tests/property).
#include <algorithm>

#include "image/match.h"
#include "image/opaque.h"
#include "image/service_is.h"
#include "image/standing.h"
#include "image/view.h"
#include "policy/model.h"

namespace bulkhead::image {
namespace {

using Reason = OperationDecision::Reason;

constexpr uint32_t kAnything = 1;  // bit 0 of a class mask: every class veto matches

struct VetoScan {
  uint32_t full = kNone;       // lowest veto of the pair altogether
  uint32_t operation = kNone;  // lowest veto of a class in the mask asked for
  uint32_t any_class = kNone;  // lowest class veto
};

VetoScan scan_vetoes(const Sections& s, const PairSlot& pair, uint32_t class_bits) noexcept {
  VetoScan out;
  for (const uint32_t index : Sections::slice(s.pair_lists, pair.vetoes)) {
    const uint32_t mask = s.vetoes[index].class_mask;
    if (mask == 0) {
      out.full = std::min(out.full, index);
      continue;
    }
    out.any_class = std::min(out.any_class, index);
    const bool hit = (mask & class_bits) != 0 || (class_bits & kAnything) != 0;
    if (hit) out.operation = std::min(out.operation, index);
  }
  return out;
}

bool shadowed(const ServiceRecord& service, bool class_veto) noexcept {
  return class_veto && service.app == 0 && service.protocol != wire::ip_protocol::kIcmp;
}

// Calls visit(relationship index, relationship, service, standing) in ascending index order.
template <typename Visit>
void for_each_service(const Asked& asked, const PairSlot& pair, uint8_t protocol, uint16_t port,
                      bool class_veto, Visit&& visit) noexcept {
  const Sections& s = asked.s;
  for (const uint32_t index : Sections::slice(s.pair_lists, pair.relationships)) {
    const RelationshipRecord& relationship = s.relationships[index];
    for (const ServiceRecord& service : Sections::slice(s.services, relationship.services)) {
      if (!service_is(s, service, protocol, port)) continue;
      Standing standing = standing_of(asked, index);
      if (standing.state == State::kOpen && shadowed(service, class_veto))
        standing.state = State::kShadowed;
      visit(index, relationship, service, standing);
    }
  }
}

bool monitors(const RelationshipRecord& relationship) noexcept {
  return relationship.mode == static_cast<uint8_t>(policy::Mode::kMonitor);
}

// Its permission is over by time or posture, and what it read may still be read in flows that are
// open. Not before it began, and not against a lock or an island.
bool reads_on(const RelationshipRecord& relationship, const ServiceRecord& service, State state,
              int64_t wall_ns) noexcept {
  const bool ended = state == State::kOutsideSchedule || state == State::kPosture ||
                     (state == State::kExpired && wall_ns >= relationship.until_wall_ns);
  return ended && service.app != 0 &&
         relationship.on_end == static_cast<uint8_t>(policy::OnEnd::kReadOnly);
}

bool only_reads(const wire::Operation& operation) noexcept {
  return class_bits(operation) == 1u << static_cast<unsigned>(wire::OperationClass::kRead);
}

void keep(uint32_t& lowest, uint32_t index) noexcept {
  lowest = std::min(lowest, index);
}

// Lowest relationship in each state that keeps its service closed.
class Closed {
 public:
  void add(State state, uint32_t index) noexcept {
    keep(lowest_[static_cast<size_t>(state)], index);
  }
  // The state nearest to being open; kOpen when nothing was added.
  [[nodiscard]] State nearest() const noexcept {
    for (size_t i = kClosedStates; i-- > 0;)
      if (lowest_[i] != kNone) return static_cast<State>(i);
    return State::kOpen;
  }
  [[nodiscard]] uint32_t lowest(State state) const noexcept {
    return state == State::kOpen ? kNone : lowest_[static_cast<size_t>(state)];
  }

 private:
  std::array<uint32_t, kClosedStates> lowest_ = [] {
    std::array<uint32_t, kClosedStates> none{};
    none.fill(kNone);
    return none;
  }();
};

// Lowest relationship of each kind that a flow met.
struct FlowScan {
  uint32_t enforce = kNone;
  uint32_t monitor = kNone;
  Closed closed;
  uint8_t app = 0;
  bool reading = false;
  int64_t boundary = INT64_MAX;
  match::ProtocolMask protocols = 0;
  uint64_t signatures = 0;

  void add(uint32_t index, const RelationshipRecord& relationship, const ServiceRecord& service,
           const Standing& standing, int64_t wall_ns) noexcept {
    boundary = std::min(boundary, standing.boundary_wall_ns);
    if (standing.state != State::kOpen) {
      reading |= reads_on(relationship, service, standing.state, wall_ns);
      return closed.add(standing.state, index);
    }
    if (app == 0) app = service.app;
    keep(monitors(relationship) ? monitor : enforce, index);
  }
};

// What an opaque TCP service lets pass; 0: of others.
match::ProtocolMask expected_by(const Sections& s, const ServiceRecord& service,
                                uint16_t port) noexcept {
  const bool opaque = service.app == 0 && service.protocol == wire::ip_protocol::kTcp;
  if (!opaque || s.identify_rows.empty()) return 0;
  if (service.expects == kExpectsAnything) return match::kAnyProtocol;
  const match::ProtocolMask named = service.expects == 0 ? 0 : s.expectations[service.expects - 1u];
  return match::expected_on(named, port);
}

// Signature sets that look at all that an identity sends and gets.
uint64_t sets_for(const Sections& s, IdentityIndex identity) noexcept {
  return s.class_sets.empty() ? 0 : s.class_sets[s.identities[identity.value].cls];
}

Refusal refusal_of(State nearest) noexcept {
  switch (nearest) {
    case State::kExpired:
      return Refusal::kExpired;
    case State::kOutsideSchedule:
      return Refusal::kOutsideSchedule;
    case State::kPosture:
      return Refusal::kPosture;
    case State::kIsland:
      return Refusal::kIsland;
    case State::kLocked:
      return Refusal::kLocked;
    case State::kShadowed:
      return Refusal::kVetoed;
    case State::kOpen:
      break;
  }
  return Refusal::kNoRelationship;
}

void conclude(const FlowScan& scan, const VetoScan& veto, FlowDecision& out) noexcept {
  out.boundary_wall_ns = scan.boundary;
  out.allowed = scan.enforce != kNone || scan.monitor != kNone;
  if (out.allowed) {
    out.monitor = scan.enforce == kNone;
    out.app = static_cast<wire::App>(scan.app);
    out.protocols = scan.app == 0 ? scan.protocols : 0;
    out.others_pass = scan.monitor != kNone;
    out.signatures = scan.signatures;
    out.relationship = RelationshipIndex(out.monitor ? scan.monitor : scan.enforce);
    return;
  }
  const State nearest = scan.closed.nearest();
  out.refusal = refusal_of(nearest);
  out.reads_on = scan.reading && may_read_on(out.refusal);
  if (out.refusal == Refusal::kVetoed) out.veto = veto.any_class;
  out.relationship = RelationshipIndex(scan.closed.lowest(nearest));
}

// Lowest relationship of each kind that an operation met.
struct OperationScan {
  uint32_t allowed = kNone;    // an enforcing rule or opaque service
  uint32_t learned = kNone;    // a rule of a monitoring relationship
  uint32_t monitored = kNone;  // a monitoring relationship without such a rule
  uint32_t rate = kNone;
  uint32_t step = kNone;
  uint32_t value = kNone;
  uint32_t refused = kNone;
  uint32_t reading = kNone;  // closed, and lets this read go on
  Closed closed;

  void add(uint32_t index, bool monitor, bool opaque, Fit fits) noexcept {
    if (opaque) return keep(monitor ? monitored : allowed, index);
    if (fits == Fit::kYes) return keep(monitor ? learned : allowed, index);
    if (monitor) return keep(monitored, index);
    keep(nearest(fits), index);
  }

 private:
  uint32_t& nearest(Fit fits) noexcept {
    if (fits == Fit::kRateExceeded) return rate;
    if (fits == Fit::kValueStep) return step;
    return fits == Fit::kValueOutOfRange ? value : refused;
  }
};

OperationDecision decision(bool pass, Reason reason, uint32_t relationship,
                           uint32_t veto = kNone) noexcept {
  return {pass, reason, RelationshipIndex(relationship), veto, false};
}

OperationDecision conclude(const OperationScan& scan, const VetoScan& veto, bool hidden) noexcept {
  if (scan.allowed != kNone) return decision(true, Reason::kAllowed, scan.allowed);
  if (scan.learned != kNone) return decision(true, Reason::kAllowed, scan.learned);
  if (scan.monitored != kNone) return decision(true, Reason::kMonitored, scan.monitored);
  if (scan.rate != kNone) return decision(false, Reason::kRateExceeded, scan.rate);
  if (scan.step != kNone) return decision(false, Reason::kValueStep, scan.step);
  if (scan.value != kNone)
    return decision(false, hidden ? Reason::kTlsTerms : Reason::kValueOutOfRange, scan.value);
  if (scan.refused != kNone)
    return decision(false, hidden ? Reason::kOpaqueSession : Reason::kOperationDenied,
                    scan.refused);
  const State nearest = scan.closed.nearest();
  const uint32_t closed = scan.closed.lowest(nearest);
  const auto ended = [&](Reason reason) {
    OperationDecision out = decision(false, reason, closed);
    out.reads_on = scan.reading != kNone;
    return out;
  };
  switch (nearest) {
    case State::kExpired:
      return ended(Reason::kExpired);
    case State::kOutsideSchedule:
      return ended(Reason::kOutsideSchedule);
    case State::kPosture:
      return ended(Reason::kPosture);
    case State::kIsland:
      return decision(false, Reason::kIsland, closed);
    case State::kLocked:
      return decision(false, Reason::kLocked, closed);
    case State::kShadowed:
      return decision(false, Reason::kVetoed, closed, veto.any_class);
    case State::kOpen:
      break;
  }
  return decision(false, Reason::kNoRelationship, kNone);
}

// By which relationship an operation passes.
struct Passing {
  uint32_t relationship = kNone;
  bool by_rule = false;  // its opaque services are closed
};

bool any_rate(const Sections& s, std::span<const ServiceRecord> services) noexcept {
  return std::any_of(services.begin(), services.end(), [&s](const ServiceRecord& service) {
    const OpaqueRecord* terms = opaque_terms(s, service);
    if (terms != nullptr && terms->limit_id != 0) return true;
    const auto rules = Sections::slice(s.rules, service.rules);
    return std::any_of(rules.begin(), rules.end(),
                       [](const RuleRecord& rule) { return rule.limit_id != 0; });
  });
}

// The rates of the first service of that relationship that lets the operation pass.
void charge_to(const Sections& s, Passing by, uint8_t protocol, uint16_t port,
               const wire::Operation& operation, OperationMemory& memory) noexcept {
  const auto services = Sections::slice(s.services, s.relationships[by.relationship].services);
  if (!any_rate(s, services)) return;
  for (const ServiceRecord& service : services) {
    const bool open = service_is(s, service, canonical_protocol(protocol), port);
    if (open && service.app == 0 && !by.by_rule) return;
    if (open && service.app != 0 && fit(s, service, operation, memory) == Fit::kYes)
      return charge(s, service, operation, memory);
  }
}

}  // namespace

FlowDecision ImageView::decide_flow(IdentityIndex source, IdentityIndex destination,
                                    uint8_t protocol, uint16_t port,
                                    int64_t wall_ns) const noexcept {
  FlowDecision out;
  const uint32_t index = find_pair(source, destination);
  if (index == kNone) return out;
  out.pair = PairIndex(index);
  const PairSlot& pair = sections_.pairs[index];
  const VetoScan veto = scan_vetoes(sections_, pair, 0);
  if (veto.full != kNone) {
    out.refusal = Refusal::kVetoed;
    out.veto = veto.full;
    return out;
  }
  const Asked asked{sections_, conditions_, source.value, destination.value, wall_ns};
  FlowScan scan;
  for_each_service(
      asked, pair, canonical_protocol(protocol), port, veto.any_class != kNone,
      [&](uint32_t i, const auto& relationship, const auto& service, const Standing& standing) {
        scan.add(i, relationship, service, standing, wall_ns);
        if (standing.state != State::kOpen) return;
        scan.protocols |= expected_by(sections_, service, port);
        if (!sections_.bound_sets.empty()) scan.signatures |= sections_.bound_sets[i];
      });
  scan.signatures |= sets_for(sections_, source) | sets_for(sections_, destination);
  conclude(scan, veto, out);
  if (out.relationship.valid()) {
    const RelationshipRecord& relationship = sections_.relationships[out.relationship.value];
    out.refuse_with = relationship.refuse_with;
    if (out.allowed) out.on_end = relationship.on_end;
  }
  return out;
}

OperationDecision ImageView::decide_operation(const Parties& parties, uint8_t protocol,
                                              uint16_t port, const wire::Operation& operation,
                                              int64_t wall_ns,
                                              OperationMemory& memory) const noexcept {
  if (parties.pair.value >= sections_.pairs.size())
    return decision(false, Reason::kNoRelationship, kNone);
  const PairSlot& pair = sections_.pairs[parties.pair.value];
  const VetoScan veto = scan_vetoes(sections_, pair, class_bits(operation));
  if (const uint32_t index = std::min(veto.full, veto.operation); index != kNone)
    return decision(false, Reason::kVetoed, kNone, veto.full != kNone ? veto.full : index);
  const Asked asked{sections_, conditions_, parties.source.value, parties.destination.value,
                    wall_ns};
  OperationScan scan;
  const bool reading = only_reads(operation);
  for_each_service(
      asked, pair, canonical_protocol(protocol), port, veto.any_class != kNone,
      [&](uint32_t i, const auto& relationship, const auto& service, const Standing& standing) {
        if (standing.state != State::kOpen) {
          if (reading && reads_on(relationship, service, standing.state, wall_ns) &&
              fit(sections_, service, operation, memory) == Fit::kYes)
            keep(scan.reading, i);
          return scan.closed.add(standing.state, i);
        }
        const bool opaque = service.app == 0;
        const Fit fits = opaque ? Fit::kYes : fit(sections_, service, operation, memory);
        scan.add(i, monitors(relationship), opaque, fits);
      });
  const OperationDecision out = conclude(scan, veto, operation.opaque);
  const uint32_t by = out.reads_on ? scan.reading : out.relationship.value;
  if (out.reason == Reason::kAllowed || out.reads_on)
    charge_to(sections_, Passing{by, out.reads_on || veto.any_class != kNone}, protocol, port,
              operation, memory);
  return out;
}

bool ImageView::opens_anything(IdentityIndex source, IdentityIndex destination,
                               int64_t wall_ns) const noexcept {
  const uint32_t found = find_pair(source, destination);
  if (found == kNone) return false;
  const PairSlot& pair = sections_.pairs[found];
  const VetoScan veto = scan_vetoes(sections_, pair, 0);
  if (veto.full != kNone) return false;
  const bool class_veto = veto.any_class != kNone;
  const Asked asked{sections_, conditions_, source.value, destination.value, wall_ns};
  for (const uint32_t index : Sections::slice(sections_.pair_lists, pair.relationships)) {
    if (standing_of(asked, index).state != State::kOpen) continue;
    const auto& services = sections_.relationships[index].services;
    for (const ServiceRecord& service : Sections::slice(sections_.services, services))
      if (!shadowed(service, class_veto)) return true;
  }
  return false;
}

bool ImageView::related(IdentityIndex a, IdentityIndex b, int64_t wall_ns) const noexcept {
  return opens_anything(a, b, wall_ns) || opens_anything(b, a, wall_ns);
}

}  // namespace bulkhead::image
