// SPDX-License-Identifier: Apache-2.0
// Reads the body of a service by its layout, and takes points and values out of it.
#pragma once

#include "wire/apps/opcua/builtin.h"
#include "wire/apps/opcua/layout.h"
#include "wire/apps/operation.h"

namespace bulkhead::wire::opcua {

// Every field of `layout` in turn. Points get the class of `out`; kStatus sets its exception.
void walk(Layout layout, Reader& in, Operation& out) noexcept;

}  // namespace bulkhead::wire::opcua
