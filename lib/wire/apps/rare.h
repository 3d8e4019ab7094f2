// SPDX-License-Identifier: Apache-2.0
// State of a connection that few connections ever need, as a member of what parses it: inside of
// it, or apart, in memory of an owner who has many connections and wants those lines that every
// packet touches close together.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>

namespace bulkhead::wire {

inline constexpr size_t kRareAlign = 16;

template <typename T>
class Inside {
 public:
  static constexpr size_t kRoom = 0;
  void place(std::byte*) noexcept {}
  [[nodiscard]] T& get() noexcept { return value_; }
  [[nodiscard]] const T* known() const noexcept { return &value_; }

 private:
  T value_;
};

// Made, and its memory touched, when it is first asked for.
template <typename T>
class Apart {
  static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= kRareAlign);

 public:
  static constexpr size_t kRoom = (sizeof(T) + kRareAlign - 1) / kRareAlign * kRareAlign;

  Apart() = default;
  Apart(const Apart&) = delete;
  // What the other has, in memory of its own.
  Apart& operator=(const Apart& other) noexcept {
    if (const T* value = other.known())
      get() = *value;
    else
      made_ = false;
    return *this;
  }
  ~Apart() = default;

  // kRoom bytes, aligned to kRareAlign; before anything else.
  void place(std::byte* memory) noexcept { memory_ = memory; }
  [[nodiscard]] T& get() noexcept {
    if (!made_) ::new (memory_) T;
    made_ = true;
    return *std::launder(reinterpret_cast<T*>(memory_));
  }
  // nullptr: it is as new.
  [[nodiscard]] const T* known() const noexcept {
    return made_ ? std::launder(reinterpret_cast<const T*>(memory_)) : nullptr;
  }

 private:
  std::byte* memory_ = nullptr;
  bool made_ = false;
};

// Bytes that a protocol has apart.
template <typename P>
inline constexpr size_t kRoomApart = 0;
template <typename P>
requires requires {
  P::kApart;
}
inline constexpr size_t kRoomApart<P> = P::kApart;

template <typename P>
void place_apart(P& protocol, std::byte* memory) noexcept {
  if constexpr (kRoomApart<P> != 0) protocol.place(memory);
}

}  // namespace bulkhead::wire
