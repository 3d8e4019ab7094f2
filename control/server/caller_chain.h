// SPDX-License-Identifier: Apache-2.0
// Callers of the API over TLS, held against the deny list: TLS itself knows nothing of it.
#pragma once

#include <string_view>

#include "base/result.h"

namespace bulkhead::trust {
class Trust;
}

namespace bulkhead::control {

// `chain`: PEM, leaf first, as the caller sent it; TLS verified it. Errors: kPermission, one of its
// certificates is denied, or it ends at no root of now.
Status check_caller_chain(trust::Trust& trust, std::string_view chain);

}  // namespace bulkhead::control
