// SPDX-License-Identifier: Apache-2.0
#include "dissect/requests.h"

#include <algorithm>

namespace bulkhead::dataplane {
namespace {

using wire::Operation;

// Modbus repeats the function in its answer; other protocols' numbers differ, and their request
// identifiers are enough.
uint32_t function_of(const Operation& operation) {
  if (operation.app != wire::App::kModbus) return 0;
  return wire::code_parts(operation.app, operation.code).function;
}

}  // namespace

void Requests::asked(const Operation& request) {
  if (requests_.size() >= kMost) requests_.pop_front();
  Request& kept = requests_.emplace_back();
  kept.id = request.request_id;
  kept.unit = request.unit;
  kept.function = function_of(request);
  const auto own = [&kept](std::string_view name) -> std::string_view {
    return name.empty() ? name : kept.names.emplace_back(name);
  };
  for (wire::PointRange range : request.points) {
    range.name = own(range.name);
    range.scope = own(range.scope);
    kept.points.push_back(range);
  }
}

std::span<const wire::PointRange> Requests::answered(const Operation& response) {
  const auto found = std::ranges::find_if(requests_, [&](const Request& request) {
    return request.id == response.request_id && request.unit == response.unit &&
           request.function == function_of(response);
  });
  if (found == requests_.end()) return {};
  answered_ = std::move(*found);
  requests_.erase(found);
  return answered_.points;
}

}  // namespace bulkhead::dataplane
