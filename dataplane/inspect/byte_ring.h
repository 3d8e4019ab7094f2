// SPDX-License-Identifier: Apache-2.0
// The newest bytes of a stream as its receiver gets them, in memory that somebody else owns: those
// that may have to be sent again, and behind them those that are held.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>

namespace bulkhead::dataplane {

// Places are told by how far they lie before the end: `back` 1 is the newest byte.
class ByteRing {
 public:
  ByteRing() = default;
  // A power of two of bytes; they are not read before they are written.
  explicit ByteRing(std::span<uint8_t> memory) noexcept : ring_(memory) {}

  [[nodiscard]] size_t capacity() const noexcept { return ring_.size(); }
  // How many of the newest bytes are known.
  [[nodiscard]] size_t known() const noexcept { return std::min(written_, ring_.size()); }

  // bytes.size() <= capacity().
  void append(std::span<const uint8_t> bytes) noexcept {
    write(written_, bytes);
    written_ += bytes.size();
  }
  // Nothing of what is known is needed any more: begins anew at the front, so that a stream which
  // rests often touches little memory.
  void rewind() noexcept { written_ = 0; }
  void drop_newest(size_t n) noexcept { written_ -= n; }
  // In front of the newest `tail` bytes. tail + bytes.size() <= capacity().
  void insert_before(size_t tail, std::span<const uint8_t> bytes) noexcept {
    const size_t from = written_ - tail;
    for (size_t i = tail; i-- > 0;) ring_[at(from + i + bytes.size())] = ring_[at(from + i)];
    write(from, bytes);
    written_ += bytes.size();
  }
  // bytes.size() <= back <= known().
  void overwrite(size_t back, std::span<const uint8_t> bytes) noexcept {
    write(written_ - back, bytes);
  }
  void read(size_t back, std::span<uint8_t> out) const noexcept {
    const auto [front, rest] = pieces(back, out.size());
    std::copy(front.begin(), front.end(), out.begin());
    std::copy(rest.begin(), rest.end(), out.begin() + static_cast<std::ptrdiff_t>(front.size()));
  }
  [[nodiscard]] bool matches(size_t back, std::span<const uint8_t> bytes) const noexcept {
    const auto [front, rest] = pieces(back, bytes.size());
    return std::ranges::equal(front, bytes.first(front.size())) &&
           std::ranges::equal(rest, bytes.subspan(front.size()));
  }

 private:
  struct Pieces {
    std::span<const uint8_t> front, rest;
  };
  [[nodiscard]] size_t at(size_t place) const noexcept { return place & (ring_.size() - 1); }
  [[nodiscard]] Pieces pieces(size_t back, size_t size) const noexcept {
    const size_t from = at(written_ - back);
    const size_t front = std::min(size, ring_.size() - from);
    return {ring_.subspan(from, front), ring_.first(size - front)};
  }
  void write(size_t place, std::span<const uint8_t> bytes) noexcept {
    const size_t from = at(place);
    const size_t front = std::min(bytes.size(), ring_.size() - from);
    if (front != 0) std::memcpy(&ring_[from], bytes.data(), front);
    if (front != bytes.size())
      std::memcpy(ring_.data(), bytes.data() + front, bytes.size() - front);
  }

  std::span<uint8_t> ring_;
  size_t written_ = 0;
};

}  // namespace bulkhead::dataplane
