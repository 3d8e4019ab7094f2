// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/operation.h"

#include <array>

namespace bulkhead::wire {

namespace {

constexpr std::array<std::string_view, kAppCount> kApps = {
    "none",   "modbus", "dnp3",  "s7comm", "s7comm_plus", "enip",  "cip",   "iec104",  "opcua",
    "bacnet", "mms",    "goose", "sv",     "pn_dcp",      "pn_rt", "pn_cm", "hart_ip", "fins",
    "slmp",   "mqtt",   "fox",   "umas",   "ethercat",    "cotp",  "tls"};
constexpr std::array<std::string_view, kOperationClassCount> kClasses = {
    "unspecified", "read",     "write",   "control", "program",
    "firmware",    "discover", "session", "diagnose"};
constexpr std::array<std::string_view, 3> kDirections = {"request", "response", "unsolicited"};

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

std::string_view to_string(Direction direction) noexcept {
  return name_in(kDirections, static_cast<unsigned>(direction));
}

void Operation::clear() noexcept {
  app = App::kNone;
  cls = OperationClass::kUnspecified;
  direction = Direction::kRequest;
  is_exception = clipped = opaque = out_of_turn = false;
  technique = 0;
  code = exception_code = unit = from_unit = 0;
  request_id = 0;
  pairing = {};
  answer = {};
  io = nullptr;
  name = "unknown";
  points.clear();
  values.clear();
}

CodeParts code_parts(App app, uint32_t code) noexcept {
  if (app == App::kModbus) return {code & 0xff, code >> 8};
  return {code & 0xffff, code >> 16 & 0xff};
}

}  // namespace bulkhead::wire
