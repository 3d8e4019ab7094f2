// SPDX-License-Identifier: Apache-2.0
#include "admin/image_store.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/file.h"
#include "image/layout.h"
#include "ipc/sealed_memfd.h"

namespace bulkhead::dataplane {

Status ImageStore::prepare() const {
  if (::mkdir(directory_.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return io_error("state_directory " + directory_);
}

Result<AcceptedImage> ImageStore::load(const ImageRules& rules) const {
  const auto text = read_file(path(), image::kMaxImageBytes);
  if (!text) return text.error();
  // Through the same gate as an image from control: a sealed memfd, mapped read-only.
  auto memfd = ipc::create_sealed("bulkhead-last-good",
                                  {reinterpret_cast<const uint8_t*>(text->data()), text->size()});
  if (!memfd) return std::move(memfd).error().within(path());
  auto accepted = accept_image(*memfd, rules);
  if (!accepted) return std::move(accepted).error().within(path());
  return accepted;
}

Status ImageStore::save(std::span<const uint8_t> image) const {
  return write_file_atomically(path(), image, 0600);
}

}  // namespace bulkhead::dataplane
