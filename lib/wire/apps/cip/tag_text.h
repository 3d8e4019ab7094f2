// SPDX-License-Identifier: Apache-2.0
// A symbolic path as engineers write it, "Program:Main.Recipe.Step[3,4]", put together from its
// segments.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace bulkhead::wire::cip {

class TagText {
 public:
  static constexpr size_t kMost = 480;

  void clear() noexcept { size_ = bare_ = 0, spoiled_ = false; }
  void add_name(std::string_view name) noexcept {
    for (const char c : name) spoiled_ |= !fits(c);
    if (size_ != 0) put(".");
    put(name);
    bare_ = size_;
  }
  // "[3]", and "[3,4]" of one right behind another.
  void add_index(uint32_t index) noexcept {
    if (size_ == bare_) {
      put("[");
    } else {
      text_[size_ - 1] = ',';
    }
    std::array<char, 12> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), index).ptr;
    put({digits.data(), static_cast<size_t>(end - digits.data())});
    put("]");
  }

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  // Too long, or with characters that would make it look like another tag.
  [[nodiscard]] bool spoiled() const noexcept { return spoiled_; }
  [[nodiscard]] std::string_view whole() const noexcept { return {text_.data(), size_}; }
  // Without the index at its end: of requests for several elements.
  [[nodiscard]] std::string_view array() const noexcept { return {text_.data(), bare_}; }

 private:
  static constexpr bool fits(char c) noexcept {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || c == '_' || c == ':' || static_cast<uint8_t>(c) >= 0x80;
  }
  void put(std::string_view part) noexcept {
    const size_t room = kMost - size_;
    spoiled_ |= part.size() > room;
    part = part.substr(0, room);
    for (const char c : part) text_[size_++] = c;
  }

  uint16_t size_ = 0;
  uint16_t bare_ = 0;
  bool spoiled_ = false;
  std::array<char, kMost> text_;
};

}  // namespace bulkhead::wire::cip
