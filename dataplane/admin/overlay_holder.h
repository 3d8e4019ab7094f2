// SPDX-License-Identifier: Apache-2.0
// The overlay in force: from a foreign descriptor or from disk through one gate (seals, size,
// signature, form, whom it is for, its number), kept for the next start, resolved for the image in
// force. Admin thread only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "admin/image_intake.h"
#include "image/conditions.h"
#include "overlay/model.h"

namespace bulkhead::dataplane {

class OverlayHolder {
 public:
  OverlayHolder(ImageRules rules, const std::string& directory)
      : rules_(std::move(rules)), path_(directory + "/last_good.overlay") {}

  // Takes the one on disk into force. Errors: kNotFound: none was kept; otherwise why it cannot be
  // trusted.
  Status load();

  // True: a new one is in force. False: it was in force already. Errors: kInvalid, kConflict (one
  // with this or a higher number is in force); then nothing changed.
  Result<bool> accept(const UniqueFd& memfd, const ipc::InstallOverlay& announced);

  // All or nothing, mode 0600.
  Status save() const;

  [[nodiscard]] std::shared_ptr<image::Conditions> resolve(const image::ImageView& image) const;
  [[nodiscard]] uint64_t number() const noexcept { return overlay_.number; }  // 0: none
  [[nodiscard]] const image::Digest& digest() const noexcept { return digest_; }

 private:
  Status take(std::span<const uint8_t> sealed);

  ImageRules rules_;
  std::string path_;
  overlay::Overlay overlay_;
  std::vector<uint8_t> sealed_;
  image::Digest digest_{};
};

}  // namespace bulkhead::dataplane
