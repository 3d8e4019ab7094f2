// SPDX-License-Identifier: Apache-2.0
// What a parser can say: a value, "need more", or a fault with kind and absolute offset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bulkhead::wire {

enum class FaultKind : uint8_t {
  kNone = 0,
#define BULKHEAD_FAULT(name, text) k##name,
#include "wire/fault.def"
#undef BULKHEAD_FAULT
};

std::string_view to_string(FaultKind kind) noexcept;

struct Fault {
  FaultKind kind = FaultKind::kNone;
  uint32_t offset = 0;  // bytes from the start of what the parser was given

  constexpr bool operator==(const Fault&) const noexcept = default;
};

// The record is well formed so far but ends before `bytes` more bytes, at least.
struct NeedMore {
  uint32_t bytes = 1;
};

template <typename T>
class [[nodiscard]] Parsed {
 public:
  constexpr Parsed(const T& value) noexcept : state_(State::kValue), value_(value) {}
  constexpr Parsed(NeedMore more) noexcept : state_(State::kNeedMore), more_(more) {}
  constexpr Parsed(Fault fault) noexcept : state_(State::kFault), fault_(fault) {}

  [[nodiscard]] constexpr bool ok() const noexcept { return state_ == State::kValue; }
  [[nodiscard]] constexpr bool need_more() const noexcept { return state_ == State::kNeedMore; }
  [[nodiscard]] constexpr bool faulty() const noexcept { return state_ == State::kFault; }
  constexpr const T& operator*() const noexcept { return value_; }
  constexpr const T* operator->() const noexcept { return &value_; }
  [[nodiscard]] constexpr uint32_t missing() const noexcept { return more_.bytes; }
  [[nodiscard]] constexpr Fault fault() const noexcept { return fault_; }

 private:
  enum class State : uint8_t { kValue, kNeedMore, kFault };
  State state_;
  Fault fault_{};
  NeedMore more_{};
  T value_{};
};

}  // namespace bulkhead::wire
