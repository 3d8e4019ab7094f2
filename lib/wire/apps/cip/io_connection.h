// SPDX-License-Identifier: Apache-2.0
// A connection for data that is produced and consumed (transport classes 0 and 1). Its data comes
// on UDP and names nothing but an identifier; what that means was said at the opening. CIP Vol 1
// 3-5.5.1, 3-5.5.2; Vol 2 3-3.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "wire/apps/cip/path.h"
#include "wire/apps/cip/triad.h"
#include "wire/apps/operation.h"

namespace bulkhead::wire::cip {

// The points that data of one way goes to or comes from, by value.
class IoPoints {
 public:
  static constexpr size_t kMost = 3, kLongestTag = 44;

  // What is too much is clipped: then no rule may be shown to hold.
  void add_point(uint32_t connection_point) noexcept;
  void add_object(const ObjectRef& object) noexcept;
  void add_tag(std::string_view name) noexcept;
  void clip() noexcept { clipped_ = true; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  // In place of the points that the operation has. `names` of them are good as long as this is.
  void tell(OperationClass access, Operation& out) const noexcept;

 private:
  struct Point {
    uint64_t first = 0;
    uint64_t last = 0;
    uint32_t detail = 0;
    PointType type = PointType::kNone;
  };
  void add(const Point& point) noexcept;

  std::array<Point, kMost> points_{};
  std::array<char, kLongestTag> tag_{};
  uint8_t size_ = 0;
  uint8_t tag_size_ = 0;
  bool clipped_ = false;
};

// Bits 13 and 14 of the network connection parameters, 29 and 30 of the large ones: 3-5.5.1.1.
enum class IoType : uint8_t { kNull = 0, kMulticast = 1, kPointToPoint = 2 };

// One way of the data.
struct IoWay {
  uint64_t lifetime_ns = 0;  // without data
  uint32_t identifier = 0;   // who consumes has chosen it
  uint16_t size = 0;         // bytes at most, the sequence count of class 1 among them
  IoType type = IoType::kNull;
  uint8_t priority = 0;  // 0 low, 1 high, 2 scheduled, 3 urgent
  IoPoints points;
};

struct IoConnection {
  Triad triad;
  uint32_t unit = 0;
  uint8_t transport_class = 0;
  uint32_t group = 0;  // IPv4, to which the target says it multicasts; 0: it does not
  IoWay to_target, to_originator;
};

// What an answer says that has become of one; `connection` of a closing: its triad alone.
struct IoChange {
  bool opens = false;
  IoConnection connection;
};

// An inactivity timer runs for the interval of packets times the multiplier, and for 10 s at first
// (3-4.5.2). Both are told as at least 10 s: less is not told apart from a hiccup.
inline constexpr uint64_t kLeastLifetimeNs = 10'000'000'000;
[[nodiscard]] uint64_t lifetime_ns(uint32_t interval_us, uint8_t multiplier) noexcept;

// Which part of the path that a connection was opened to is which way's: 3-5.5.1.10. Where that is
// not sure, either way has all of it. The types of both ways are set.
void set_points(const Path& path, const TagText& text, IoConnection& out) noexcept;

// `out`: what a parser told of a datagram of I/O data. Tells it as data of `way`: a write of what
// the target consumes, or what it produces, read.
struct IoTelling {
  const IoWay& way;
  bool to_target = false;
  uint32_t unit = 0;
  uint8_t transport_class = 0;
};
void tell_io(const IoTelling& telling, Operation& out) noexcept;

// In Operation::request_id of I/O data.
constexpr uint32_t io_identifier(const Operation& io) noexcept {
  return static_cast<uint32_t>(io.request_id >> 32);
}
constexpr uint32_t io_sequence(const Operation& io) noexcept {
  return static_cast<uint32_t>(io.request_id);
}

}  // namespace bulkhead::wire::cip
