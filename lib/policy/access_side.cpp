// SPDX-License-Identifier: Apache-2.0
#include "policy/access_side.h"

#include <algorithm>
#include <optional>

#include "wire/apps/vocabulary.h"

namespace bulkhead::policy {
namespace {

using What = Box::What;

// Classes that vetoes forbid, the unknown one with any of them; nullopt: a veto forbids all.
std::optional<uint16_t> forbidden(const std::vector<const Veto*>& vetoes) {
  uint16_t classes = 0;
  for (const Veto* veto : vetoes) {
    if (veto->operations.empty()) return std::nullopt;
    for (const auto cls : veto->operations) classes |= class_bit(cls);
  }
  if (classes != 0) classes |= class_bit(wire::OperationClass::kUnspecified);
  return classes;
}

Box place_of(const Relationship& relationship, const Service& service, const NumberRange& ports) {
  Box box;
  box.protocol = service.protocol;
  box.ports = ports;
  if (relationship.from_wall_ns) box.first_ns = *relationship.from_wall_ns;
  if (relationship.until_wall_ns) box.last_ns = *relationship.until_wall_ns - 1;
  return box;
}

// The boxes of one rule, all functions and units and points of it.
void add_rule(const OperationRule& rule, Box box, Side& side, std::vector<Box>& out) {
  box.classes = class_bit(rule.cls);
  box.names.named = box.app != wire::App::kModbus;
  if (!rule.functions.empty()) {
    box.functions = {false, rule.functions};
    auto& listed = box.functions.listed;
    std::sort(listed.begin(), listed.end());
    listed.erase(std::unique(listed.begin(), listed.end()), listed.end());
  }
  const auto add = [&](const Box& one) {
    if (out.size() < kMaxBoxes)
      out.push_back(one);
    else
      side.too_many = true;
  };
  auto units = rule.units.empty() ? std::vector<NumberRange>{Box{}.units} : merged(rule.units);
  for (const NumberRange& unit : units) {
    box.units = unit;
    if (rule.any_point() && !rule.value) {
      box.what = What::kNoPoint;
      add(box);
    }
    box.what = What::kPoint;
    if (rule.value) box.values = {false, true, *rule.value};
    if (rule.any_point()) add(box);
    for (const auto& [type, names] : rule.names) {
      Box one = box;
      one.types = type_bit(type);
      for (const NamePattern& name : names) {
        one.names = {false, true, name};
        add(one);
      }
    }
    for (const auto& [type, ranges] : rule.points) {
      Box one = box;
      one.types = type_bit(type);
      one.names.named = false;
      for (const NumberRange& range : merged(ranges)) {
        one.points = range;
        add(one);
      }
    }
  }
}

// What lies in an operation that the rule opens, whatever it is.
void add_enclosed(const OperationRule& rule, const Box& box, uint16_t denied, Side& side,
                  std::vector<Box>& out) {
  for (unsigned i = 1; i < wire::kAppCount; ++i) {
    const auto app = static_cast<wire::App>(i);
    const wire::Envelope envelope = wire::envelope_of(app);
    const bool listed = rule.functions.empty() ||
                        std::ranges::find(rule.functions, envelope.code) != rule.functions.end();
    if (envelope.app != box.app || envelope.cls != rule.cls || !listed || !rule.any_point() ||
        rule.value)
      continue;
    Box inside = box;
    inside.app = app;
    inside.classes = static_cast<uint16_t>(kEveryClass & ~denied &
                                           ~class_bit(wire::OperationClass::kUnspecified));
    inside.implied = true;
    const auto units =
        rule.units.empty() ? std::vector<NumberRange>{Box{}.units} : merged(rule.units);
    for (const NumberRange& unit : units) {
      inside.units = unit;
      for (const What what : {What::kNoPoint, What::kPoint}) {
        inside.what = what;
        if (out.size() < kMaxBoxes)
          out.push_back(inside);
        else
          side.too_many = true;
      }
    }
  }
}

// To open and keep a connection is part of whatever is allowed in it, and so is that of the
// protocols that carry it.
void add_implied(const Service& service, Box box, uint16_t denied, std::vector<Box>& out) {
  box.classes = class_bit(wire::OperationClass::kSession);
  if (service.allow.empty() || (box.classes & denied) != 0) return;
  box.implied = true;
  for (unsigned i = 1; i < wire::kAppCount; ++i) {
    box.app = static_cast<wire::App>(i);
    if (wire::stack_of(box.app) != wire::stack_of(service.app)) continue;
    if (wire::envelope_of(box.app).app == service.app) continue;
    for (const What what : {What::kNoPoint, What::kPoint}) {
      box.what = what;
      out.push_back(box);
    }
  }
}

Opening opening_of(const Relationship& relationship, const Service& service,
                   const NumberRange& ports, uint16_t denied, Side& side) {
  Opening out;
  out.flow = place_of(relationship, service, ports);
  Box box = out.flow;
  if (service.app == wire::App::kNone || relationship.mode == Mode::kMonitor) {
    box.what = What::kAny;
    box.classes = static_cast<uint16_t>(kEveryClass & ~denied);
    out.boxes.push_back(box);
    return out;
  }
  box.app = service.app;
  for (const OperationRule& rule : service.allow) {
    if ((class_bit(rule.cls) & denied) == 0) add_rule(rule, box, side, out.boxes);
    add_enclosed(rule, box, denied, side, out.boxes);
  }
  add_implied(service, box, denied, out.boxes);
  return out;
}

}  // namespace

Side make_side(const std::vector<const Relationship*>& relationships,
               const std::vector<const Veto*>& vetoes) {
  Side side;
  const auto denied = forbidden(vetoes);
  if (!denied) return side;
  for (const Relationship* relationship : relationships) {
    for (const Service& service : relationship->services) {
      const bool icmp = service.protocol == wire::ip_protocol::kIcmp;
      // It could carry the forbidden classes unseen.
      if (*denied != 0 && service.app == wire::App::kNone && !icmp) continue;
      const auto ports = icmp ? std::vector<NumberRange>{{0, 0}} : merged(service.ports);
      for (const NumberRange& range : ports) {
        if (side.openings.size() >= kMaxBoxes) side.too_many = true;
        if (side.too_many) return side;
        side.openings.push_back(opening_of(*relationship, service, range, *denied, side));
      }
    }
  }
  return side;
}

bool passes(const Side& side, const std::vector<Box>& pieces) {
  return std::any_of(side.openings.begin(), side.openings.end(), [&](const Opening& opening) {
    return std::all_of(pieces.begin(), pieces.end(), [&](const Box& piece) {
      if (piece.what == What::kFlow) return contains(opening.flow, piece);
      return std::any_of(opening.boxes.begin(), opening.boxes.end(),
                         [&](const Box& box) { return contains(box, piece); });
    });
  });
}

}  // namespace bulkhead::policy
