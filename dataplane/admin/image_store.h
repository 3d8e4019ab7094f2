// SPDX-License-Identifier: Apache-2.0
// The last good image on disk, so that a restarted dataplane enforces before control is up.
#pragma once

#include <span>
#include <string>

#include "admin/image_intake.h"
#include "base/result.h"

namespace bulkhead::dataplane {

class ImageStore {
 public:
  explicit ImageStore(std::string directory) : directory_(std::move(directory)) {}

  // Makes the directory (0700) when it is not there.
  Status prepare() const;
  // Errors: kNotFound: none was kept; otherwise why it cannot be trusted.
  Result<AcceptedImage> load(const ImageRules& rules) const;
  // All or nothing, mode 0600.
  Status save(std::span<const uint8_t> image) const;
  [[nodiscard]] std::string path() const { return directory_ + "/last_good.image"; }

 private:
  std::string directory_;
};

}  // namespace bulkhead::dataplane
