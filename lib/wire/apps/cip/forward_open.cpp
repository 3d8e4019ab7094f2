// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/cip/forward_open.h"

namespace bulkhead::wire::cip {
namespace {

constexpr size_t kTicks = 2;  // tick time, ticks
constexpr size_t kMultiplier = 1 + 3;
constexpr size_t kInterval = 4;
constexpr uint8_t kMessageClass = 3;  // transport classes: 3-4.4.3
constexpr size_t kWord = 2;

Path read_connection_path(Reader& in, size_t words, TagText& text) noexcept {
  Path out;
  Reader path = in.take(words * kWord);
  read_path(path, text, out);
  in.fail(path.fault());
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
  const size_t parameters = large ? 4 : 2;
  ForwardOpen out;
  in.skip(kTicks);
  out.to_target = in.le32();
  out.to_originator = in.le32();
  out.triad = read_triad(in);
  in.skip(kMultiplier + 2 * (kInterval + parameters));
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
  return out;
}

}  // namespace bulkhead::wire::cip
