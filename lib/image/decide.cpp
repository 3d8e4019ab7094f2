// SPDX-License-Identifier: Apache-2.0
// ImageView's decisions: vetoes first, then the services that the pair's relationships open.
// Must agree with policy::evaluate() on every input (tests/property).
#include <algorithm>

#include "image/match.h"
#include "image/view.h"
#include "policy/model.h"

namespace bulkhead::image {
namespace {

using Reason = OperationDecision::Reason;

constexpr uint32_t kAnything = 1;  // bit 0 of a class mask: every class veto matches

uint8_t canonical_protocol(uint8_t protocol) noexcept {
  return protocol == wire::ip_protocol::kIcmpv6 ? wire::ip_protocol::kIcmp : protocol;
}

// What a service of a relationship is worth at one moment.
enum class State : uint8_t {
  kOpen,
  kShadowed,  // opaque, and a class veto forbids what it could carry unseen
  kOutside,   // of its time window
};

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

bool service_is(const Sections& s, const ServiceRecord& service, uint8_t protocol,
                uint16_t port) noexcept {
  if (service.protocol != protocol) return false;
  return protocol == wire::ip_protocol::kIcmp ||
         contains(Sections::slice(s.ranges, service.ports), port, port);
}

State state_of(const RelationshipRecord& relationship, const ServiceRecord& service,
               bool class_veto, int64_t wall_ns) noexcept {
  if (wall_ns < relationship.from_wall_ns || wall_ns >= relationship.until_wall_ns)
    return State::kOutside;
  const bool opaque = service.app == 0 && service.protocol != wire::ip_protocol::kIcmp;
  return opaque && class_veto ? State::kShadowed : State::kOpen;
}

// Calls visit(relationship index, relationship, service, state) in ascending index order.
template <typename Visit>
void for_each_service(const Sections& s, const PairSlot& pair, uint8_t protocol, uint16_t port,
                      bool class_veto, int64_t wall_ns, Visit&& visit) noexcept {
  for (const uint32_t index : Sections::slice(s.pair_lists, pair.relationships)) {
    const RelationshipRecord& relationship = s.relationships[index];
    for (const ServiceRecord& service : Sections::slice(s.services, relationship.services)) {
      if (!service_is(s, service, protocol, port)) continue;
      visit(index, relationship, service, state_of(relationship, service, class_veto, wall_ns));
    }
  }
}

bool monitors(const RelationshipRecord& relationship) noexcept {
  return relationship.mode == static_cast<uint8_t>(policy::Mode::kMonitor);
}

// Its window is over, and what it read may still be read in flows that are open.
bool reads_on(const RelationshipRecord& relationship, const ServiceRecord& service,
              int64_t wall_ns) noexcept {
  return relationship.on_end == static_cast<uint8_t>(policy::OnEnd::kReadOnly) &&
         service.app != 0 && wall_ns >= relationship.until_wall_ns;
}

bool only_reads(const wire::Operation& operation) noexcept {
  return class_bits(operation) == 1u << static_cast<unsigned>(wire::OperationClass::kRead);
}

int64_t next_boundary(const RelationshipRecord& relationship, int64_t wall_ns) noexcept {
  if (wall_ns < relationship.from_wall_ns) return relationship.from_wall_ns;
  return wall_ns < relationship.until_wall_ns ? relationship.until_wall_ns : INT64_MAX;
}

// Lowest relationship of each kind that a flow met.
struct FlowScan {
  uint32_t enforce = kNone;
  uint32_t monitor = kNone;
  uint32_t shadowed = kNone;
  uint32_t outside = kNone;
  uint8_t app = 0;
  bool reading = false;
  int64_t boundary = INT64_MAX;

  void add(uint32_t index, const RelationshipRecord& relationship, const ServiceRecord& service,
           State state, int64_t wall_ns) noexcept {
    boundary = std::min(boundary, next_boundary(relationship, wall_ns));
    if (state == State::kOutside) {
      reading |= reads_on(relationship, service, wall_ns);
      return keep(outside, index);
    }
    if (state == State::kShadowed) return keep(shadowed, index);
    if (app == 0) app = service.app;
    keep(monitors(relationship) ? monitor : enforce, index);
  }

