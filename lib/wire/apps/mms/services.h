// SPDX-License-Identifier: Apache-2.0
// The parameters of confirmed services: which objects they name, by rows (ISO 9506-2).
#pragma once

#include "wire/apps/ber.h"
#include "wire/apps/operation.h"

namespace bulkhead::wire::mms {

// `service`: the element that holds the parameters; its number is the service's. `out` is
// described.
void take_request_of(const ber::Element& service, ber::Reader& in, Operation& out) noexcept;
void take_answer_of(const ber::Element& service, ber::Reader& in, Operation& out) noexcept;

}  // namespace bulkhead::wire::mms
