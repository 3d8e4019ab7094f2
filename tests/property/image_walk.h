// SPDX-License-Identifier: Apache-2.0
// Touches everything of an image that any accessor can reach, so that a sanitizer sees it.
#pragma once

#include "image/verifier.h"
#include "image/view.h"

namespace bulkhead::test {

// Returns a number that depends on all that was read.
uint64_t walk(const image::ImageView& view);

}  // namespace bulkhead::test
