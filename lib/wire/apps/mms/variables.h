// SPDX-License-Identifier: Apache-2.0
// Reading, writing and reporting variables (ISO 9506-2 14), and the control model of IEC 61850 that
// is made of it (61850-8-1 20).
#pragma once

#include <string_view>

#include "wire/apps/ber.h"
#include "wire/apps/mms/table.h"
#include "wire/apps/operation.h"

namespace bulkhead::wire::mms {

// What a write to this item commands: its second part (functional constraint) is CO. A control
// object as a whole, and the whole constraint, hold Oper.
Control control_of(std::string_view item) noexcept;
// Does a read of this item select the control object?
bool selects(std::string_view item) noexcept;

// Requests; each fills in points, values, and class and code where they are a control's.
// kBadCount: no variables, or a number of data that is not theirs.
void take_read(const ber::Element& service, const ber::Reader& of, Operation& out) noexcept;
void take_write(ber::Reader in, Operation& out) noexcept;
// A variable specification and lists of them, as points.
void take_variable(ber::Reader& in, OperationClass access, Operation& out) noexcept;
void take_variables(ber::Reader in, OperationClass access, Operation& out) noexcept;
// A choice of named object (0) or address (1) is next.
void take_name_or_address(ber::Reader& in, OperationClass access, Operation& out) noexcept;

// Answers; exception_code is the error of the first that failed.
void take_read_answer(const ber::Element& service, const ber::Reader& of, Operation& out) noexcept;
void take_write_answer(ber::Reader in, Operation& out) noexcept;
void take_information_report(ber::Reader in, Operation& out) noexcept;

}  // namespace bulkhead::wire::mms
