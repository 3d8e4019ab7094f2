// SPDX-License-Identifier: Apache-2.0
// Names of the MITRE ATT&CK for ICS techniques that events can carry.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bulkhead::control {

// "Unauthorized Command Message" for 855; empty when unknown.
std::string_view technique_name(uint16_t number) noexcept;
// "T0855"; empty for 0.
std::string technique_id(uint16_t number);

}  // namespace bulkhead::control
