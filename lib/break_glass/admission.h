// SPDX-License-Identifier: Apache-2.0
// Does an image let this request open the grant it names? Two signatures of its approvers, by the
// keys in the image, for this gateway, and no longer than the grant may be open.
#pragma once

#include <string_view>
#include <vector>

#include "break_glass/statement.h"
#include "image/view.h"

namespace bulkhead::break_glass {

struct Admitted {
  uint32_t relationship = 0;
  std::vector<std::string> approvers;  // whose signatures count
};

// At its opening. Errors: kInvalid, kNotFound, kPermission, with a sentence for who wants it open.
Result<Admitted> admit(const OpeningRequest& request, const image::ImageView& image,
                       int64_t wall_ns);

// Later, under another image or after a restart: without looking at how long it is yet.
Result<Admitted> still_admitted(const OpeningRequest& request, const image::ImageView& image);

}  // namespace bulkhead::break_glass
