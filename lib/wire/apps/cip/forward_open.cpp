// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/cip/forward_open.h"

namespace bulkhead::wire::cip {
namespace {

constexpr size_t kTicks = 2;  // tick time, ticks
constexpr size_t kReserved = 3;
constexpr uint8_t kMessageClass = 3;  // transport classes: 3-4.4.3
constexpr size_t kWord = 2;

Path read_connection_path(Reader& in, size_t words, TagText& text) noexcept {
  Path out;
  Reader path = in.take(words * kWord);
  read_path(path, text, out);
  in.fail(path.fault());
  return out;
}

// 3-5.5.1.1: of 16 bits the lowest 9 are the size, of the large 32 the lowest 16; from the highest
// on: redundant owner, type (2), reserved, priority (2), variable size.
OpeningWay read_way(Reader& in, bool large) noexcept {
  OpeningWay out;
  out.interval_us = in.le32();
  const uint32_t parameters = large ? in.le32() : in.le16();
  const uint32_t bits = large ? parameters >> 16 : parameters;
  out.size = static_cast<uint16_t>(large ? parameters & 0xffff : parameters & 0x1ff);
  out.type = static_cast<IoType>(bits >> 13 & 3);
  out.priority = static_cast<uint8_t>(bits >> 10 & 3);
  return out;
}

}  // namespace

bool ForwardOpen::for_messages(const TagText& text) const noexcept {
  const bool router = path.objects.size() == 1 && path.objects[0].cls == kMessageRouter &&
                      path.objects[0].instance == 1;
  return transport_class == kMessageClass && router && text.empty() && path.data.empty() &&
         path.connection_points.empty() && !path.odd;
}

Triad read_triad(Reader& in) noexcept {
  Triad out;
  out.connection = in.le16();
  out.vendor = in.le16();
  out.originator = in.le32();
  return out;
}

ForwardOpen read_forward_open(Reader& in, TagText& text, bool large) noexcept {
  ForwardOpen out;
  in.skip(kTicks);
  out.to_target = in.le32();
  out.to_originator = in.le32();
  out.triad = read_triad(in);
  out.multiplier = in.u8();
  in.skip(kReserved);
  out.target_way = read_way(in, large);
  out.originator_way = read_way(in, large);
  out.transport_class = in.u8() & 0xf;
  const size_t words = in.u8();
  out.path = read_connection_path(in, words, text);
  return out;
}

ForwardClose read_forward_close(Reader& in, TagText& text) noexcept {
  ForwardClose out;
  in.skip(kTicks);
  out.triad = read_triad(in);
  const size_t words = in.u8();
  in.skip(1);
  out.path = read_connection_path(in, words, text);
  return out;
}

Opened read_opened(Reader& in) noexcept {
  Opened out;
  out.to_target = in.le32();
  out.to_originator = in.le32();
  out.triad = read_triad(in);
  out.target_interval_us = in.le32();
  out.originator_interval_us = in.le32();
  return out;
}

}  // namespace bulkhead::wire::cip
