// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/cip/message.h"

namespace bulkhead::wire::cip {
namespace {

constexpr size_t kWord = 2;
constexpr size_t kSmallestPart = 2;  // service, and a path of no words

}  // namespace

void read_request(Reader& in, TagText& text, Request& out) noexcept {
  out.service = in.u8();
  const size_t words = in.u8();
  Reader path = in.take(words * kWord);
  read_path(path, text, out.path);
  in.fail(path.fault());
}

Response read_response(Reader& in) noexcept {
  Response out;
  out.service = in.u8() & ~service::kReply;
  in.skip(1);
  out.general = in.u8();
  const size_t words = in.u8();
  Reader additional = in.take(words * kWord);
  if (words != 0) out.extended = additional.le16();
  return out;
}

UnconnectedSend read_unconnected_send(Reader& in, TagText& text) noexcept {
  UnconnectedSend out;
  in.skip(2);  // tick time, ticks
  const size_t size = in.le16();
  out.message = in.take(size);
  if (size % 2 != 0) in.skip(1);
  const size_t words = in.u8();
  in.skip(1);
  Reader route = in.take(words * kWord);
  in.end();
  read_path(route, text, out.route);
  in.fail(route.fault());
  // Only ports lead from one device to another.
  const bool names = !out.route.objects.empty() || !text.empty() || !out.route.data.empty();
  in.expect(!names, FaultKind::kBadPath, route.at());
  return out;
}

Parts::Parts(Reader& in) noexcept {
  base_ = in.at();
  bytes_ = in.rest();
  Reader head(bytes_, base_);
  count_ = head.le16();
  head.skip(count_ * kWord);
  size_t least = kWord + count_ * kWord;
  for (uint16_t i = 0; head.ok() && i < count_; ++i) {
    const bool rises = i == 0 ? offset(i) == least : offset(i) >= least;
    head.expect(rises && offset(i) + kSmallestPart <= bytes_.size(), FaultKind::kBadPath,
                base_ + kWord + i * kWord);
    least = offset(i) + kSmallestPart;
  }
  head.expect(count_ != 0 || head.left() == 0, FaultKind::kBadLength, head.at());
  fault_ = head.fault();
}

size_t Parts::offset(uint16_t i) const noexcept {
  const size_t at = kWord + i * kWord;
  return bytes_[at] | size_t{bytes_[at + 1]} << 8;
}

Reader Parts::part(uint16_t i) const noexcept {
  const size_t from = offset(i);
  const size_t to = i + 1 < count_ ? offset(static_cast<uint16_t>(i + 1)) : bytes_.size();
  return Reader(bytes_.subspan(from, to - from), base_ + from);
}

}  // namespace bulkhead::wire::cip
