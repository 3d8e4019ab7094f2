// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/ber.h"

#include "wire/cursor.h"

namespace bulkhead::wire::ber {
namespace {

constexpr uint8_t kConstructed = 0x20;
constexpr uint8_t kHighNumber = 0x1f;
constexpr uint8_t kMoreOctets = 0x80;
constexpr uint8_t kIndefinite = 0x80;
constexpr size_t kMaxNumberOctets = 2;
constexpr size_t kMaxLengthOctets = 4;

struct Header {
  Class cls = Class::kUniversal;
  bool constructed = false;
  bool indefinite = false;
  uint32_t number = 0;
  size_t length = 0;
  size_t at = 0;

  [[nodiscard]] bool is_end_of_contents() const noexcept {
    return cls == Class::kUniversal && number == 0;
  }
};

constexpr Fault fault_at(FaultKind kind, size_t at) noexcept {
  return {kind, static_cast<uint32_t>(at)};
}
constexpr bool failed(const Fault& fault) noexcept {
  return fault.kind != FaultKind::kNone;
}

// X.690 8.1.2.4: in groups of seven bits, the shortest way.
Fault take_high_number(Cursor& in, uint32_t& number) noexcept {
  const size_t at = in.at();
  number = 0;
  for (size_t i = 0; i < kMaxNumberOctets; ++i) {
    const uint8_t octet = in.u8();
    if (!in.ok()) return fault_at(FaultKind::kTruncated, at);
    number = number << 7 | (octet & 0x7fu);
    if ((octet & kMoreOctets) == 0)
      return number < kHighNumber ? fault_at(FaultKind::kBadEncoding, at) : Fault{};
    if (number == 0) return fault_at(FaultKind::kBadEncoding, at);
  }
  return fault_at(FaultKind::kBadType, at);
}

Fault take_length(Cursor& in, Header& out) noexcept {
  const size_t at = in.at();
  const uint8_t first = in.u8();
  out.indefinite = first == kIndefinite;
  if (out.indefinite && !out.constructed) return fault_at(FaultKind::kBadEncoding, at);
  out.length = first < kIndefinite ? first : 0;
  const size_t octets = first < kIndefinite ? 0 : first & 0x7fu;
  if (octets > kMaxLengthOctets) return fault_at(FaultKind::kTooLong, at);
  for (size_t i = 0; i < octets; ++i) out.length = out.length << 8 | in.u8();
  if (!in.ok()) return fault_at(FaultKind::kTruncated, at);
  if (out.length > in.left()) return fault_at(FaultKind::kBadLength, at);
  return {};
}

Fault take_header(Cursor& in, Header& out) noexcept {
  out.at = in.at();
  const uint8_t first = in.u8();
  if (!in.ok()) return fault_at(FaultKind::kTruncated, out.at);
  out.cls = static_cast<Class>(first >> 6);
  out.constructed = (first & kConstructed) != 0;
  out.number = first & kHighNumber;
  if (out.number == kHighNumber)
    if (const Fault fault = take_high_number(in, out.number); failed(fault)) return fault;
  if (const Fault fault = take_length(in, out); failed(fault)) return fault;
  const bool plain_end = !out.constructed && out.length == 0 && in.at() == out.at + 2;
  if (out.is_end_of_contents() && !plain_end) return fault_at(FaultKind::kBadEncoding, out.at);
  return {};
}

// An element that is open: where it must end, and whether an end of contents ends it.
struct Level {
  size_t end = 0;
  bool indefinite = false;
};

// Follows elements, and those inside them, to the end of `in`; or, inside an element of indefinite
// length, past its end of contents.
Fault follow(Cursor& in, bool indefinite) noexcept {
  std::array<Level, kMaxDepth> levels;
  levels[0] = {in.at() + in.left(), indefinite};
  size_t depth = 0;
  while (true) {
    const Level level = levels[depth];
    bool ends = in.at() == level.end && !level.indefinite;
    if (!ends) {
      Header header;
      if (const Fault fault = take_header(in, header); failed(fault)) return fault;
      if (in.at() > level.end || header.length > level.end - in.at())
        return fault_at(FaultKind::kBadLength, header.at);
      ends = header.is_end_of_contents();
      if (ends && !level.indefinite) return fault_at(FaultKind::kBadEncoding, header.at);
      if (!ends && !header.constructed) in.skip(header.length);
      if (!ends && header.constructed) {
        if (++depth == kMaxDepth) return fault_at(FaultKind::kTooDeep, header.at);
        levels[depth] = {header.indefinite ? level.end : in.at() + header.length,
                         header.indefinite};
      }
    }
    if (ends && depth-- == 0) return {};
  }
}

// Are all elements to the end, and what is inside them, plain? No: follow() tells what they are.
bool all_plain(std::span<const uint8_t> bytes) noexcept {
  std::array<size_t, kMaxDepth> ends;  // of what is around the innermost open element
  size_t depth = 0, at = 0, end = bytes.size();
  while (true) {
    for (; at == end; end = ends[--depth])
      if (depth == 0) return true;
    PlainHeader header;
    if (!header.take(bytes.first(end).subspan(at))) return false;
    at += header.size;
    if (!header.constructed()) {
      at += header.length;
      continue;
    }
    if (depth + 1 == kMaxDepth) return false;
    ends[depth++] = end;
    end = at + header.length;
  }
}

}  // namespace

Reader::Long Reader::read_in_full(std::span<const uint8_t> bytes, size_t at,
                                  Fault& fault) noexcept {
  Cursor in{bytes, at};
  Header header;
  Fault wrong = take_header(in, header);
  if (!failed(wrong) && header.is_end_of_contents())
    wrong = fault_at(FaultKind::kBadEncoding, header.at);
  Element out{header.cls, header.constructed, header.number, {}, header.at, in.at()};
  if (!failed(wrong) && header.indefinite) {
    constexpr size_t kEndOfContents = 2;
    Cursor behind = in;
    wrong = follow(behind, true);
    if (!failed(wrong)) out.content = in.rest().first(behind.at() - in.at() - kEndOfContents);
    in = behind;
  } else if (!failed(wrong)) {
    out.content = in.bytes(header.length);
  }
  if (failed(wrong)) fault = wrong;  // the first: a reader that failed reads no more
  return {out, in.rest(), in.at()};
}

void Reader::check() noexcept {
  if (!ok() || all_plain(rest_)) return;
  Cursor in{rest_, at_};
  if (const Fault fault = follow(in, false); failed(fault)) fail(fault.kind, fault.offset);
}

std::optional<uint64_t> unsigned_of(std::span<const uint8_t> content) noexcept {
  if (content.empty()) return std::nullopt;
  uint64_t value = 0;
  for (const uint8_t octet : content) {
    if (value >> 56 != 0) return std::nullopt;
    value = value << 8 | octet;
  }
  return value;
}

}  // namespace bulkhead::wire::ber
