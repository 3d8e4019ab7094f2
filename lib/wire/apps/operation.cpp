// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/operation.h"

#include <array>

namespace bulkhead::wire {

namespace {

constexpr std::array<std::string_view, 2> kApps = {"none", "modbus"};
constexpr std::array<std::string_view, kOperationClassCount> kClasses = {
    "unspecified", "read",     "write",   "control", "program",
    "firmware",    "discover", "session", "diagnose"};
constexpr std::array<std::string_view, kPointTypeCount> kPointTypes = {
    "none", "coil", "discrete", "holding", "input", "file_record", "fifo"};

template <size_t kCount>
std::string_view name_in(const std::array<std::string_view, kCount>& names,
                         unsigned value) noexcept {
  return value < kCount ? names[value] : "unknown";
}

}  // namespace

std::string_view to_string(App app) noexcept {
  return name_in(kApps, static_cast<unsigned>(app));
}

std::string_view to_string(OperationClass cls) noexcept {
  return name_in(kClasses, static_cast<unsigned>(cls));
}

OperationClass operation_class_of(std::string_view name) noexcept {
  for (unsigned i = 1; i < kOperationClassCount; ++i)
    if (kClasses[i] == name) return static_cast<OperationClass>(i);
  return OperationClass::kUnspecified;
}

std::string_view to_string(PointType type) noexcept {
  return name_in(kPointTypes, static_cast<unsigned>(type));
}

}  // namespace bulkhead::wire
