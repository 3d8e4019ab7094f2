// SPDX-License-Identifier: Apache-2.0
// Names to the indices of one image. Names that the image does not know say nothing about it; the
// overlay keeps them for the next image.
#pragma once

#include <memory>

#include "image/conditions.h"
#include "image/view.h"
#include "overlay/model.h"

namespace bulkhead::overlay {

// Time and memory in proportion to the overlay and the image's identities.
std::shared_ptr<image::Conditions> resolve(const Overlay& overlay, const image::ImageView& image);

}  // namespace bulkhead::overlay
