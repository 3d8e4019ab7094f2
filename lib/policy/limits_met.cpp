// SPDX-License-Identifier: Apache-2.0
#include "policy/reference.h"

namespace bulkhead::policy {
namespace {

// What the operation itself writes to the register; none: nothing.
std::optional<uint32_t> value_written(const wire::Operation& operation, uint32_t address) {
  for (const auto& view : operation.values) {
    const auto& points = operation.points[view.range];
    const bool there = points.type == wire::PointType::kHolding && points.first <= address &&
                       address - points.first < view.count;
    if (there) return view.at(address - points.first);
  }
  return std::nullopt;
}

}  // namespace

OperationMemory limits_met(const AccessRequest& request) {
  const wire::Operation* operation = request.operation;
  return {[](const Relationship&, const Rate&) { return true; },
          [operation](uint8_t, uint32_t address) -> std::optional<uint32_t> {
            return operation == nullptr ? std::nullopt : value_written(*operation, address);
          }};
}

}  // namespace bulkhead::policy
