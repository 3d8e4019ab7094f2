// SPDX-License-Identifier: Apache-2.0
// A vector of bounded size that never allocates. Full is told by the return value, never by growth.
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>

namespace bulkhead {

template <typename T, size_t kCapacity>
class StaticVector {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  constexpr StaticVector() noexcept {}
  [[nodiscard]] constexpr bool push_back(const T& item) noexcept {
    if (size_ == kCapacity) return false;
    std::construct_at(items_ + size_++, item);
    return true;
  }
  constexpr void clear() noexcept { size_ = 0; }
  [[nodiscard]] constexpr size_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] constexpr bool full() const noexcept { return size_ == kCapacity; }
  static constexpr size_t capacity() noexcept { return kCapacity; }
  constexpr T& operator[](size_t i) noexcept { return items_[i]; }
  constexpr const T& operator[](size_t i) const noexcept { return items_[i]; }
  constexpr const T* begin() const noexcept { return items_; }
  constexpr const T* end() const noexcept { return items_ + size_; }
  constexpr T* begin() noexcept { return items_; }
  constexpr T* end() noexcept { return items_ + size_; }

 private:
  size_t size_ = 0;
  // In a union, so that nothing initialises the items: only the first size_ are ever read, and a
  // large vector on the stack costs nothing that is not used.
  union {
    T items_[kCapacity];
  };
};

}  // namespace bulkhead
