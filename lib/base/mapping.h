// SPDX-License-Identifier: Apache-2.0
// Mapped memory with one owner.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <span>
#include <utility>

#include "base/result.h"

namespace bulkhead {

class Mapping {
 public:
  Mapping() = default;
  Mapping(Mapping&& other) noexcept
      : at_(std::exchange(other.at_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Mapping& operator=(Mapping&& other) noexcept {
    std::swap(at_, other.at_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Mapping() {
    if (at_ != nullptr) ::munmap(at_, bytes_);
  }

  // All of a file's `bytes`, as mmap(2) with these protections and flags. Error: kIo.
  static Result<Mapping> of(int fd, size_t bytes, int protection, int flags) {
    void* at = ::mmap(nullptr, bytes, protection, flags, fd, 0);
    if (at == MAP_FAILED) return io_error("map memory");
    Mapping mapping;
    mapping.at_ = at;
    mapping.bytes_ = bytes;
    return mapping;
  }

  [[nodiscard]] std::byte* data() const noexcept { return static_cast<std::byte*>(at_); }
  [[nodiscard]] size_t size() const noexcept { return bytes_; }

 private:
  void* at_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace bulkhead
