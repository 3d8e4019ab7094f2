// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "events/hub.h"
#include "events/resolved_event.h"

namespace bulkhead::control {

class EventHub final : public Hub<ResolvedEvent, 64> {};

}  // namespace bulkhead::control
