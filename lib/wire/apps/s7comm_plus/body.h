// SPDX-License-Identifier: Apache-2.0
// The data of a PDU: opcode, function, and the objects that it names.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/operation.h"
#include "wire/apps/s7comm_plus/objects.h"
#include "wire/fault.h"

namespace bulkhead::wire::s7comm_plus {

bool is_opcode(uint8_t byte) noexcept;  // request, response or notification

// `data`: of the whole PDU, or its first bytes. A request whose objects are not
// understood, or are cut off, names all there are. Fault: kTruncated, at the byte that is missing.
//
// request_id: sequence number; from_unit: of a request its session. exception_code: the error of a
// response, as 16 bits (65524: -12, object not found).
Fault take_body(std::span<const uint8_t> data, Layout layout, Operation& out) noexcept;

}  // namespace bulkhead::wire::s7comm_plus
