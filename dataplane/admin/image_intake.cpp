// SPDX-License-Identifier: Apache-2.0
#include "admin/image_intake.h"

#include <fmt/format.h>

#include "image/layout.h"
#include "ipc/sealed_memfd.h"

namespace bulkhead::dataplane {

Result<AcceptedImage> accept_image(const UniqueFd& memfd, const ImageRules& rules,
                                   std::shared_ptr<const Matcher> before) {
  auto mapped = ipc::SealedBytes::map(memfd, image::kMaxImageBytes);
  if (!mapped) return std::move(mapped).error();
  const auto memory = std::make_shared<const ipc::SealedBytes>(std::move(mapped).value());
  AcceptedImage accepted;
  accepted.bytes = memory->bytes();
  accepted.memory = memory;
  const image::Expectation expected{.signer = rules.signer, .gateway = rules.gateway};
  if (Status sound = image::verify(accepted.bytes, expected); !sound)
    return std::move(sound).error();
  accepted.digest = image::digest_of(accepted.bytes);
  accepted.view = image::ImageView(accepted.bytes);
  auto matcher = Matcher::load(accepted.view.sections(), rules.workers, std::move(before));
  if (!matcher) return std::move(matcher).error();
  accepted.matcher = std::move(*matcher);
  return accepted;
}

Result<AcceptedImage> accept_image(const UniqueFd& memfd, const ipc::InstallImage& announced,
                                   const ImageRules& rules, std::shared_ptr<const Matcher> before) {
  auto accepted = accept_image(memfd, rules, std::move(before));
  if (!accepted) return accepted;
  if (accepted->digest != announced.digest)
    return Error{ErrorCode::kInvalid, "the image's digest is not the announced one"};
  const uint64_t generation = accepted->view.generation().value;
  if (generation != announced.generation)
    return Error{ErrorCode::kInvalid,
                 fmt::format("the image is of generation {}, but {} was announced", generation,
                             announced.generation)};
  return accepted;
}

}  // namespace bulkhead::dataplane
