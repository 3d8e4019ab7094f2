// SPDX-License-Identifier: Apache-2.0
// The newest bytes of a stream as its receiver gets them, those that may have to be sent again, and
// behind them those that are held. A few lie here; more lie in memory that somebody else owns, and
// that is not touched before.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace bulkhead::dataplane {

// Places are told by how far they lie before the end: `back` 1 is the newest byte.
class ByteRing {
 public:
  // So that two cache lines hold a direction of a stream (inspected_stream.h).
  static constexpr size_t kNear = 55;

  ByteRing() = default;
  // A power of two of bytes, at most 2^30; they are not read before they are written.
  explicit ByteRing(std::span<uint8_t> memory) noexcept
      : far_(memory.data()), capacity_(static_cast<uint32_t>(memory.size())) {}

  [[nodiscard]] size_t capacity() const noexcept { return capacity_; }
  // How many of the newest bytes are known.
  [[nodiscard]] size_t known() const noexcept { return std::min(written_, capacity_); }

  // bytes.size() <= capacity().
  void append(std::span<const uint8_t> bytes) noexcept {
    make_room(bytes.size());
    write(written_, bytes);
    advance(bytes.size());
  }
  // Nothing of what is known is needed any more: begins anew at the front, so that a stream which
  // rests often touches little memory.
  void rewind() noexcept {
    written_ = 0;
    is_far_ = false;
  }
  void drop_newest(size_t n) noexcept { written_ -= static_cast<uint32_t>(n); }
  // In front of the newest `tail` bytes. tail + bytes.size() <= capacity().
  void insert_before(size_t tail, std::span<const uint8_t> bytes) noexcept {
    make_room(bytes.size());
    const size_t from = written_ - tail;
    uint8_t* const ring = memory();
    for (size_t i = tail; i-- > 0;) ring[at(from + i + bytes.size())] = ring[at(from + i)];
    write(from, bytes);
    advance(bytes.size());
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
  [[nodiscard]] uint8_t* memory() noexcept { return is_far_ ? far_ : near_.data(); }
  [[nodiscard]] const uint8_t* memory() const noexcept { return is_far_ ? far_ : near_.data(); }
  // What lies here has its place from the front on, and so it has there.
  [[nodiscard]] size_t at(size_t place) const noexcept { return place & (capacity_ - 1); }
  [[nodiscard]] Pieces pieces(size_t back, size_t size) const noexcept {
    if (size == 0) return {};
    const size_t from = at(written_ - back);
    const size_t front = std::min(size, capacity_ - from);
    return {{memory() + from, front}, {memory(), size - front}};
  }
  // `n` more bytes will come.
  void make_room(size_t n) noexcept {
    if (is_far_ || written_ + n <= std::min<size_t>(kNear, capacity_)) return;
    std::memcpy(far_, near_.data(), written_);
    is_far_ = true;
  }
  void write(size_t place, std::span<const uint8_t> bytes) noexcept {
    if (bytes.empty()) return;
    const size_t from = at(place);
    const size_t front = std::min(bytes.size(), capacity_ - from);
    std::memcpy(memory() + from, bytes.data(), front);
    if (front != bytes.size()) std::memcpy(memory(), bytes.data() + front, bytes.size() - front);
  }
  // Places count on modulo the capacity; that all of it was written is not forgotten.
  void advance(size_t n) noexcept {
    written_ += static_cast<uint32_t>(n);
    if (written_ >= 1u << 31) written_ = static_cast<uint32_t>(at(written_)) + capacity_;
  }

  uint8_t* far_ = nullptr;
  uint32_t written_ = 0;
  uint32_t capacity_ = 0;
  bool is_far_ = false;
  std::array<uint8_t, kNear> near_;  // the first written_, unless they lie far
};

}  // namespace bulkhead::dataplane
