// SPDX-License-Identifier: Apache-2.0
// Services and their rules to the records of an image.
#pragma once

#include <vector>

#include "image/builder.h"
#include "image/canonical.h"

namespace bulkhead::image {

Run append_services(const std::vector<CanonicalService>& services, ImageParts& parts);

}  // namespace bulkhead::image
