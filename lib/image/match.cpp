// SPDX-License-Identifier: Apache-2.0
#include "image/match.h"

#include <algorithm>

#include "base/static_vector.h"
#include "image/opaque.h"
#include "image/rule_terms.h"

namespace bulkhead::image {

using namespace terms;
using wire::Operation;
using wire::PointRange;

namespace {

template <typename Rule>
bool covered(const Question<Rule>& q, Level level) noexcept {
  if (q.rules.empty()) return false;
  if (!own_class_has_points(q) && !implied(q.cls) && class_cover(q, level) == nullptr) return false;
  for (size_t i = 0; i < q.points; ++i) {
    if (!implied(q.op.points[i].access) && range_cover(q, i, level) == nullptr) return false;
  }
  return true;
}

bool only_implied(const Operation& op) noexcept {
  return implied(op.cls) &&
         std::all_of(op.points.begin(), op.points.end(),
                     [](const PointRange& range) { return implied(range.access); });
}

template <typename Rule>
Fit fit(const Question<Rule>& q) noexcept {
  if (covered(q, Level::kRates)) return Fit::kYes;
  if (covered(q, Level::kSteps)) return Fit::kRateExceeded;
  if (covered(q, Level::kValues)) return Fit::kValueStep;
  return covered(q, Level::kPoints) ? Fit::kValueOutOfRange : Fit::kNo;
}

template <typename Rule>
void charge(const Question<Rule>& q, OperationMemory& memory) noexcept {
  StaticVector<const Rule*, wire::kMaxPointRanges + 1> charged;
  const auto take = [&](const Rule* rule) {
    if (rule == nullptr || rule->limit_id == 0) return;
    for (const Rule* before : charged) {
      if (before == rule) return;
    }
    (void)charged.push_back(rule);  // one range each, and the class: there is room
    memory.charge(rate_of(*rule));
  };
  if (!own_class_has_points(q) && !implied(q.cls)) take(class_cover(q, Level::kRates));
  for (size_t i = 0; i < q.points; ++i)
    if (!implied(q.op.points[i].access)) take(range_cover(q, i, Level::kRates));
}

}  // namespace

uint32_t class_bits(const Operation& operation) noexcept {
  uint32_t bits = 1u << static_cast<unsigned>(operation.cls);
  if (operation.clipped || operation.opaque) bits |= 1u;  // what is not told is not known
  for (const PointRange& range : operation.points)
    bits |= 1u << static_cast<unsigned>(range.access);
  return bits;
}

Fit fit(const Sections& sections, const ServiceRecord& service, const Operation& operation,
        const OperationMemory& memory) noexcept {
  if (operation.opaque) return fit_opaque(sections, service, operation, memory);
  if ((class_bits(operation) & 1u) != 0) return Fit::kNo;
  const auto app = static_cast<wire::App>(service.app);
  const bool enclosed = envelope_in(service, operation).has_value();
  const bool nothing_else = service.rules.count == 0 && opaque_terms(sections, service) != nullptr;
  if (app != operation.app && !enclosed) {  // what carries the service's protocol
    const bool carries = wire::stack_of(operation.app) == wire::stack_of(app);
    const bool opens = service.rules.count != 0 || nothing_else;
    return carries && only_implied(operation) && opens ? Fit::kYes : Fit::kNo;
  }
  if (nothing_else) return !enclosed && only_implied(operation) ? Fit::kYes : Fit::kNo;
  return with_rules(sections, service, operation, memory, [](const auto& q) { return fit(q); });
}

void charge(const Sections& sections, const ServiceRecord& service, const Operation& operation,
            OperationMemory& memory) noexcept {
  if (operation.opaque) {
    const OpaqueRecord* terms = opaque_terms(sections, service);
    if (terms != nullptr && terms->limit_id != 0) memory.charge(rate_of(*terms));
    return;
  }
  const bool enclosed = envelope_in(service, operation).has_value();
  if (service.app != static_cast<uint8_t>(operation.app) && !enclosed) return;  // implied
  with_rules(sections, service, operation, memory, [&](const auto& q) { charge(q, memory); });
}

}  // namespace bulkhead::image
