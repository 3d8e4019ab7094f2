// SPDX-License-Identifier: Apache-2.0
#include "dissect/captured_fragments.h"

#include <algorithm>

#include "dissect/captured_frame.h"
#include "wire/ipv4_fragment.h"

namespace bulkhead::dataplane {
namespace {

// Captures may lack a time, and 0 is none to the table.
uint64_t steady(int64_t wall_ns) {
  return static_cast<uint64_t>(std::max<int64_t>(wall_ns, 1));
}

}  // namespace

bool CapturedFragments::complete(wire::Frame& frame, int64_t wall_ns, std::vector<uint8_t>& bytes) {
  const wire::PacketHeaders ip = frame.ip;
  ++unused_;
  if (ip.ip_version != 4 || size_t{ip.l3_offset} + ip.l3_length > bytes.size()) return false;
  const auto fragment = std::span(bytes).subspan(ip.l3_offset, ip.l3_length);
  const FragmentKey key{.src = ip.src,
                        .dst = ip.dst,
                        .lane = frame.vlan,
                        .identification = wire::read_fragment(fragment).identification,
                        .protocol = ip.protocol};
  ReassemblyTable::GivenUp given_up;
  table_.expire(steady(wall_ns), given_up);
  const ReassemblyTable::Outcome outcome = table_.add(key, fragment, steady(wall_ns), given_up);
  if (outcome.fate != ReassemblyTable::Fate::kWhole) return false;
  bytes.resize(ip.l3_offset);
  bytes.insert(bytes.end(), outcome.packet.begin(), outcome.packet.end());
  if (!parse_captured(bytes, false, frame)) return false;
  frame.ip.src = ip.src;  // loopback addresses have stand-ins in the bytes
  frame.ip.dst = ip.dst;
  unused_ -= outcome.fragments;
  return true;
}

}  // namespace bulkhead::dataplane
