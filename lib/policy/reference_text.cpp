// SPDX-License-Identifier: Apache-2.0
// The words of decisions, as reports and tests print them.
#include "policy/reference.h"

namespace bulkhead::policy {

std::string_view to_string(Outcome outcome) noexcept {
  constexpr std::string_view kNames[] = {"deny", "allow", "monitor"};
  return kNames[static_cast<size_t>(outcome)];
}

std::string_view to_string(Why why) noexcept {
  constexpr std::string_view kNames[] = {
      "no_relationship", "allowed",       "unknown_source",   "unknown_destination",
      "vetoed",          "expired",       "operation_denied", "value_out_of_range",
      "monitored",       "rate_exceeded", "value_step",       "outside_schedule",
      "posture",         "island",        "locked",           "opaque_session",
      "tls_terms"};
  return kNames[static_cast<size_t>(why)];
}

}  // namespace bulkhead::policy