 private:
  static void keep(uint32_t& lowest, uint32_t index) noexcept { lowest = std::min(lowest, index); }
};

void conclude(const FlowScan& scan, const VetoScan& veto, FlowDecision& out) noexcept {
  out.boundary_wall_ns = scan.boundary;
  out.allowed = scan.enforce != kNone || scan.monitor != kNone;
  if (out.allowed) {
    out.monitor = scan.enforce == kNone;
    out.app = static_cast<wire::App>(scan.app);
    out.relationship = RelationshipIndex(out.monitor ? scan.monitor : scan.enforce);
    return;
  }
  out.vetoed = scan.shadowed != kNone;
  out.expired = !out.vetoed && scan.outside != kNone;
  out.reads_on = out.expired && scan.reading;
  if (out.vetoed) out.veto = veto.any_class;
  out.relationship = RelationshipIndex(out.vetoed ? scan.shadowed : scan.outside);
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
  uint32_t shadowed = kNone;
  uint32_t outside = kNone;
  uint32_t reading = kNone;  // outside, and lets this read go on

  // The same relationship may come twice; the first of each kind stays.
  static void keep(uint32_t& first, uint32_t index) noexcept { first = std::min(first, index); }

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

OperationDecision conclude(const OperationScan& scan, const VetoScan& veto) noexcept {
  if (scan.allowed != kNone) return decision(true, Reason::kAllowed, scan.allowed);
  if (scan.learned != kNone) return decision(true, Reason::kAllowed, scan.learned);
  if (scan.monitored != kNone) return decision(true, Reason::kMonitored, scan.monitored);
  if (scan.rate != kNone) return decision(false, Reason::kRateExceeded, scan.rate);
  if (scan.step != kNone) return decision(false, Reason::kValueStep, scan.step);
  if (scan.value != kNone) return decision(false, Reason::kValueOutOfRange, scan.value);
  if (scan.refused != kNone) return decision(false, Reason::kOperationDenied, scan.refused);
  if (scan.shadowed != kNone)
    return decision(false, Reason::kVetoed, scan.shadowed, veto.any_class);
  if (scan.outside != kNone)
    return {false, Reason::kExpired, RelationshipIndex(scan.outside), kNone, scan.reading != kNone};
  return decision(false, Reason::kNoRelationship, kNone);
}

// By which relationship an operation passes.
struct Passing {
  uint32_t relationship = kNone;
  bool by_rule = false;  // its opaque services are closed
};

bool any_rate(const Sections& s, std::span<const ServiceRecord> services) noexcept {
  return std::any_of(services.begin(), services.end(), [&s](const ServiceRecord& service) {
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
    out.vetoed = true;
    out.veto = veto.full;
    return out;
  }
  FlowScan scan;
  for_each_service(sections_, pair, canonical_protocol(protocol), port, veto.any_class != kNone,
                   wall_ns,
                   [&](uint32_t i, const auto& relationship, const auto& service, State state) {
                     scan.add(i, relationship, service, state, wall_ns);
                   });
  conclude(scan, veto, out);
  if (out.relationship.valid()) {
    const RelationshipRecord& relationship = sections_.relationships[out.relationship.value];
    out.refuse_with = relationship.refuse_with;
    if (out.allowed) out.on_end = relationship.on_end;
  }
  return out;
}

OperationDecision ImageView::decide_operation(PairIndex pair_index, uint8_t protocol, uint16_t port,
                                              const wire::Operation& operation, int64_t wall_ns,
                                              OperationMemory& memory) const noexcept {
  if (pair_index.value >= sections_.pairs.size())
    return decision(false, Reason::kNoRelationship, kNone);
  const PairSlot& pair = sections_.pairs[pair_index.value];
  const VetoScan veto = scan_vetoes(sections_, pair, class_bits(operation));
  if (const uint32_t index = std::min(veto.full, veto.operation); index != kNone)
    return decision(false, Reason::kVetoed, kNone, veto.full != kNone ? veto.full : index);
  OperationScan scan;
  const bool reading = only_reads(operation);
  for_each_service(
      sections_, pair, canonical_protocol(protocol), port, veto.any_class != kNone, wall_ns,
      [&](uint32_t i, const auto& relationship, const auto& service, State state) {
        if (state == State::kOutside) {
          if (reading && reads_on(relationship, service, wall_ns) &&
              fit(sections_, service, operation, memory) == Fit::kYes)
            scan.keep(scan.reading, i);
          return scan.keep(scan.outside, i);
        }
        if (state == State::kShadowed) return scan.keep(scan.shadowed, i);
        const bool opaque = service.app == 0;
        const Fit fits = opaque ? Fit::kYes : fit(sections_, service, operation, memory);
        scan.add(i, monitors(relationship), opaque, fits);
      });
  const OperationDecision out = conclude(scan, veto);
  const uint32_t by = out.reads_on ? scan.reading : out.relationship.value;
  if (out.reason == Reason::kAllowed || out.reads_on)
    charge_to(sections_, Passing{by, out.reads_on || veto.any_class != kNone}, protocol, port,
              operation, memory);
  return out;
}

bool ImageView::opens_anything(const PairSlot& pair, int64_t wall_ns) const noexcept {
  const VetoScan veto = scan_vetoes(sections_, pair, 0);
  if (veto.full != kNone) return false;
  const bool class_veto = veto.any_class != kNone;
  for (const uint32_t index : Sections::slice(sections_.pair_lists, pair.relationships)) {
    const RelationshipRecord& relationship = sections_.relationships[index];
    for (const ServiceRecord& service :
         Sections::slice(sections_.services, relationship.services)) {
      if (state_of(relationship, service, class_veto, wall_ns) == State::kOpen) return true;
    }
  }
  return false;
}

bool ImageView::related(IdentityIndex a, IdentityIndex b, int64_t wall_ns) const noexcept {
  const uint32_t forth = find_pair(a, b);
  if (forth != kNone && opens_anything(sections_.pairs[forth], wall_ns)) return true;
  const uint32_t back = find_pair(b, a);
  return back != kNone && opens_anything(sections_.pairs[back], wall_ns);
}

}  // namespace bulkhead::image
