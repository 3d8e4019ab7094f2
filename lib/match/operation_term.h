// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "match/signature.h"

namespace bulkhead::match {

// `modbus.write_single_register`, `modbus.write`, `write`: words of the policy and of
// `bulkhead protocols`. Errors: kInvalid, with the word that may have been meant.
Result<OperationTerm> operation_term(std::string_view name);

}  // namespace bulkhead::match
