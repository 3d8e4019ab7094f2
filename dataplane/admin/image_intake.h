// SPDX-License-Identifier: Apache-2.0
// From a foreign descriptor to an image that may be enforced: seals, size, digest, signature,
// structure, whom it is for, its generation, and that its pattern databases load (those of
// `before` are kept when they are the same). Nothing before the last check is acted on.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "image/verifier.h"
#include "image/view.h"
#include "ipc/messages.h"
#include "matcher.h"

namespace bulkhead::dataplane {

// A verified image and the read-only mapping it lies in.
struct AcceptedImage {
  image::ImageView view;
  std::shared_ptr<const void> memory;  // keeps `view` and `bytes` valid
  std::span<const uint8_t> bytes;
  image::Digest digest{};
  std::shared_ptr<const Matcher> matcher;  // null: the image has no patterns
};

struct ImageRules {
  image::PublicKey signer{};
  std::string gateway;
  uint16_t workers = 1;  // that will match patterns
};

// Errors: kInvalid with what is wrong. Bounded by image::kMaxImageBytes.
Result<AcceptedImage> accept_image(const UniqueFd& memfd, const ImageRules& rules,
                                   std::shared_ptr<const Matcher> before = nullptr);
// The same, and the image is the one that the message announces.
Result<AcceptedImage> accept_image(const UniqueFd& memfd, const ipc::InstallImage& announced,
                                   const ImageRules& rules,
                                   std::shared_ptr<const Matcher> before = nullptr);

}  // namespace bulkhead::dataplane
