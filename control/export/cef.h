// SPDX-License-Identifier: Apache-2.0
// Events in the ArcSight Common Event Format, version 0 (Implementation Standard, revision 25), as
// docs/control_config.md lists the keys.
#pragma once

#include <string>
#include <string_view>

#include "events/resolved_event.h"

namespace bulkhead::control {

// One line, without its end: "CEF:0|Bulkhead|gateway|0.1.0|operation_denied|...|7|rt=... ...".
std::string cef(const ResolvedEvent& event, std::string_view gateway);

// 0, of no interest, to 10: from the reason's row in a table; of what has none, from its kind.
int severity_of(const telemetry::EventRecord& record) noexcept;

// What the event is called: its reason, or its kind where there is no reason.
std::string_view signature_of(const telemetry::EventRecord& record) noexcept;

}  // namespace bulkhead::control
