// SPDX-License-Identifier: Apache-2.0
#include "admin/overlay_holder.h"

#include <fmt/format.h>

#include "base/file.h"
#include "image/layout.h"
#include "ipc/sealed_memfd.h"
#include "overlay/resolve.h"
#include "overlay/seal.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kMaxSealedBytes = overlay::kMaxOverlayBytes + image::kSignatureBytes;

}  // namespace

Status OverlayHolder::take(std::span<const uint8_t> sealed) {
  auto overlay = overlay::unseal(sealed, {.signer = rules_.signer, .gateway = rules_.gateway});
  if (!overlay) return std::move(overlay).error();
  overlay_ = std::move(overlay).value();
  sealed_.assign(sealed.begin(), sealed.end());
  digest_ = image::digest_of(sealed);
  return {};
}

Status OverlayHolder::load() {
  const auto text = read_file(path_, kMaxSealedBytes);
  if (!text) return text.error();
  if (Status taken = take({reinterpret_cast<const uint8_t*>(text->data()), text->size()}); !taken)
    return std::move(taken).error().within(path_);
  return {};
}

Result<bool> OverlayHolder::accept(const UniqueFd& memfd, const ipc::InstallOverlay& announced) {
  const auto mapped = ipc::SealedBytes::map(memfd, kMaxSealedBytes);
  if (!mapped) return mapped.error();
  if (image::digest_of(mapped->bytes()) != announced.digest)
    return Error{ErrorCode::kInvalid, "the overlay's digest is not the announced one"};
  if (announced.digest == digest_ && number() != 0) return false;
  if (announced.number <= number())
    return Error{ErrorCode::kConflict, fmt::format("overlay {} is not newer than {}, which is in "
                                                   "force",
                                                   announced.number, number())};
  OverlayHolder next(rules_, {});
  if (Status taken = next.take(mapped->bytes()); !taken) return std::move(taken).error();
  if (next.number() != announced.number)
    return Error{ErrorCode::kInvalid, fmt::format("the overlay has number {}, but {} was announced",
                                                  next.number(), announced.number)};
  overlay_ = std::move(next.overlay_);
  sealed_ = std::move(next.sealed_);
  digest_ = next.digest_;
  return true;
}

Status OverlayHolder::save() const {
  return write_file_atomically(path_, sealed_, 0600);
}

std::shared_ptr<image::Conditions> OverlayHolder::resolve(const image::ImageView& image) const {
  return overlay::resolve(overlay_, image);
}

}  // namespace bulkhead::dataplane
