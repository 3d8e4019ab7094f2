// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "ipc/messages.h"
#include "push/dataplane_link.h"

namespace bulkhead::control {

// The dataplane's status with the peers of all pages; of those, what came before it went away.
// Errors: as of DataplaneLink::ask, of the first page.
Result<ipc::DataplaneStatus> whole_status(DataplaneLink& link);

}  // namespace bulkhead::control
