// SPDX-License-Identifier: Apache-2.0
#include "wire/ipv4_fragment.h"

#include <algorithm>

#include "base/byte_order.h"
#include "wire/checksum.h"
#include "wire/ipv4.h"

namespace bulkhead::wire {
namespace {

constexpr uint8_t kEndOfOptions = 0;
constexpr uint8_t kNoOperation = 1;
constexpr uint8_t kCopied = 0x80;  // RFC 791 3.1: this option goes into all fragments

size_t header_size_of(std::span<const uint8_t> packet) noexcept {
  return size_t{packet[0] & 0x0fu} * 4;
}

size_t piece(size_t limit, size_t header) noexcept {
  return limit > header ? (limit - header) / kFragmentUnit * kFragmentUnit : 0;
}

size_t rounded_up(size_t n, size_t unit) noexcept {
  return (n + unit - 1) / unit * unit;
}

}  // namespace

Ipv4Fragment read_fragment(std::span<const uint8_t> packet) noexcept {
  const auto word = load_be<uint16_t>(&packet[6]);
  const auto header = static_cast<uint16_t>(header_size_of(packet));
  return {.identification = load_be<uint16_t>(&packet[4]),
          .header_size = header,
          .offset = static_cast<uint32_t>((word & kFragmentOffset) * kFragmentUnit),
          .length = static_cast<uint32_t>(load_be<uint16_t>(&packet[2]) - header),
          .last = (word & kMoreFragments) == 0};
}

bool may_be_cut(std::span<const uint8_t> packet) noexcept {
  const auto word = load_be<uint16_t>(&packet[6]);
  return (word & (kDontFragment | kMoreFragments | kFragmentOffset)) == 0;
}

void finish_ipv4_header(std::span<uint8_t> packet, size_t header_size,
                        uint16_t flags_and_offset) noexcept {
  store_be<uint16_t>(&packet[2], static_cast<uint16_t>(packet.size()));
  store_be<uint16_t>(&packet[6], flags_and_offset);
  store_be<uint16_t>(&packet[10], 0);
  store_be<uint16_t>(&packet[10], internet_checksum(packet.first(header_size)));
}

Ipv4Cutter::Ipv4Cutter(std::span<uint8_t> packet, size_t limit) noexcept
    : packet_(packet), header_(header_size_of(packet)) {
  keep_copied_options();
  first_piece_ = piece(limit, header_);
  later_piece_ = piece(limit, later_header_);
  at_ = first_piece_;
  const size_t payload = packet_.size() - header_;
  if (packet_.size() <= limit || first_piece_ == 0) return;
  count_ = 1 + rounded_up(payload - first_piece_, later_piece_) / later_piece_;
}

// The header of later fragments. The options were checked when the packet was parsed.
void Ipv4Cutter::keep_copied_options() noexcept {
  std::copy_n(packet_.begin(), kIpv4Size, copied_);
  size_t to = kIpv4Size;
  for (size_t at = kIpv4Size; at < header_ && packet_[at] != kEndOfOptions;) {
    const bool single = packet_[at] == kNoOperation;
    const size_t length = single || at + 1 >= header_ ? 1 : std::max<size_t>(packet_[at + 1], 1);
    const auto option = packet_.subspan(at, std::min(length, header_ - at));
    if ((option[0] & kCopied) != 0)
      to = static_cast<size_t>(std::copy(option.begin(), option.end(), copied_ + to) - copied_);
    at += length;
  }
  later_header_ = rounded_up(to, 4);
  std::fill(copied_ + to, copied_ + later_header_, kEndOfOptions);
  copied_[0] = static_cast<uint8_t>(0x40 | later_header_ / 4);
}

size_t Ipv4Cutter::rest(std::span<uint8_t> out) noexcept {
  const auto payload = packet_.subspan(header_);
  if (count_ == 0 || at_ >= payload.size()) return 0;
  const size_t n = std::min(later_piece_, payload.size() - at_);
  if (out.size() < later_header_ + n) return 0;
  out = out.first(later_header_ + n);
  std::copy_n(copied_, later_header_, out.begin());
  std::copy_n(payload.begin() + static_cast<std::ptrdiff_t>(at_), n,
              out.begin() + static_cast<std::ptrdiff_t>(later_header_));
  const auto units = static_cast<uint16_t>(at_ / kFragmentUnit);
  at_ += n;
  const bool more = at_ < payload.size();
  finish_ipv4_header(out, later_header_,
                     static_cast<uint16_t>(units | (more ? kMoreFragments : 0)));
  return out.size();
}

size_t Ipv4Cutter::first() noexcept {
  if (count_ == 0) return packet_.size();
  finish_ipv4_header(packet_.first(header_ + first_piece_), header_, kMoreFragments);
  return header_ + first_piece_;
}

}  // namespace bulkhead::wire
